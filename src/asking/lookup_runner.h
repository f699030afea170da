// Runs lookups over the transport: which resolver, when, how many at once, how long, and once more
// at the end. Every lookup that is started ends in exactly one outcome.
//
// Threads: one loop thread; turn() drives it, on_reply() is called by the transport's turn.
// Ownership: borrows the transport; names given to start() live as long as the run.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asking/dns_transport.h"
#include "asking/lookup.h"
#include "asking/rate_limit.h"
#include "asking/upstream_set.h"
#include "base/timer_wheel.h"
#include "dns/message.h"
#include "model/lookup_outcome.h"
#include "model/trace_sink.h"
#include "table/host_table.h"

namespace mxbulk::asking {

// Whose lookup it is: the dispatcher's own business.
using OwnerToken = uint64_t;

struct LookupSettings {
  std::vector<std::string> upstream_names;  // for the trace; 1..32 of them
  uint32_t concurrency = 0;                 // for each upstream; 0 = finds itself
  uint32_t qps = 0;                         // 0 = no limit
  LookupPolicy policy;                      // `upstreams` is set from the names

  // How long an answer to one try is listened for, while later copies are out: a resolver that is
  // slow for all is slow, not dead.
  [[nodiscard]] int64_t listen_us() const { return policy.timeout_us * 3; }
};

struct LookupCounters {
  uint64_t queries = 0;
  uint64_t answers = 0;
  uint64_t retries = 0;
};

struct LookupReport {
  OwnerToken owner = 0;
  LookupOutcome outcome;          // its spans are good for the call
  uint8_t upstream = 0;           // who answered last
  int64_t asked_us = 0;           // asking time, time in the slow lane not counted
  uint32_t denied_by = 0;         // bit set: that upstream said NXDOMAIN
  std::optional<bool> kept_case;  // of a probe: whether its letters came back as they went out
};

class LookupSink {
 public:
  virtual ~LookupSink() = default;
  virtual void on_lookup(const LookupReport& report) = 0;
  // A round of asking failed. The lookup is in the slow lane, or its report follows.
  virtual void on_round_failed() = 0;
  virtual void on_good_answer() = 0;
};

class LookupRunner final : public DnsReplySink {
 public:
  struct Question {
    OwnerToken owner = 0;
    NameView name;
    RecordType type = RecordType::kMx;
    int64_t budget_us = 0;  // asking time that its owner has left
    uint32_t rounds = 2;
    int avoid_upstream = -1;  // a second opinion is wanted
    bool is_urgent = false;   // waits for no room: the window may be full because nobody answers
    int only_upstream = -1;   // it is this resolver's word that is wanted
    // About a resolver, and no domain: traced nowhere, neither a good answer nor a failed round.
    bool is_own = false;
    bool is_probe = false;  // LetterCase::kProbe
  };

  LookupRunner(LookupSettings settings, DnsTransport& transport, table::HostTable& hosts,
               LookupSink& sink, TraceSink* trace);

  void start(const Question& question);
  // True while another new domain's question could go out at once.
  [[nodiscard]] bool has_room() const;

  // Timers, the slow lane, what waits for room. `nothing_else`: no other work will come before the
  // slow lane is empty, so it need not wait.
  void turn(int64_t now_us, bool nothing_else);
  [[nodiscard]] int64_t next_wake_us() const;

  [[nodiscard]] bool idle() const { return active_ == 0; }
  // Lookups asked or waiting for room; not those in the slow lane.
  [[nodiscard]] size_t busy() const { return active_ - parked_count_; }
  // Questions that are out and not given up for lost.
  [[nodiscard]] uint64_t in_flight() const { return upstreams_.in_flight(); }
  [[nodiscard]] const LookupCounters& counters() const { return counters_; }

  // As in UpstreamSet. What waits for a resolver that is left out is asked of others at the next
  // turn().
  void leave_out(size_t upstream) { upstreams_.leave_out(upstream); }
  void set_keeps_case(size_t upstream, bool keeps) { upstreams_.set_keeps_case(upstream, keeps); }

  // The replies that follow have come by then: else they would seem as old as the last turn.
  void set_now(int64_t now_us) { now_us_ = now_us; }
  void on_reply(const DnsReply& reply) override;

 private:
  static constexpr uint32_t kNoFlight = 0xFFFFFFFF;

  struct Slot {
    Lookup lookup;
    OwnerToken owner = 0;
    NameView name;  // asked for now; `chased` after a CNAME
    std::unique_ptr<DomainName> chased;
    RecordType type = RecordType::kMx;
    uint32_t generation = 0;
    uint32_t timer = 0;    // only the timer with this number counts
    uint32_t queuing = 0;  // only the place in a queue with this number counts
    uint32_t parking = 0;  // only the place in the slow lane with this number counts
    uint32_t rounds_max = 2;
    uint32_t links = 0;           // CNAMEs followed, over all its answers
    uint32_t ttl_s = 0xFFFFFFFF;  // smallest on the way
    int64_t budget_us = 0;
    int64_t asked_us = 0;
    int64_t asking_since_us = -1;  // -1: not asking
    uint32_t flight = kNoFlight;   // of the newest try, while it counts
    uint32_t tries = 0;
    uint8_t rcode = 0;
    uint8_t upstream = 0;  // who answered last
    int8_t avoid_upstream = -1;
    int8_t only_upstream = -1;
    std::optional<bool> kept_case;
    bool is_urgent = false;
    bool is_own = false;
    bool is_probe = false;
    bool is_parked = false;
    bool is_queued = false;  // its next try waits for room
  };
  struct TimerKey {
    uint32_t slot;
    uint32_t timer;
  };
  // One try that the transport has not yet replied to; its index is the ticket.
  struct Flight {
    uint32_t slot;
    uint32_t generation;
    int64_t sent_us;
    uint8_t upstream;
    bool over_tcp;
    bool with_edns;
    bool in_mixed_case;
    bool is_plain;          // in lower case because mixed ones before it were not answered
    bool counts = true;     // in the upstream's window
    bool given_up = false;  // its time ran out; an answer is late, but good
  };
  struct Queued {
    uint32_t slot;
    uint32_t generation;
    uint32_t queuing;
  };
  using Queue = std::deque<Queued>;  // may hold some that no longer wait
  struct Parked {
    uint32_t slot;
    uint32_t generation;
    uint32_t parking;
    int64_t due_us;
  };

  [[nodiscard]] uint32_t take_flight(const Flight& flight);
  void settle(Flight& flight);
  void begin_round(uint32_t index);
  void act(uint32_t index, Lookup::Step step);
  void send_or_queue(uint32_t index);
  void send(uint32_t index);
  void send_queued();
  [[nodiscard]] bool send_first_of(size_t upstream);
  [[nodiscard]] bool still_waits(const Queued& entry) const;
  void turn_away_from_the_silent();
  void turn_away_queue(size_t upstream);
  void on_timer(uint32_t index);
  void park(uint32_t index);
  void wake_parked(bool nothing_else);
  void unpark(Slot& slot);
  void on_bytes(const Flight& flight, const DnsReply& reply);
  void count_answer(const Flight& flight);
  void finish_with_answer(uint32_t index);
  void finish_failed(uint32_t index, LookupStatus status);
  void report(uint32_t index, LookupOutcome outcome);
  void chase(uint32_t index);
  void pause(Slot& slot);
  void forget_tries(Slot& slot);
  void stop_clock(Slot& slot) const;
  [[nodiscard]] bool is_out_of_time(const Slot& slot) const;
  [[nodiscard]] LookupPolicy policy_of(const Slot& slot) const;
  [[nodiscard]] LetterCase letter_case_of(const Slot& slot, const Try& next) const;
  [[nodiscard]] bool is_roomy(size_t upstream) const;
  void trace_answer(const Slot& slot) const;

  LookupSettings settings_;
  DnsTransport& transport_;
  table::HostTable& hosts_;
  LookupSink& sink_;
  TraceSink* trace_;

  UpstreamSet upstreams_;
  RateLimit rate_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  std::vector<Queue> queues_;  // by upstream: tries that wait for its room
  uint32_t lost_by_ = 0;       // bit set: that upstream lost a question since the last turn
  size_t next_queue_ = 0;      // has the first turn, where not all can be served
  std::deque<Parked> parked_;  // the slow lane, in order of due time; may hold some that left it
  std::vector<Flight> flights_;
  std::vector<uint32_t> free_flights_;
  TimerWheel<TimerKey> timers_;
  std::unique_ptr<dns::Answer> answer_;
  std::vector<MxRecord> mx_;  // backs the outcome that is being reported
  LookupCounters counters_;
  int64_t now_us_ = 0;
  size_t active_ = 0;
  size_t parked_count_ = 0;
};

}  // namespace mxbulk::asking
