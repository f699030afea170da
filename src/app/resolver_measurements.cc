#include "app/resolver_measurements.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "app/driver.h"
#include "app/random_bits.h"
#include "asking/random_name.h"
#include "base/limits.h"
#include "dns/message.h"

namespace mxbulk::app {
namespace {

constexpr size_t kSmallAnswerBytes = 512;  // RFC 1035 §4.2.1: more needs EDNS, or TCP
constexpr auto kTypeDnskey = static_cast<RecordType>(48);  // RFC 4034 §2

constexpr int64_t kSingleUs = 1'000'000;  // for the questions one after another, at most
constexpr size_t kSingleQuestions = 100;  // enough for a 99th percentile
constexpr int64_t kWarmUpUs = 500'000;    // the window finds its size
constexpr int64_t kLoadUs = 1'500'000;    // measured
constexpr int64_t kDrainUs = 1'000'000;   // for what is still in flight
constexpr int64_t kPhaseStepUs = 10'000;  // phases end by the clock, within so much
constexpr size_t kLoadNameLetters = 20;
constexpr size_t kLoadNames = 4'096;  // asked in turn: a resolver's cache holds them all

// --- features: each by one question -------------------------------------------------------------

// Any resolver knows the root, and any that validates knows its keys.
enum Feature : uint8_t {
  kUdp,
  kTcp,
  kLarge,
  kRandomAddress,
  kRandomExchange,
  kTopLevelAddress,
  kFeatures
};

struct FeatureQuestion {
  DomainName name;
  RecordType type = RecordType::kSoa;
  Proto proto = Proto::kUdp;
  asking::LetterCase letter_case = asking::LetterCase::kLower;
};

struct FeatureAnswer {
  uint32_t tries = 0;
  asking::ReplyKind kind = asking::ReplyKind::kTimeout;
  LookupStatus status = LookupStatus::kTimeout;
  uint16_t rcode = 0;
  bool has_edns = false;
  bool is_truncated = false;
  bool kept_case = true;
  size_t bytes = 0;
};

// By the transport alone: no window, and no second thoughts about an answer.
class FeatureTest final : public LoopTask, private asking::DnsReplySink {
 public:
  FeatureTest(Driver& driver, const Endpoint& resolver, const DnsOptions& options)
      : timeout_us_(options.timeout_ms * 1'000),
        tries_(options.tries),
        transport_(driver.open_transport({resolver}, timeout_us_)) {
    questions_[kTcp].proto = Proto::kTcp;
    questions_[kLarge].type = kTypeDnskey;
    for (const Feature feature : {kRandomAddress, kRandomExchange}) {
      questions_[feature].name =
          *asking::random_name(limits::kRandomNameLetters, asking::kInvalid, random_bits);
      questions_[feature].letter_case = asking::LetterCase::kTest;
    }
    questions_[kTopLevelAddress].name = *asking::random_name(
        limits::kRandomNameLetters, asking::kWithoutWildcard.front(), random_bits);
    questions_[kTopLevelAddress].type = RecordType::kA;
    questions_[kRandomAddress].type = RecordType::kA;
    questions_[kRandomExchange].type = RecordType::kMx;
    for (size_t feature = 0; feature < kFeatures; ++feature) ask(feature);
  }

  [[nodiscard]] const FeatureAnswer& answer_of(Feature feature) const { return answers_[feature]; }

 private:
  asking::DnsReplySink* reply_sink(int64_t /*now_us*/) override { return this; }
  bool iterate(int64_t /*now_us*/) override { return left_ > 0; }

  void ask(size_t feature) {
    const FeatureQuestion& question = questions_[feature];
    ++answers_[feature].tries;
    transport_.ask({.ticket = feature,
                    .name = question.name.view(),
                    .type = question.type,
                    .proto = question.proto,
                    .letter_case = question.letter_case,
                    .timeout_us = timeout_us_});
  }

  void on_reply(const asking::DnsReply& reply) override {
    FeatureAnswer& answer = answers_[reply.ticket];
    answer.kind = reply.kind;
    if (reply.kind == asking::ReplyKind::kBytes) {
      read(reply, questions_[reply.ticket], answer);
    } else if (answer.tries < tries_) {
      ask(reply.ticket);
      return;
    }
    --left_;
  }

  void read(const asking::DnsReply& reply, const FeatureQuestion& question, FeatureAnswer& answer) {
    dns::read_answer(reply.bytes, question.name.view(), question.type, *message_);
    answer.status = message_->status;
    answer.rcode = message_->rcode;
    answer.has_edns = message_->has_edns;
    answer.is_truncated = message_->truncated;
    answer.kept_case = reply.kept_case;
    answer.bytes = reply.bytes.size();
  }

  int64_t timeout_us_;
  uint32_t tries_;
  asking::DnsTransport& transport_;
  std::array<FeatureQuestion, kFeatures> questions_;
  std::array<FeatureAnswer, kFeatures> answers_;
  size_t left_ = kFeatures;
  std::unique_ptr<dns::Answer> message_ = std::make_unique<dns::Answer>();
};

ResolverFacts::Reach reach_of(const FeatureAnswer& answer) {
  switch (answer.kind) {
    case asking::ReplyKind::kTimeout: return ResolverFacts::Reach::kUnresponsive;
    case asking::ReplyKind::kLocalTrouble: return ResolverFacts::Reach::kUnreachable;
    case asking::ReplyKind::kBytes: break;
  }
  const bool is_answer = !is_temporary(answer.status) || answer.is_truncated;
  return is_answer ? ResolverFacts::Reach::kAnswers : ResolverFacts::Reach::kRefuses;
}

ResolverFacts::LargeAnswer large_answer_of(const FeatureAnswer& answer) {
  if (answer.kind != asking::ReplyKind::kBytes) return ResolverFacts::LargeAnswer::kLost;
  if (answer.is_truncated) return ResolverFacts::LargeAnswer::kTruncated;
  if (answer.bytes <= kSmallAnswerBytes) return ResolverFacts::LargeAnswer::kUnknown;
  return ResolverFacts::LargeAnswer::kWhole;
}

// RFC 6761 §6.4: names under `invalid.` do not exist; nor do random ones under `com.`. The root
// does.
ResolverFacts::NxdomainIntegrity integrity_of(const FeatureAnswer& root,
                                              const FeatureAnswer& address,
                                              const FeatureAnswer& exchange,
                                              const FeatureAnswer& top_level) {
  const auto either_is = [&](LookupStatus status) {
    return address.status == status || exchange.status == status;
  };
  const bool is_rewritten =
      either_is(LookupStatus::kFound) || top_level.status == LookupStatus::kFound;
  if (is_rewritten) return ResolverFacts::NxdomainIntegrity::kRewritten;
  if (root.status == LookupStatus::kNxDomain || root.status == LookupStatus::kNoData) {
    return ResolverFacts::NxdomainIntegrity::kDeniesRoot;
  }
  if (either_is(LookupStatus::kNoData)) return ResolverFacts::NxdomainIntegrity::kNodata;
  return either_is(LookupStatus::kNxDomain) ? ResolverFacts::NxdomainIntegrity::kIntact
                                            : ResolverFacts::NxdomainIntegrity::kUnknown;
}

ResolverFacts::LetterCase letter_case_of(const FeatureAnswer& address,
                                         const FeatureAnswer& exchange) {
  using LetterCase = ResolverFacts::LetterCase;
  LetterCase found = LetterCase::kUnknown;
  for (const FeatureAnswer& answer : {address, exchange}) {
    if (answer.kind != asking::ReplyKind::kBytes) continue;
    if (!answer.kept_case) return LetterCase::kLowercased;
    found = LetterCase::kPreserved;
  }
  return found;
}

Status measure_features(const Endpoint& resolver, const DnsOptions& options, ResolverFacts& facts) {
  Result<std::unique_ptr<Driver>> driver = Driver::create();
  if (!driver.ok()) return driver.status();
  FeatureTest test(*driver.value(), resolver, options);
  driver.value()->run(test);
  const FeatureAnswer& udp = test.answer_of(kUdp);
  const FeatureAnswer& large = test.answer_of(kLarge);
  const FeatureAnswer& address = test.answer_of(kRandomAddress);
  const FeatureAnswer& exchange = test.answer_of(kRandomExchange);
  facts.udp = reach_of(udp);
  if (udp.kind == asking::ReplyKind::kBytes) facts.udp_rcode = rcode_name(udp.rcode);
  facts.tcp = reach_of(test.answer_of(kTcp));
  facts.has_edns = udp.has_edns;
  facts.large_answer = large_answer_of(large);
  facts.large_answer_bytes = large.bytes;
  facts.letter_case = letter_case_of(address, exchange);
  facts.nxdomain_integrity = integrity_of(udp, address, exchange, test.answer_of(kTopLevelAddress));
  return {};
}

// --- latency and speed
// ----------------------------------------------------------------------------

int64_t thread_cpu_us() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000 + used.tv_nsec / 1'000;
}

// kSingle -> kWarmUp -> kLoad -> kDrain, each until enough was asked or by the clock.
class LoadTest final : public LookupTask, private asking::LookupClient {
 public:
  // `asks_root`: in place of names under `invalid.`, if the resolver does not answer about these.
  LoadTest(Driver& driver, const Endpoint& resolver, const DnsOptions& options, bool asks_root)
      : LookupTask(driver, {resolver}, options),
        driver_(driver),
        type_(asks_root ? RecordType::kSoa : RecordType::kMx) {
    if (asks_root) {
      names_.emplace_back();
      return;
    }
    for (size_t i = 0; i < kLoadNames; ++i) {
      names_.push_back(*asking::random_name(kLoadNameLetters, asking::kInvalid, random_bits));
    }
  }

  void fill(ResolverFacts& facts) {
    facts.lookups = answered_;
    facts.queries = runner_.counters().queries;
    facts.retries = runner_.counters().retries;
    facts.lookups_per_s = rate_;
    facts.window = window_;
    facts.qps_limit = settings_.qps;
    facts.client_cpu_share = cpu_share_;
    facts.latency_samples = latencies_us_.size();
    if (latencies_us_.empty()) return;
    std::sort(latencies_us_.begin(), latencies_us_.end());
    facts.latency_p50_us = latencies_us_[latencies_us_.size() / 2];
    facts.latency_p99_us = latencies_us_[(latencies_us_.size() * 99 - 1) / 100];
  }

 private:
  enum class Phase : uint8_t { kSingle, kWarmUp, kLoad, kDrain, kEnd };

  bool iterate(int64_t now_us) override {
    now_us_ = now_us;
    runner_.turn(now_us, false);
    advance();
    ask_more();
    return phase_ != Phase::kEnd;
  }
  [[nodiscard]] int64_t next_wake_us() const override {
    return std::min(runner_.next_wake_us(), now_us_ + kPhaseStepUs);
  }

  void advance() {
    const int64_t in_phase_us = now_us_ - phase_began_us_;
    switch (phase_) {
      case Phase::kSingle:
        if (has_asked_singles() && runner_.idle()) enter(Phase::kWarmUp);
        return;
      case Phase::kWarmUp:
        if (in_phase_us > kWarmUpUs) begin_measuring();
        return;
      case Phase::kLoad:
        if (in_phase_us > kLoadUs) end_measuring();
        return;
      case Phase::kDrain:
        if (runner_.idle() || in_phase_us > kDrainUs) enter(Phase::kEnd);
        return;
      case Phase::kEnd: return;
    }
  }

  void enter(Phase phase) {
    phase_ = phase;
    phase_began_us_ = now_us_;
  }
  [[nodiscard]] bool has_asked_singles() const {
    return asked_ >= kSingleQuestions || now_us_ - phase_began_us_ > kSingleUs;
  }

  void ask_more() {
    switch (phase_) {
      case Phase::kSingle:
        // The time that a question waits for the rate limit is not the resolver's.
        if (has_asked_singles() || !runner_.idle() || !runner_.has_room()) return;
        ask();
        sent_us_ = driver_.clock_us();
        return;
      case Phase::kWarmUp:
      case Phase::kLoad:
        // Bounded, because answers are received only between iterations.
        for (uint32_t i = 0; i < limits::kWindowMax && runner_.has_room(); ++i) ask();
        return;
      case Phase::kDrain:
      case Phase::kEnd: return;
    }
  }

  void ask() {
    runner_.start({.client = this,
                   .token = asked_,
                   .name = names_[asked_ % names_.size()].view(),
                   .type = type_,
                   .budget_us = settings_.policy.timeout_us * settings_.policy.tries,
                   .one_round = true});
    ++asked_;
  }

  void on_lookup(const asking::LookupReport& report) override {
    if (is_temporary(report.outcome.status)) return;
    ++answered_;
    if (phase_ == Phase::kSingle) latencies_us_.push_back(driver_.clock_us() - sent_us_);
  }

  void begin_measuring() {
    enter(Phase::kLoad);
    cpu_from_us_ = thread_cpu_us();
    answered_before_ = answered_;
  }
  void end_measuring() {
    const auto took_us = static_cast<double>(now_us_ - phase_began_us_);
    rate_ = static_cast<double>(answered_ - answered_before_) * 1e6 / took_us;
    cpu_share_ = static_cast<double>(thread_cpu_us() - cpu_from_us_) / took_us;
    window_ = runner_.in_flight();
    enter(Phase::kDrain);
  }

  Driver& driver_;
  RecordType type_;
  std::vector<DomainName> names_;

  Phase phase_ = Phase::kSingle;
  int64_t phase_began_us_ = 0;
  int64_t now_us_ = 0;
  uint64_t asked_ = 0;
  uint64_t answered_ = 0;
  std::vector<int64_t> latencies_us_;
  int64_t sent_us_ = 0;  // kSingle: of the question in flight
  int64_t cpu_from_us_ = 0;
  uint64_t answered_before_ = 0;
  uint64_t window_ = 0;
  double rate_ = 0;
  double cpu_share_ = 0;
};

Status measure_load(const Endpoint& resolver, const DnsOptions& options, ResolverFacts& facts) {
  Result<std::unique_ptr<Driver>> driver = Driver::create();
  if (!driver.ok()) return driver.status();
  const bool asks_root = facts.nxdomain_integrity == ResolverFacts::NxdomainIntegrity::kUnknown;
  LoadTest test(*driver.value(), resolver, options, asks_root);
  driver.value()->run(test);
  test.fill(facts);
  return {};
}

}  // namespace

Status measure_resolver(const Endpoint& resolver, const DnsOptions& options, ResolverFacts& facts) {
  facts.endpoint = resolver.text();
  facts.is_loopback = is_loopback(resolver.address);
  const Status status = measure_features(resolver, options, facts);
  if (!status.ok() || facts.udp != ResolverFacts::Reach::kAnswers) return status;
  return measure_load(resolver, options, facts);
}

}  // namespace mxbulk::app
