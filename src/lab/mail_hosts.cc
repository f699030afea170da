#include "lab/mail_hosts.h"

#include <limits>
#include <utility>

namespace mxbulk::lab {
namespace {

using probe::SmtpDialogue;

MailHost friendly_host(std::string_view name) {
  return {.kind = MailHost::Kind::kGreets,
          .text = "220 " + std::string(name) + " ESMTP",
          .has_starttls = true,
          .has_smtputf8 = true};
}

// RFC 5321 §4.1.1.1: the answer to EHLO, one line for each extension after the first.
std::string offer_of(const MailHost& host) {
  std::string offer = host.has_starttls || host.has_smtputf8 ? "250-at your service\r\n"
                                                             : "250 at your service\r\n";
  if (host.has_starttls) offer += host.has_smtputf8 ? "250-STARTTLS\r\n" : "250 STARTTLS\r\n";
  if (host.has_smtputf8) offer += "250 SMTPUTF8\r\n";
  return offer;
}

// What it sends in that phase; empty if it sends nothing.
std::string words_of(const MailHost& host, SmtpDialogue::Phase phase) {
  switch (phase) {
    case SmtpDialogue::Phase::kGreeting: return host.text.empty() ? "" : host.text + "\r\n";
    case SmtpDialogue::Phase::kEhlo: return offer_of(host);
    case SmtpDialogue::Phase::kHelo: return "250 at your service\r\n";
    case SmtpDialogue::Phase::kStarttls: return "220 go ahead\r\n";
    case SmtpDialogue::Phase::kQuit: return "221 goodbye\r\n";
    case SmtpDialogue::Phase::kTls:
    case SmtpDialogue::Phase::kOver: break;
  }
  return "";
}

// Sends its next reply, or none. Returns how long that takes, in µs.
int64_t exchange_words(const MailHost& host, SmtpDialogue& dialogue) {
  if (dialogue.phase() == SmtpDialogue::Phase::kTls) {
    dialogue.on_tls(true);
    return MailHosts::kRoundTripUs;
  }
  const std::string words = words_of(host, dialogue.phase());
  std::string_view bytes = words;
  const bool is_taken = !words.empty() && dialogue.on_bytes(bytes) != SmtpDialogue::Step::kWait;
  if (is_taken) return MailHosts::kRoundTripUs;
  dialogue.on_limit();
  return MailHosts::kSilenceUs;
}

uint32_t ms_of(int64_t us) {
  return static_cast<uint32_t>(us / 1'000);
}

}  // namespace

MailHosts::MailHosts(MailScript script, ProbeDepth depth, std::string_view helo)
    : script_(std::move(script)), rules_(probe::make_script(depth, helo)) {}

void MailHosts::dial(const probing::ProbeDial& dial) {
  const MailHost* const listed = script_.find(dial.address);
  Ended ended;
  ended.report.ticket = dial.ticket;
  const int64_t took_us = connect(listed == nullptr ? friendly_host(dial.host) : *listed, ended);
  ended_.emplace(now_us_ + took_us, std::move(ended));
}

int64_t MailHosts::connect(const MailHost& host, Ended& ended) const {
  switch (host.kind) {
    case MailHost::Kind::kRefuses: ended.report.outcome = ProbeOutcome::kTcpRefused; break;
    case MailHost::Kind::kUnreachable: ended.report.outcome = ProbeOutcome::kTcpUnreachable; break;
    case MailHost::Kind::kUnresponsive: ended.report.outcome = ProbeOutcome::kTcpTimeout; break;
    case MailHost::Kind::kGreets:
    case MailHost::Kind::kHangs:
    case MailHost::Kind::kNoSmtp: return talk(host, ended);
  }
  ended.report.elapsed_ms = ms_of(kClosedUs);
  return kClosedUs;
}

int64_t MailHosts::talk(const MailHost& host, Ended& ended) const {
  int64_t took_us = kRoundTripUs;
  SmtpDialogue dialogue;
  dialogue.begin(rules_);
  int64_t decided_us = dialogue.is_decided() ? took_us : 0;
  bool has_tls = false;
  while (dialogue.phase() != SmtpDialogue::Phase::kOver) {
    has_tls |= dialogue.phase() == SmtpDialogue::Phase::kTls;
    took_us += exchange_words(host, dialogue);
    if (decided_us == 0 && dialogue.is_decided()) decided_us = took_us;
  }
  ProbeReport& report = ended.report;
  report.outcome = dialogue.outcome();
  report.has_opened = true;
  report.has_smtputf8 = dialogue.has_smtputf8();
  report.code = dialogue.code().value_or(0);
  report.elapsed_ms = ms_of(decided_us);
  ended.greeting = dialogue.greeting();
  ended.remark = probe::offer_text(dialogue.offer());
  if (has_tls) ended.remark += "; TLS came up";
  const bool is_garbage = report.outcome == ProbeOutcome::kNotSmtp && report.code == 0;
  if (is_garbage) ended.remark = probe::garbage_text(host.text);
  return took_us;
}

// The sink may dial; no connection ends at once.
void MailHosts::deliver(probing::ProbeSink& sink, int64_t now_us) {
  now_us_ = now_us;
  while (!ended_.empty() && ended_.begin()->first <= now_us) {
    auto node = ended_.extract(ended_.begin());
    Ended& ended = node.mapped();
    ended.report.greeting = ended.greeting;
    ended.report.remark = ended.remark;
    sink.on_probe(ended.report);
  }
}

int64_t MailHosts::next_wake_us() const {
  return ended_.empty() ? std::numeric_limits<int64_t>::max() : ended_.begin()->first;
}

}  // namespace mxbulk::lab
