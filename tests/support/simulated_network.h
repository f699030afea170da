// asking::DnsTransport over a World, a simulated clock and a faulty network.
//
// Threads: one. Ownership: borrows the World.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "asking/dns_transport.h"
#include "support/simulated_message.h"
#include "support/simulated_random.h"
#include "support/simulated_world.h"

namespace mxbulk::test {

// A time in which one resolver fails or misbehaves: the kinds from kNxdomain on give false answers.
struct FaultPeriod {
  enum class Kind : uint8_t {
    kUnresponsive,
    kServfail,
    kRefused,
    kGarbage,
    kLocalTrouble,
    kCutOff,     // SERVFAIL to all but the root, which it has in its cache
    kFoldsCase,  // a backend that does so
    kNxdomain,   // for every name, even the root
    kNoData,
    kDeniesAllButRoot,
    kAddress,       // for every name
    kRewritesA,     // names that do not exist get an IPv4 address, those under `invalid` apart
    kRewritesAaaa,  // an IPv6 address
  };
  [[nodiscard]] bool is_false_answer() const { return kind >= Kind::kNxdomain; }

  size_t upstream = 0;
  Kind kind = Kind::kUnresponsive;
  int64_t from_us = 0;
  int64_t to_us = 0;
};

// What a resolver does with the questions above its limit.
enum class OverLimit : uint8_t { kRefused, kServfail, kUnresponsive };

struct NetworkFaults {
  int64_t rtt_us = 5'000;  // about half to twice as much
  double loss = 0;
  double late = 0;             // up to twice the timeout
  double servfail_once = 0;    // of names: their first question at each resolver
  double random_servfail = 0;  // of answers
  uint32_t per_second = 0;     // questions, of each resolver, and as many at once; 0: no limit
  OverLimit over_limit = OverLimit::kRefused;
  double truncation = 0;
  double tcp_failure = 0;
  double local_trouble = 0;
  std::vector<FaultPeriod> periods;

  [[nodiscard]] bool has_false_answers() const {
    return std::any_of(periods.begin(), periods.end(),
                       [](const FaultPeriod& period) { return period.is_false_answer(); });
  }
  // No fault can delay or lose an answer.
  [[nodiscard]] bool is_faultless() const {
    return loss + late + servfail_once + random_servfail + tcp_failure + local_trouble == 0 &&
           per_second == 0 && periods.empty();
  }
};

class SimulatedNetwork final : public asking::DnsTransport {
 public:
  // What became of the questions for one type of one name.
  struct History {
    uint32_t queries = 0;
    uint32_t hits = 0;           // attempts that a fault spoilt or delayed
    int64_t first_good_us = -1;  // a whole, true answer was delivered in time
  };
  using Key = std::pair<std::string, RecordType>;

  // `in_time_us`: an answer that takes longer may be too late.
  SimulatedNetwork(const World& world, NetworkFaults faults, std::vector<ResolverHabits> resolvers,
                   int64_t in_time_us, uint64_t seed)
      : world_(world),
        faults_(std::move(faults)),
        resolvers_(std::move(resolvers)),
        in_time_us_(in_time_us),
        random_(seed),
        buckets_(resolvers_.size()) {}

  void set_now(int64_t now_us) { now_us_ = now_us; }
  void ask(const asking::DnsQuery& query) override;
  void deliver(asking::DnsReplySink& sink);
  // When the next reply is due, or INT64_MAX.
  [[nodiscard]] int64_t next_reply_us() const;

  [[nodiscard]] const std::map<Key, History>& history() const { return history_; }
  [[nodiscard]] uint64_t queries() const { return sequence_; }
  [[nodiscard]] uint64_t replies() const { return replies_; }
  // Of all questions, their time, order and protocol.
  [[nodiscard]] uint64_t digest() const { return digest_; }
  [[nodiscard]] int64_t last_good_us() const { return last_good_us_; }
  // The last question about the root's SOA, which checks that the resolver answers.
  [[nodiscard]] int64_t last_watch_us() const { return last_watch_us_; }
  // In mixed case, to a resolver that has always folded it.
  [[nodiscard]] uint32_t asked_in_vain() const { return asked_in_vain_; }
  // In mixed case at all.
  [[nodiscard]] uint32_t asked_in_mixed_case() const { return asked_in_mixed_case_; }
  // A ticket was used again before its reply.
  [[nodiscard]] bool has_doubled_ticket() const { return has_doubled_ticket_; }

 private:
  struct Pending {
    int64_t due_us;
    uint64_t sequence;
    uint64_t ticket;
    asking::ReplyKind kind;
    std::string bytes;
    Key key;
    bool is_good;
    bool is_in_time;
    bool kept_case = true;
    bool operator>(const Pending& other) const {
      return std::pair(due_us, sequence) > std::pair(other.due_us, other.sequence);
    }
  };

  void note(const asking::DnsQuery& query);
  Pending reply_to(const asking::DnsQuery& query);
  bool spoil(const asking::DnsQuery& query, const SimulatedQuestion& question, Pending& reply);
  bool refuse(const asking::DnsQuery& query, const SimulatedQuestion& question, Pending& reply);
  [[nodiscard]] bool is_over_limit(size_t upstream);
  bool apply_spell(const asking::DnsQuery& query, const SimulatedQuestion& question,
                   Pending& reply);
  void time_out(const asking::DnsQuery& query, Pending& reply);
  void fold(const asking::DnsQuery& query, Pending& reply);
  [[nodiscard]] bool is_first_servfail(const asking::DnsQuery& query, const Key& key);
  int64_t delay_us();

  const World& world_;
  NetworkFaults faults_;
  std::vector<ResolverHabits> resolvers_;
  int64_t in_time_us_;
  SimulatedRandom random_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
  struct Bucket {
    double tokens = 0;
    int64_t filled_at_us = -1'000'000;  // full at the start
  };
  std::vector<Bucket> buckets_;  // by resolver
  std::set<uint64_t> tickets_;
  std::set<std::pair<Key, uint8_t>> asked_before_;
  std::map<Key, History> history_;
  int64_t now_us_ = 0;
  int64_t last_good_us_ = -1;
  int64_t last_watch_us_ = -1;
  uint64_t sequence_ = 0;
  uint64_t replies_ = 0;
  uint64_t digest_ = 0;
  uint32_t asked_in_vain_ = 0;
  uint32_t asked_in_mixed_case_ = 0;
  bool has_doubled_ticket_ = false;
};

}  // namespace mxbulk::test
