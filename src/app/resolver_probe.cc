#include "app/resolver_probe.h"

#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "app/random_bits.h"
#include "asking/random_name.h"
#include "base/clock.h"
#include "base/limits.h"
#include "dns/message.h"
#include "net/ares_transport.h"
#include "net/loop.h"

namespace mxbulk::app {
namespace {

constexpr size_t kSmallAnswerBytes = 512;  // RFC 1035 §4.2.1: more needs EDNS, or TCP
constexpr auto kTypeDnskey = static_cast<RecordType>(48);  // RFC 4034 §2

// What is asked. The root is known to any resolver, and its keys to any that validates.
enum Topic : uint8_t { kUdp, kTcp, kLarge, kMadeUpAddress, kMadeUpExchange, kTopics };

struct Question {
  DomainName name;
  RecordType type = RecordType::kSoa;
  Proto proto = Proto::kUdp;
  asking::LetterCase letter_case = asking::LetterCase::kLower;
};

struct Answered {
  uint32_t tries = 0;
  asking::ReplyKind kind = asking::ReplyKind::kTimeout;
  LookupStatus status = LookupStatus::kTimeout;
  uint16_t rcode = 0;
  bool has_edns = false;
  bool is_truncated = false;
  bool kept_case = true;
  size_t bytes = 0;
};

class Prober final : private asking::DnsReplySink {
 public:
  Prober(net::Loop& loop, const Endpoint& resolver, const ProbeSettings& settings)
      : loop_(loop), settings_(settings), transport_(loop, {resolver}, settings.timeout_us) {
    questions_[kTcp].proto = Proto::kTcp;
    questions_[kLarge].type = kTypeDnskey;
    for (const Topic topic : {kMadeUpAddress, kMadeUpExchange}) {
      questions_[topic].name =
          *asking::random_name(limits::kRandomNameLetters, asking::kInvalid, random_bits);
      questions_[topic].letter_case = asking::LetterCase::kTest;
    }
    questions_[kMadeUpAddress].type = RecordType::kA;
    questions_[kMadeUpExchange].type = RecordType::kMx;
  }

  void run() {
    for (size_t topic = 0; topic < kTopics; ++topic) ask(topic);
    loop_.run([this](int64_t now_us) {
      transport_.deliver(*this, now_us);
      transport_.flush();
      if (left_ == 0) loop_.stop();
      return std::numeric_limits<int64_t>::max();
    });
  }
  [[nodiscard]] const Answered& about(Topic topic) const { return answered_[topic]; }

 private:
  void ask(size_t topic) {
    const Question& question = questions_[topic];
    ++answered_[topic].tries;
    transport_.ask({.ticket = topic,
                    .name = question.name.view(),
                    .type = question.type,
                    .proto = question.proto,
                    .letter_case = question.letter_case,
                    .timeout_us = settings_.timeout_us});
  }

  void on_reply(const asking::DnsReply& reply) override {
    Answered& answered = answered_[reply.ticket];
    answered.kind = reply.kind;
    if (reply.kind == asking::ReplyKind::kBytes) {
      read(reply, questions_[reply.ticket], answered);
    } else if (answered.tries < settings_.tries) {
      ask(reply.ticket);
      return;
    }
    --left_;
  }

  void read(const asking::DnsReply& reply, const Question& question, Answered& answered) {
    dns::read_answer(reply.bytes, question.name.view(), question.type, *answer_);
    answered.status = answer_->status;
    answered.rcode = answer_->rcode;
    answered.has_edns = answer_->has_edns;
    answered.is_truncated = answer_->truncated;
    answered.kept_case = reply.kept_case;
    answered.bytes = reply.bytes.size();
  }

  net::Loop& loop_;
  ProbeSettings settings_;
  net::AresTransport transport_;
  std::array<Question, kTopics> questions_;
  std::array<Answered, kTopics> answered_;
  size_t left_ = kTopics;
  std::unique_ptr<dns::Answer> answer_ = std::make_unique<dns::Answer>();
};

ResolverFacts::Reach reach_of(const Answered& answered) {
  switch (answered.kind) {
    case asking::ReplyKind::kTimeout: return ResolverFacts::Reach::kSilent;
    case asking::ReplyKind::kLocalTrouble: return ResolverFacts::Reach::kUnreachable;
    case asking::ReplyKind::kBytes: break;
  }
  const bool is_answer = !is_temporary(answered.status) || answered.is_truncated;
  return is_answer ? ResolverFacts::Reach::kAnswers : ResolverFacts::Reach::kRefuses;
}

ResolverFacts::LargeAnswer large_answer_of(const Answered& answered) {
  if (answered.kind != asking::ReplyKind::kBytes) return ResolverFacts::LargeAnswer::kLost;
  if (answered.is_truncated) return ResolverFacts::LargeAnswer::kTruncated;
  if (answered.bytes <= kSmallAnswerBytes) return ResolverFacts::LargeAnswer::kUnknown;
  return ResolverFacts::LargeAnswer::kWhole;
}

// RFC 6761 §6.4: names under `invalid.` do not exist. The root does.
ResolverFacts::NxdomainIntegrity integrity_of(const Answered& root, const Answered& address,
                                              const Answered& exchange) {
  const auto said = [&](LookupStatus status) {
    return address.status == status || exchange.status == status;
  };
  if (said(LookupStatus::kFound)) return ResolverFacts::NxdomainIntegrity::kRewritten;
  if (root.status == LookupStatus::kNxDomain || root.status == LookupStatus::kNoData) {
    return ResolverFacts::NxdomainIntegrity::kDeniesRoot;
  }
  if (said(LookupStatus::kNoData)) return ResolverFacts::NxdomainIntegrity::kNodata;
  return said(LookupStatus::kNxDomain) ? ResolverFacts::NxdomainIntegrity::kIntact
                                       : ResolverFacts::NxdomainIntegrity::kUnknown;
}

ResolverFacts::LetterCase letter_case_of(const Answered& address, const Answered& exchange) {
  using LetterCase = ResolverFacts::LetterCase;
  LetterCase found = LetterCase::kUnknown;
  for (const Answered& answered : {address, exchange}) {
    if (answered.kind != asking::ReplyKind::kBytes) continue;
    if (!answered.kept_case) return LetterCase::kFolded;
    found = LetterCase::kKept;
  }
  return found;
}

}  // namespace

Status probe_resolver(const Endpoint& resolver, const ProbeSettings& settings,
                      ResolverFacts& facts) {
  const SteadyClock clock;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(clock);
  if (!loop.ok()) return loop.status();
  Prober prober(*loop.value(), resolver, settings);
  prober.run();
  const Answered& udp = prober.about(kUdp);
  const Answered& address = prober.about(kMadeUpAddress);
  const Answered& exchange = prober.about(kMadeUpExchange);
  facts.udp = reach_of(udp);
  if (udp.kind == asking::ReplyKind::kBytes) facts.udp_rcode = rcode_name(udp.rcode);
  facts.tcp = reach_of(prober.about(kTcp));
  facts.has_edns = udp.has_edns;
  facts.large_answer = large_answer_of(prober.about(kLarge));
  facts.large_answer_bytes = prober.about(kLarge).bytes;
  facts.letter_case = letter_case_of(address, exchange);
  facts.nxdomain_integrity = integrity_of(udp, address, exchange);
  return {};
}

}  // namespace mxbulk::app
