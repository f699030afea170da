// A dispatcher over a scripted transport. Each of its resolvers answers in a given manner.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/dispatcher.h"
#include "support/scripted_transport.h"
#include "support/simulated_random.h"

namespace mxbulk::engine {

inline constexpr uint8_t kServfailCode = 2;
inline constexpr uint8_t kNxdomain = 3;
inline constexpr int64_t kSecondUs = 1'000'000;
// Of a check without canaries, to each resolver.
inline constexpr size_t kFirstQuestions = 2 + limits::kTopLevelNames;

class ResolverCheckerTest : public testing::Test {
 public:
  // How a resolver answers: correctly, or not.
  enum class Manner { kGood, kAddresses, kDenies, kUnresponsive, kFoldsCase };

  ResolverCheckerTest() { set_up(1); }

 protected:
  void set_up(size_t resolvers, const std::vector<std::string>& canaries = {}, uint32_t qps = 0,
              bool finish_when_down = false) {
    DispatcherSettings settings;
    for (size_t i = 0; i < resolvers; ++i) {
      settings.lookup.upstream_names.push_back("resolver" + std::to_string(i));
    }
    settings.lookup.qps = qps;
    settings.finish_when_down = finish_when_down;
    settings.observer = observer_;
    settings.checks.random = [random = test::SimulatedRandom(1)]() mutable {
      return random.next();
    };
    for (const std::string& canary : canaries) {
      settings.checks.canaries.push_back(*DomainName::from_text(canary));
    }
    manners_.assign(resolvers, Manner::kGood);
    dispatcher_ = std::make_unique<Dispatcher>(settings, domains_, hosts_, transport_, nullptr);
  }
  void intern(const std::string& text) {
    const DomainName name = *DomainName::from_text(text);
    const table::DomainTable::Request request{name.view(), {}};
    DomainId id;
    EXPECT_TRUE(domains_.intern({&request, 1}, {&id, 1}));
  }
  void add_mx(const std::string& domain) {
    world_.add(domain).mx = {.fate = test::Fate::kData, .mx = {{0, "."}}};
  }
  // `count` domains with MX, named after `prefix`.
  void intern_many(const std::string& prefix, size_t count, bool with_mx = true) {
    for (size_t i = 0; i < count; ++i) {
      const std::string name = prefix + std::to_string(i) + ".test";
      if (with_mx) add_mx(name);
      intern(name);
    }
  }
  void turn() { dispatcher_->turn(now_us_, {.closed = is_closed_}); }

  // Answers the queries, each in its resolver's manner, until the run ends or nothing more can
  // happen at this time.
  void settle() {
    ++now_us_;
    turn();
    while (answered_ < transport_.count() && dispatcher_->failure().ok()) {
      while (answered_ < transport_.count()) answer(answered_++);
      turn();
    }
  }
  // To the end of the run; time advances when nothing else happens.
  void finish() {
    is_closed_ = true;
    settle();
    for (int guard = 0; guard < 10'000 && !is_over(); ++guard) {
      now_us_ = std::max(now_us_, dispatcher_->next_wake_us());
      settle();
    }
    EXPECT_TRUE(is_over());
  }
  // The same if all resolvers drop the questions for a name that cannot exist.
  void finish_without_random_names() {
    is_closed_ = true;
    for (int guard = 0; guard < 1'000 && !is_over(); ++guard) {
      turn();
      for (; answered_ < transport_.count(); ++answered_) {
        if (!is_random_name(answered_)) answer(answered_);
      }
      turn();
      if (!is_over()) now_us_ = std::max(now_us_, dispatcher_->next_wake_us());
    }
    EXPECT_TRUE(dispatcher_->finished()) << message();
  }
  [[nodiscard]] bool is_over() const {
    return dispatcher_->finished() || !dispatcher_->failure().ok();
  }

  virtual void answer(size_t index) {
    asking::DnsReplySink& sink = dispatcher_->sink(now_us_);
    const asking::DnsQuery& query = transport_.query(index);
    const bool is_root = query.type == RecordType::kSoa;
    switch (manners_[query.upstream]) {
      case Manner::kUnresponsive: return;
      case Manner::kDenies: transport_.answer_rcode(sink, index, kNxdomain); return;
      case Manner::kAddresses:
        if (is_root) break;
        transport_.answer_address(sink, index);
        return;
      case Manner::kFoldsCase:
        transport_.send(sink, index, test::answer_of(world_, transport_.question(index), {}).bytes,
                        false);
        return;
      case Manner::kGood: break;
    }
    transport_.answer(sink, index, world_);
  }

  [[nodiscard]] size_t count_asked(RecordType type, std::string_view end, int upstream = -1) const {
    size_t count = 0;
    for (size_t i = 0; i < transport_.count(); ++i) {
      const asking::DnsQuery& query = transport_.query(i);
      const bool is_there = upstream < 0 || query.upstream == upstream;
      if (is_there && query.type == type && transport_.name(i).ends_with(end)) ++count;
    }
    return count;
  }
  [[nodiscard]] size_t probes(int upstream = -1) const {
    return count_asked(RecordType::kA, ".invalid", upstream);
  }
  // Of a test query: under `invalid`, or under a top-level domain of which no test has a name.
  [[nodiscard]] bool is_random_name(size_t index) const {
    const std::string name = transport_.name(index);
    return name.find('.') == limits::kRandomNameLetters;
  }
  // Random names under real top-level domains.
  [[nodiscard]] size_t top_level_questions(int upstream = -1) const {
    size_t count = 0;
    for (const char* end : {".com", ".net", ".org", ".info"}) {
      count += count_asked(RecordType::kA, end, upstream);
      count += count_asked(RecordType::kAaaa, end, upstream);
    }
    return count;
  }
  [[nodiscard]] const std::string& message() const { return dispatcher_->failure().message(); }
  [[nodiscard]] Reason reason(uint32_t id) const { return domains_.record(DomainId(id)).reason; }

  DecisionObserver* observer_ = nullptr;  // of the next set_up()
  test::World world_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  asking::ScriptedTransport transport_;
  std::vector<Manner> manners_;
  std::unique_ptr<Dispatcher> dispatcher_;
  int64_t now_us_ = 0;
  size_t answered_ = 0;
  bool is_closed_ = false;
};

}  // namespace mxbulk::engine
