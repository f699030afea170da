#include "app/resolver_load.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "app/random_bits.h"
#include "asking/lookup_runner.h"
#include "asking/random_name.h"
#include "base/clock.h"
#include "base/limits.h"
#include "net/ares_transport.h"
#include "net/loop.h"
#include "table/host_table.h"

namespace mxbulk::app {
namespace {

constexpr int64_t kQuietUs = 1'000'000;  // for the questions one by one, at most
constexpr size_t kQuietQuestions = 100;  // enough for a 99th percentile
constexpr int64_t kWarmUpUs = 500'000;   // the window finds itself
constexpr int64_t kLoadUs = 1'500'000;
constexpr int64_t kDrainUs = 1'000'000;  // for what is still out
constexpr size_t kNameLetters = 20;
constexpr size_t kNames = 4'096;  // asked in turn, so that a stranger's cache holds them all

int64_t processor_us() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000 + used.tv_nsec / 1'000;
}

asking::LookupSettings lookup_settings(const Endpoint& resolver, const LoadSettings& settings) {
  asking::LookupSettings lookup;
  lookup.upstream_names = {resolver.text()};
  lookup.concurrency = settings.concurrency;
  lookup.qps = settings.qps;
  lookup.policy.tries = settings.tries;
  lookup.policy.timeout_us = settings.timeout_us;
  return lookup;
}

// quiet -> warm up -> load -> drain -> end, by the clock or earlier.
class Load final : private asking::LookupClient {
 public:
  Load(net::Loop& loop, const Endpoint& resolver, const LoadSettings& settings)
      : loop_(loop),
        settings_(settings),
        lookup_(lookup_settings(resolver, settings)),
        transport_(loop, {resolver}, lookup_.attempt_timeout_us()),
        runner_(lookup_, transport_, hosts_, nullptr, nullptr) {
    if (settings.asks_root) {
      names_.emplace_back();
      return;
    }
    for (size_t i = 0; i < kNames; ++i) {
      names_.push_back(*asking::random_name(kNameLetters, asking::kInvalid, random_bits));
    }
  }

  void run(ResolverFacts& facts) {
    enter(Phase::kQuiet, loop_.now_us());
    // The engine's clock begins with the run; 0 is never a time of its own.
    const int64_t origin_us = loop_.now_us() - 1;
    loop_.run_from(origin_us, [this, origin_us](int64_t engine_us) {
      return turn(engine_us + origin_us, engine_us);
    });
    fill(facts);
  }

 private:
  enum class Phase : uint8_t { kQuiet, kWarmUp, kLoad, kDrain, kEnd };

  int64_t turn(int64_t now_us, int64_t engine_us) {
    now_us_ = now_us;
    runner_.set_now(engine_us);
    transport_.deliver(runner_, engine_us);
    runner_.turn(engine_us, false);
    advance();
    ask_on();
    transport_.flush();
    loop_.pause(transport_.gather_us(engine_us));
    if (phase_ == Phase::kEnd) loop_.stop();
    return std::min(runner_.next_wake_us(), engine_us + 10'000);  // the phases end by the clock
  }

  void advance() {
    const int64_t in_phase_us = now_us_ - phase_began_us_;
    switch (phase_) {
      case Phase::kQuiet:
        if (has_asked_quietly() && runner_.idle()) enter(Phase::kWarmUp, now_us_);
        return;
      case Phase::kWarmUp:
        if (in_phase_us > kWarmUpUs) begin_measuring();
        return;
      case Phase::kLoad:
        if (in_phase_us > kLoadUs) end_measuring();
        return;
      case Phase::kDrain:
        if (runner_.idle() || in_phase_us > kDrainUs) enter(Phase::kEnd, now_us_);
        return;
      case Phase::kEnd: return;
    }
  }

  void enter(Phase phase, int64_t now_us) {
    phase_ = phase;
    phase_began_us_ = now_us;
  }
  [[nodiscard]] bool has_asked_quietly() const {
    return asked_ >= kQuietQuestions || now_us_ - phase_began_us_ > kQuietUs;
  }

  void ask_on() {
    switch (phase_) {
      case Phase::kQuiet:
        // Time that it waits for the rate is not the resolver's.
        if (has_asked_quietly() || !runner_.idle() || !runner_.has_room()) return;
        ask();
        sent_us_ = loop_.now_us();
        return;
      case Phase::kWarmUp:
      case Phase::kLoad:
        // No further than a fresh look at the socket: answers wait there too.
        for (uint32_t i = 0; i < limits::kWindowMax && runner_.has_room(); ++i) ask();
        return;
      case Phase::kDrain:
      case Phase::kEnd: return;
    }
  }

  void ask() {
    const RecordType type = settings_.asks_root ? RecordType::kSoa : RecordType::kMx;
    runner_.start({.client = this,
                   .token = asked_,
                   .name = names_[asked_ % names_.size()].view(),
                   .type = type,
                   .budget_us = settings_.timeout_us * settings_.tries,
                   .rounds = 1});
    ++asked_;
  }

  void on_lookup(const asking::LookupReport& report) override {
    if (is_temporary(report.outcome.status)) return;
    ++answered_;
    // By the clock: the engine's own time stands still within a turn.
    if (phase_ == Phase::kQuiet) latencies_us_.push_back(loop_.now_us() - sent_us_);
  }

  void begin_measuring() {
    enter(Phase::kLoad, now_us_);
    processor_from_us_ = processor_us();
    answered_before_ = answered_;
  }
  void end_measuring() {
    const auto took_us = static_cast<double>(now_us_ - phase_began_us_);
    rate_ = static_cast<double>(answered_ - answered_before_) * 1e6 / took_us;
    cpu_share_ = static_cast<double>(processor_us() - processor_from_us_) / took_us;
    window_ = runner_.in_flight();
    enter(Phase::kDrain, now_us_);
  }

  void fill(ResolverFacts& facts) {
    facts.lookups = answered_;
    facts.queries = runner_.counters().queries;
    facts.retries = runner_.counters().retries;
    facts.lookups_per_s = rate_;
    facts.window = window_;
    facts.qps_limit = settings_.qps;
    facts.cpu_share = cpu_share_;
    facts.latency_samples = latencies_us_.size();
    if (latencies_us_.empty()) return;
    std::sort(latencies_us_.begin(), latencies_us_.end());
    facts.latency_p50_us = latencies_us_[latencies_us_.size() / 2];
    facts.latency_p99_us = latencies_us_[(latencies_us_.size() * 99 - 1) / 100];
  }

  net::Loop& loop_;
  LoadSettings settings_;
  asking::LookupSettings lookup_;
  table::HostTable hosts_;
  net::AresTransport transport_;
  asking::LookupRunner runner_;
  std::vector<DomainName> names_;

  Phase phase_ = Phase::kQuiet;
  int64_t phase_began_us_ = 0;
  int64_t now_us_ = 0;
  uint64_t asked_ = 0;
  uint64_t answered_ = 0;
  std::vector<int64_t> latencies_us_;
  int64_t sent_us_ = 0;  // of the question that is alone
  int64_t processor_from_us_ = 0;
  uint64_t answered_before_ = 0;
  uint64_t window_ = 0;
  double rate_ = 0;
  double cpu_share_ = 0;
};

}  // namespace

Status load_resolver(const Endpoint& resolver, const LoadSettings& settings, ResolverFacts& facts) {
  const SteadyClock clock;
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create(clock);
  if (!loop.ok()) return loop.status();
  Load load(*loop.value(), resolver, settings);
  load.run(facts);
  return {};
}

}  // namespace mxbulk::app
