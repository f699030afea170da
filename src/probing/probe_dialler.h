// Finds out whether each address of a mail host accepts connections: dials within the caps, dials
// again later what did not open, and takes a port for closed only if this machine's egress is known
// to work (egress_monitor.h). Whether its provider blocks us is another question (filter_check.h).
//
//   ask() ─► kProbing ─► kKnown
//               └─────► kFailedOnce ─ retry() ─► kRetrying ─► kKnown
//
// A second attempt is dialled in a retry batch, with a control probe in it. If the port is closed
// again, the address waits until the control probe, and another host after it, have opened.
//
// Threads: one loop thread. Ownership: borrows prober, tables and trace.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/pool.h"
#include "base/slab.h"
#include "enrich/enrich.h"
#include "model/trace_sink.h"
#include "mxbulk/summary.h"
#include "probing/egress_monitor.h"
#include "probing/filter_check.h"
#include "probing/greeting_check.h"
#include "probing/probe_queue.h"
#include "probing/probe_target.h"
#include "probing/prober.h"
#include "table/host_table.h"
#include "table/ip_table.h"

namespace mxbulk::probing {

struct ProbeCounters {
  uint64_t connections = 0;  // dialled, control probes and second attempts included
  uint64_t opened = 0;       // of those
  uint64_t retried = 0;      // of those, to an address that had failed
  uint64_t addresses = 0;    // asked for, or skipped
  uint64_t addresses_known = 0;
  uint64_t addresses_skipped = 0;  // of those known: not dialled, or nothing was proven
};

class ProbeDialler final : public ProbeSink {
 public:
  struct Settings {
    uint32_t concurrency = 1'000;
    uint32_t per_host = 1;
  };

  ProbeDialler(const Settings& settings, Prober& prober, const table::IpTable& ips,
               const table::HostTable& hosts, const enrich::Enricher& enricher, TraceSink* trace);

  [[nodiscard]] const ProbeTarget& target(IpId id) { return targets_.grow_to(id.value()); }
  // `host`: the first that has this address. `is_named`: by an MX record. Requires: its stage is
  // kNew.
  void ask(IpId id, HostId host, bool is_named);
  // It was to be probed and is not dialled. Requires: its stage is kNew.
  void skip(IpId id);
  // Requires: its stage is kFailedOnce.
  void retry(IpId id);

  // Dials what may be dialled. `nothing_else`: no more addresses will be asked for, unless outcomes
  // lead to them.
  void turn(int64_t now_us, bool nothing_else);
  // The reports that follow were received by then.
  void set_now(int64_t now_us) { now_us_ = now_us; }
  void on_probe(const ProbeReport& report) override;
  [[nodiscard]] int64_t next_wake_us() const;

  // Appends the addresses that came to kFailedOnce or kKnown since the last call.
  void take_changed(std::vector<IpId>& changed);
  // No connection is out, and none is queued.
  [[nodiscard]] bool idle() const { return connections_.empty() && queue_.empty(); }
  [[nodiscard]] const GreetingCheck& greetings() const { return greetings_; }
  // The address did not open, and by the others of its operator and network that were dialled so
  // far this proves nothing about `host`, which has it.
  [[nodiscard]] bool is_filtered(IpId id, HostId host);
  [[nodiscard]] const ProbeCounters& counters() const { return counters_; }
  [[nodiscard]] Egress egress() const;

 private:
  static constexpr uint32_t kNoBatch = 0xFFFFFFFF;
  enum class Kind : uint8_t { kTarget, kControl };
  struct Connection {
    ProbeQueue::Entry entry;
    int64_t began_us = 0;
    Kind kind = Kind::kTarget;
    uint32_t batch = kNoBatch;
  };
  struct Retry {
    IpId target;
    int64_t due_us = 0;
  };
  struct Unconfirmed {
    IpId target;
    uint32_t batch = kNoBatch;
    int64_t ended_us = 0;
  };
  // Second attempts dialled at one time, and a control probe with them: what keeps one of them from
  // opening keeps all from opening.
  enum class Batch : uint8_t {
    kOut,           // the control probe is out
    kOpened,        // it opened promptly: egress worked when they were dialled
    kInconclusive,  // it did not, and nothing is proven
  };
  // All that concerns one address family.
  struct Family {
    EgressMonitor monitor;
    std::deque<Retry> retries;            // of addresses that did not open, by due_us
    std::deque<Unconfirmed> unconfirmed;  // by ended_us
    std::vector<Batch> batches;
    int64_t next_batch_us = 0;
    bool is_control_out = false;
    bool is_given_up = false;
  };

  static constexpr size_t kV4 = 0;
  static constexpr size_t kV6 = 1;

  [[nodiscard]] Family& family_of(IpId id) {
    return families_[ips_.address(id).is_v4() ? kV4 : kV6];
  }
  [[nodiscard]] ProbeQueue::Entry entry_of(IpId id) const;
  [[nodiscard]] uint32_t in_flight() const { return static_cast<uint32_t>(connections_.size()); }
  [[nodiscard]] bool has_room() const {
    return in_flight() < room_ && now_us_ >= no_room_until_us_;
  }
  [[nodiscard]] bool has_opened() const;
  [[nodiscard]] ProbeOutcome unreachable_outcome() const;
  [[nodiscard]] bool is_nothing_else_out(const Family& family) const;

  void turn_family(Family& family);
  void give_up_if_due(Family& family);
  void finish_retries(Family& family);
  void finish_confirmed(Family& family);
  [[nodiscard]] EgressMonitor::Proof proof_of(const Family& family, const Unconfirmed& one) const;
  void dial_retry_batch(Family& family);
  [[nodiscard]] bool try_dial(IpId target, uint32_t batch);
  [[nodiscard]] bool wants_control_probe(const Family& family) const;
  [[nodiscard]] bool dial_control_probe(Family& family, uint32_t batch);
  void finish_without_control(Family& family, bool nothing_else);
  void dial_queue();
  void dial(const ProbeQueue::Entry& entry, Kind kind, uint32_t batch);

  void on_control_probe(Family& family, const Connection& connection, const ProbeReport& report);
  void on_no_room(const Connection& connection);
  void on_no_route(const Connection& connection);
  void on_outcome(const Connection& connection, const ProbeReport& report);
  void count(const Connection& connection, const ProbeReport& report);
  void note_room();
  [[nodiscard]] ServerKeys keys_of(IpId id, HostId host) const;
  void note_greeting(const ProbeQueue::Entry& entry, const ProbeReport& report);
  void retry_or_skip(IpId id);
  void finish(IpId id, ProbeOutcome outcome);

  Settings settings_;
  Prober& prober_;
  const table::IpTable& ips_;
  const table::HostTable& hosts_;
  const enrich::Enricher& enricher_;
  TraceSink* trace_;

  Slab<ProbeTarget> targets_;  // by IpId
  ProbeQueue queue_;
  std::array<Family, 2> families_;
  // Need no control probe: of addresses that had opened, or had no route; by due_us.
  std::deque<Retry> single_retries_;
  GreetingCheck greetings_;
  FilterCheck filters_;
  ProbeCounters counters_;
  Pool<Connection> connections_;  // a ticket is the handle of its connection
  std::vector<IpId> changed_;
  uint32_t room_;  // connections at once: lowered when descriptors, ports or memory run out
  uint32_t ended_since_room_changed_ = 0;
  uint32_t no_room_in_row_ = 0;  // times that not even one connection had room
  int64_t no_room_until_us_ = 0;
  int64_t now_us_ = 0;
};

}  // namespace mxbulk::probing
