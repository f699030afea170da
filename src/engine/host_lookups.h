// Finds the addresses of mail hosts: each host is asked for once, however many domains name it
// (single flight).
//
// Threads: one loop thread. Ownership: borrows hosts, runner, checker and probes.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "asking/lookup_runner.h"
#include "asking/resolver_checker.h"
#include "base/pool.h"
#include "base/slab.h"
#include "probing/probe_stage.h"
#include "route/host_evaluation.h"
#include "table/host_table.h"

namespace mxbulk::engine {

struct DomainJob;

// A domain that needs the addresses of a host.
struct HostWaiter {
  Handle<DomainJob> domain;
  uint16_t exchange = 0;  // index into its list
};

struct HostLookupSettings {
  int64_t budget_us = 0;         // of asking time for one host
  bool asks_all_types = false;   // A and AAAA, even if A has a usable address
  bool keeps_addresses = false;  // for addresses()
  const route::AddressPolicy* policy = nullptr;
};

class HostLookups final : private asking::LookupClient {
 public:
  struct Ready {
    HostWaiter waiter;
    HostId host;
    int64_t asked_us = 0;  // 0: it was known before
  };

  // `probes`: receives the addresses of each host; may be nullptr.
  HostLookups(HostLookupSettings settings, table::HostTable& hosts, asking::LookupRunner& runner,
              asking::ResolverChecker& checker, probing::ProbeStage* probes)
      : settings_(settings), hosts_(hosts), runner_(runner), checker_(checker), probes_(probes) {}

  // The waiter comes back from next_ready(), never in this call.
  void want(HostId host, HostWaiter waiter);
  // A waiter whose host is known now.
  [[nodiscard]] std::optional<Ready> next_ready();

  // Of a host that is known; else nothing is set.
  [[nodiscard]] const route::HostFacts& facts(HostId host) const;
  // The resolver that gave the address of a host that is known.
  [[nodiscard]] uint8_t upstream(HostId host) const { return known_[host.value()].upstream; }
  // With keeps_addresses: all that were found.
  [[nodiscard]] const std::vector<IpAddress>& addresses(HostId host) const;

 private:
  struct Job {
    route::HostEvaluation evaluation{false};
    HostId host;
    int64_t asked_us = 0;
    std::vector<HostWaiter> waiters;
  };
  struct Known {
    enum class State : uint8_t { kNew, kAsking, kKnown };
    route::HostFacts facts;
    Handle<Job> job;  // kAsking
    State state = State::kNew;
    uint8_t upstream = 0;  // that gave the address
  };

  void begin(HostId host, HostWaiter waiter);
  void ask(Handle<Job> handle, RecordType type);
  void on_lookup(const asking::LookupReport& report) override;
  void finish(Handle<Job> handle);

  HostLookupSettings settings_;
  table::HostTable& hosts_;
  asking::LookupRunner& runner_;
  asking::ResolverChecker& checker_;
  probing::ProbeStage* probes_;

  Pool<Job> jobs_;
  Slab<Known> known_;                              // by HostId
  std::vector<std::vector<IpAddress>> addresses_;  // by HostId, with keeps_addresses only
  std::deque<Ready> ready_;
};

}  // namespace mxbulk::engine
