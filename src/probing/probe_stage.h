// The second stage of a domain: its mail hosts, in the order in which a mail server would try them,
// until one answers (RFC 5321 §5.1).
//
//   Dispatcher ─ add() ─► DomainProbe ⇄ ProbeDialler ─► Prober
//        ▲──── take_decided() ────┘
//
// Threads: one loop thread. Ownership: borrows prober, host table, enricher, exclusions and trace.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/arena.h"
#include "base/pool.h"
#include "base/slab.h"
#include "enrich/enrich.h"
#include "model/trace_sink.h"
#include "probing/probe_dialler.h"
#include "probing/probe_exclusions.h"
#include "probing/prober.h"
#include "route/host_evaluation.h"
#include "route/mail_route.h"
#include "table/host_table.h"
#include "table/ip_table.h"

namespace mxbulk::probing {

struct ProbeStageSettings {
  ProbeDialler::Settings dialler;
  bool all = false;           // every address of every exchange, not until one answers
  bool v6_first = false;      // this machine has a route for IPv6
  bool as_they_come = false;  // not only after all domains are through DNS
  const ProbeExclusions* exclusions = nullptr;
};

// The result of probing a domain.
struct ProbeDecision {
  DomainId domain;
  ProbeOutcome outcome = ProbeOutcome::kSkipped;   // names the reason
  std::optional<ProbeOutcome> connection_outcome;  // the best of any connection alone
  uint32_t ms = 0;                                 // of that connection
  HostId host;                                     // that answered, if one did
  LintSet lints;
};

class ProbeStage {
 public:
  ProbeStage(const ProbeStageSettings& settings, Prober& prober, const table::HostTable& hosts,
             const enrich::Enricher& enricher, TraceSink* trace);

  // A host's addresses: at most limits::kProbeAddressesMax, all allowed by the address policy. Once
  // for each host.
  void set_addresses(HostId host, const route::HostFacts& facts,
                     std::span<const IpAddress> addresses);
  // Requires: the route has a usable exchange, and set_addresses() was called for all that are.
  void add(DomainId domain, NameView name, const route::MailRoute& route);

  // `dns_over`: no domain before this one will come but by answers of this stage.
  // `is_last`: and none after it either.
  void turn(int64_t now_us, bool dns_over, bool is_last);
  // For the reports that were received by `now_us`.
  [[nodiscard]] ProbeSink& sink(int64_t now_us) {
    dialler_.set_now(now_us);
    return dialler_;
  }
  [[nodiscard]] int64_t next_wake_us() const;
  // Appends what was decided since the last call.
  void take_decided(std::vector<ProbeDecision>& decided);

  [[nodiscard]] const ProbeCounters& counters() const { return dialler_.counters(); }
  [[nodiscard]] Egress egress() const { return dialler_.egress(); }

 private:
  struct Target {
    IpId ip;
    HostId host;
  };
  struct HostAddresses {
    const IpId* ids = nullptr;  // in the order of dialling
    uint8_t count = 0;
    bool has_unknown = false;  // a lookup of addresses failed
    bool has_more = false;     // than are dialled
  };
  // A domain whose addresses are being dialled. It waits for one address at a time.
  struct DomainProbe {
    DomainId domain;
    const Target* targets = nullptr;  // in the order of dialling
    uint16_t count = 0;
    uint16_t next = 0;
    Handle<DomainProbe> next_waiter;              // for the same address
    ProbeOutcome floor = ProbeOutcome::kSmtp521;  // what is known without dialling
    bool is_second_pass = false;                  // those that failed are dialled again
    bool is_implicit = false;
  };
  using ProbeHandle = Handle<DomainProbe>;
  // A domain that would be dead, or have a dead backup.
  struct Closed {
    ProbeHandle probe;
    int64_t since_us = 0;
  };

  [[nodiscard]] static std::span<const Target> targets_of(const DomainProbe& probe) {
    return {probe.targets, probe.count};
  }
  void add_host(const route::Exchange& exchange, DomainProbe& probe);
  [[nodiscard]] bool is_excluded(NameView name) const;
  void begin_new();
  void advance(ProbeHandle handle);
  [[nodiscard]] bool must_wait(const DomainProbe& probe, const Target& target);
  void wait_for(ProbeHandle handle, IpId ip);
  bool advance_waiters();
  [[nodiscard]] ProbeOutcome best_of(const DomainProbe& probe);
  [[nodiscard]] bool begin_second_pass(DomainProbe& probe);
  void finish(ProbeHandle handle);
  void decide_held();
  [[nodiscard]] int64_t closed_due_us() const;  // Requires: closed_ is not empty.
  [[nodiscard]] bool is_filtered(const DomainProbe& probe);
  void decide(ProbeHandle handle);
  [[nodiscard]] bool has_dead_backup(const DomainProbe& probe);

  ProbeStageSettings settings_;
  const table::HostTable& hosts_;
  table::IpTable ips_;
  ProbeDialler dialler_;

  Slab<HostAddresses> addresses_;   // by HostId
  Slab<ProbeHandle> first_waiter_;  // by IpId
  Arena lists_;
  Pool<DomainProbe> probes_;
  std::vector<ProbeHandle> new_probes_;  // the first `begun_` of them have begun
  size_t begun_ = 0;                     // of new_probes_
  bool is_beginning_ = false;            // more of them may begin at once
  std::vector<ProbeHandle> held_;        // decided after the greeting check
  std::deque<Closed> closed_;            // decided after the filter check
  int64_t now_us_ = 0;
  std::vector<ProbeDecision> decided_;
  std::vector<Target> scratch_;
  std::vector<IpId> changed_;
};

}  // namespace mxbulk::probing
