// Finds out what each address of a mail host comes to: dials within the caps, dials again later who
// did not open, and believes a closed port only where our own way out is known to be open.
//
//   ask() ─► kAsked ─► kKnown
//               └────► kFailedOnce ─ ask_again() ─► kAskedAgain ─► kKnown
//
// Threads: one loop thread. Ownership: borrows prober, tables and trace.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/slab.h"
#include "enrich/enrich.h"
#include "model/trace_sink.h"
#include "mxbulk/summary.h"
#include "probing/egress_watch.h"
#include "probing/greeting_census.h"
#include "probing/probe_queue.h"
#include "probing/prober.h"
#include "table/host_table.h"
#include "table/ip_table.h"

namespace mxbulk::probing {

struct ProbeCounters {
  uint64_t connections = 0;  // dialled, witnesses and second tries included
  uint64_t opened = 0;       // of those
  uint64_t retried = 0;      // of those, for an address that had failed
  uint64_t addresses = 0;    // asked for, or skipped
  uint64_t addresses_known = 0;
  uint64_t addresses_skipped = 0;  // of those known: not tried, or nothing was proven
};

class ProbeDialler final : public ProbeSink {
 public:
  struct Settings {
    uint32_t concurrency = 1'000;
    uint32_t per_host = 1;
  };
  enum class Stage : uint8_t { kNew, kAsked, kFailedOnce, kAskedAgain, kKnown };
  struct Target {
    HostId host;      // the first that was found there
    uint32_t ms = 0;  // of the last connection
    Stage stage = Stage::kNew;
    ProbeOutcome outcome = ProbeOutcome::kSkipped;  // from kFailedOnce on
    std::optional<ProbeOutcome> heard;              // what the last connection said by itself
    uint8_t tries = 0;
    bool has_smtputf8 = false;
  };

  ProbeDialler(const Settings& settings, Prober& prober, const table::IpTable& ips,
               const table::HostTable& hosts, const enrich::Enricher& enricher, TraceSink* trace);

  [[nodiscard]] const Target& target(IpId id) { return targets_.grow_to(id.value()); }
  // Requires: its stage is kNew.
  void ask(IpId id, HostId host);
  // It was to be probed and is not dialled. Requires: its stage is kNew.
  void skip(IpId id);
  // Requires: its stage is kFailedOnce.
  void ask_again(IpId id);

  // Dials who may be dialled. `nothing_else`: no more addresses will be asked for but by answers.
  void turn(int64_t now_us, bool nothing_else);
  // The reports that follow have come by then.
  void set_now(int64_t now_us) { now_us_ = now_us; }
  void on_probe(const ProbeReport& report) override;
  [[nodiscard]] int64_t next_wake_us() const;

  // Addresses that came to kFailedOnce or kKnown since the last call, put behind those in
  // `changed`.
  void take_changed(std::vector<IpId>& changed);
  // Nobody is dialled or waits to be.
  [[nodiscard]] bool idle() const { return in_flight_ == 0 && queue_.empty(); }
  [[nodiscard]] const GreetingCensus& census() const { return census_; }
  [[nodiscard]] const ProbeCounters& counters() const { return counters_; }
  [[nodiscard]] Egress egress() const;

 private:
  static constexpr uint32_t kNoVolley = 0xFFFFFFFF;
  enum class Kind : uint8_t { kTarget, kWitness };
  struct Dial {
    ProbeQueue::Entry entry;
    int64_t began_us = 0;
    Kind kind = Kind::kTarget;
    uint32_t volley = kNoVolley;
  };
  struct Retry {
    IpId target;
    int64_t due_us = 0;
  };
  struct Unproven {
    IpId target;
    uint32_t volley = kNoVolley;
    int64_t ended_us = 0;
  };
  // Second tries that are dialled in one moment, and a witness beside them: what keeps one of them
  // from opening keeps all.
  enum class Volley : uint8_t {
    kOut,     // so is its witness
    kOpened,  // at once: the way was open when they were dialled
    kVoid,    // it did not, and nothing is proven
  };
  // All that concerns one address family.
  struct Way {
    EgressWatch watch;
    std::deque<Retry> retries;      // of who did not open, by due_us
    std::deque<Unproven> unproven;  // by ended_us
    std::vector<Volley> volleys;
    int64_t next_volley_us = 0;
    bool is_witness_out = false;
    bool is_given_up = false;
  };

  static constexpr size_t kV4 = 0;
  static constexpr size_t kV6 = 1;

  [[nodiscard]] Way& way_of(IpId id) { return ways_[ips_.address(id).is_v4() ? kV4 : kV6]; }
  [[nodiscard]] ProbeQueue::Entry entry_of(IpId id) const;
  [[nodiscard]] bool has_room() const { return in_flight_ < room_ && now_us_ >= starved_until_us_; }
  [[nodiscard]] bool has_opened() const;
  [[nodiscard]] ProbeOutcome unreachable_from_here() const;

  [[nodiscard]] bool is_nobody_else_left(const Way& way) const;

  void look_after(Way& way);
  void give_up_where_due(Way& way);
  void finish_retries(Way& way);
  void settle_unproven(Way& way);
  [[nodiscard]] EgressWatch::Proof proof_of(const Way& way, const Unproven& one) const;
  void dial_volley(Way& way);
  [[nodiscard]] bool try_dial(IpId target, uint32_t volley);
  [[nodiscard]] bool dial_witness(Way& way, uint32_t volley);
  void on_witness(Way& way, const Dial& dial, const ProbeReport& report);
  [[nodiscard]] bool wants_witness(const Way& way) const;
  void dial_queue();
  void conclude(Way& way, bool nothing_else);
  void dial(const ProbeQueue::Entry& entry, Kind kind, uint32_t volley);
  void on_outcome(const Dial& dial, const ProbeReport& report);
  void on_no_room(const Dial& dial);
  void on_no_route(const Dial& dial);
  void on_closed_again(Way& way, const Dial& dial);
  void note_greeting(const ProbeQueue::Entry& entry, const ProbeReport& report);
  void retry_or_skip(IpId id);
  void finish(IpId id, ProbeOutcome outcome);

  Settings settings_;
  Prober& prober_;
  const table::IpTable& ips_;
  const table::HostTable& hosts_;
  const enrich::Enricher& enricher_;
  TraceSink* trace_;

  Slab<Target> targets_;  // by IpId
  ProbeQueue queue_;
  std::array<Way, 2> ways_;
  // Need no witness beside them: of who opened, or had no route; by due_us.
  std::deque<Retry> lone_retries_;
  GreetingCensus census_;
  ProbeCounters counters_;
  std::vector<Dial> dials_;  // by ticket
  std::vector<uint32_t> free_dials_;
  std::vector<IpId> changed_;
  uint32_t in_flight_ = 0;
  uint32_t room_;  // connections at once: fewer than asked for where there is no room
  uint32_t reports_at_room_ = 0;  // that did well since it last changed
  uint32_t starved_ = 0;          // times in a row that not even one connection had room
  int64_t starved_until_us_ = 0;
  int64_t now_us_ = 0;
};

}  // namespace mxbulk::probing
