#include "probe/smtp_dialogue.h"

#include <cassert>

namespace mxbulk::probe {
namespace {

constexpr std::string_view kStarttlsCommand = "STARTTLS\r\n";
constexpr std::string_view kQuitCommand = "QUIT\r\n";

// RFC 5321 §3.1: 220, or 554 if the server accepts no mail. RFC 7504: 521 says that the host never
// does, unless its enhanced code gives a policy as the reason (RFC 3463 §3.8): that concerns us.
// The first digit counts (§4.2.1). A greeting that begins with 0, 1, 3 or 6 to 9 is not SMTP:
// nothing is known of the domain, and it is asked again.
ProbeOutcome greeted(const SmtpReply& reply) {
  constexpr uint16_t kPolicy = 7;
  const bool is_about_us = reply.enhanced.status_class == 5 && reply.enhanced.subject == kPolicy;
  switch (reply.first_digit()) {
    case 2: return ProbeOutcome::kSmtp220;
    case 4: return ProbeOutcome::kSmtp4xx;
    case 5:
      return reply.code == 521 && !is_about_us ? ProbeOutcome::kSmtp521 : ProbeOutcome::kSmtp5xx;
    default: return ProbeOutcome::kNotSmtp;
  }
}

// The reply to EHLO or HELO. 220 is a second greeting, not a reply.
bool is_taken(const SmtpReply& reply) {
  return reply.first_digit() == 2 && reply.code != 220;
}

}  // namespace

SmtpScript make_script(ProbeDepth depth, std::string_view helo) {
  assert(depth != ProbeDepth::kOff);
  const std::string end = std::string(helo) + "\r\n";
  return {.depth = depth, .ehlo = "EHLO " + end, .helo = "HELO " + end};
}

void SmtpDialogue::begin(const SmtpScript& script) {
  script_ = &script;
  phase_ = Phase::kGreeting;
  outcome_ = script.depth == ProbeDepth::kConnect ? ProbeOutcome::kTcp : ProbeOutcome::kNotSmtp;
  is_quit_taken_ = has_smtputf8_ = false;
  code_.reset();
  greeting_.clear();
  offer_.keywords.clear();
  reader_.begin();
}

SmtpDialogue::Step SmtpDialogue::on_bytes(std::string_view& bytes) {
  if (phase_ == Phase::kOver || phase_ == Phase::kTls) return Step::kClose;
  const SmtpReplyReader::State state = reader_.read(bytes);
  switch (state) {
    case SmtpReplyReader::State::kMore: return Step::kWait;
    case SmtpReplyReader::State::kWhole: return on_reply();
    case SmtpReplyReader::State::kNoReply:
    case SmtpReplyReader::State::kTooLong: return on_garbage(state);
  }
  return Step::kClose;
}

SmtpDialogue::Step SmtpDialogue::on_reply() {
  switch (phase_) {
    case Phase::kGreeting: return on_greeting();
    case Phase::kEhlo: return on_ehlo();
    case Phase::kHelo:
      if (is_taken(reader_.reply())) outcome_ = ProbeOutcome::kEhlo;
      return quit();
    case Phase::kStarttls:
      if (reader_.reply().first_digit() != 2) return quit();
      phase_ = Phase::kTls;
      return Step::kBeginTls;
    case Phase::kQuit: is_quit_taken_ = true; return close();
    case Phase::kTls:
    case Phase::kOver: break;
  }
  return close();
}

SmtpDialogue::Step SmtpDialogue::on_greeting() {
  const SmtpReply& reply = reader_.reply();
  code_ = reply.code;
  greeting_ = reply.text;
  if (script_->depth == ProbeDepth::kConnect) return quit();
  outcome_ = greeted(reply);
  const bool goes_on = outcome_ == ProbeOutcome::kSmtp220 && script_->depth >= ProbeDepth::kEhlo;
  return goes_on ? say(Phase::kEhlo, script_->ehlo) : quit();
}

SmtpDialogue::Step SmtpDialogue::on_ehlo() {
  const SmtpReply& reply = reader_.reply();
  // RFC 5321 §3.2: a server that does not know EHLO is greeted with HELO.
  if (reply.first_digit() == 5) return say(Phase::kHelo, script_->helo);
  if (!is_taken(reply)) return quit();
  outcome_ = ProbeOutcome::kEhlo;
  offer_ = reply;
  has_smtputf8_ = reply.offers("SMTPUTF8");  // RFC 6531 §3.1
  // RFC 3207 §4: STARTTLS only if it was offered.
  const bool goes_on = script_->depth == ProbeDepth::kStarttls && reply.offers("STARTTLS");
  return goes_on ? say(Phase::kStarttls, kStarttlsCommand) : quit();
}

// QUIT is only sent after a whole greeting.
SmtpDialogue::Step SmtpDialogue::on_garbage(SmtpReplyReader::State state) {
  if (phase_ == Phase::kQuit) return close();
  if (phase_ != Phase::kGreeting) return quit();
  if (script_->depth != ProbeDepth::kConnect) {
    outcome_ = state == SmtpReplyReader::State::kTooLong ? ProbeOutcome::kGreetingTimeout
                                                         : ProbeOutcome::kNotSmtp;
  }
  return close();
}

SmtpDialogue::Step SmtpDialogue::on_tls(bool is_up) {
  assert(phase_ == Phase::kTls);
  if (!is_up) return close();
  outcome_ = ProbeOutcome::kStarttls;
  return quit();
}

SmtpDialogue::Step SmtpDialogue::on_limit() {
  switch (phase_) {
    case Phase::kGreeting:
      if (script_->depth != ProbeDepth::kConnect) outcome_ = ProbeOutcome::kGreetingTimeout;
      return close();
    case Phase::kEhlo:
    case Phase::kHelo:
    case Phase::kStarttls: return quit();
    case Phase::kTls:
    case Phase::kQuit:
    case Phase::kOver: break;
  }
  return close();
}

SmtpDialogue::Step SmtpDialogue::on_close() {
  return close();
}

bool SmtpDialogue::is_decided() const {
  return phase_ == Phase::kQuit || phase_ == Phase::kOver || script_->depth == ProbeDepth::kConnect;
}

SmtpDialogue::Step SmtpDialogue::say(Phase next, std::string_view command) {
  phase_ = next;
  to_send_ = command;
  reader_.begin();
  return Step::kSend;
}

// fail2ban's filters for Postfix count connections that end without QUIT.
SmtpDialogue::Step SmtpDialogue::quit() {
  return say(Phase::kQuit, kQuitCommand);
}

SmtpDialogue::Step SmtpDialogue::close() {
  phase_ = Phase::kOver;
  return Step::kClose;
}

}  // namespace mxbulk::probe
