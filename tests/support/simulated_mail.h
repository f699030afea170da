// A mail world on a simulated clock: the answer of each address, outages of the path, the number of
// descriptors. And a run of the probe stage over it, from the first domain to the last.
//
// Threads: one. Ownership: owns all it is given.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/ip_address.h"
#include "mxbulk/summary.h"
#include "probing/probe_stage.h"

namespace mxbulk::test {

struct MailServer {
  ProbeOutcome outcome = ProbeOutcome::kSmtp220;  // of a connection over an open path
  std::optional<ProbeOutcome> first;              // of the first connection, if it differs
  int64_t round_trip_us = 0;                      // from a SYN to its answer
  int64_t delay_us = 10'000;                      // from opening, or trying to, to the outcome
  std::string greeting;                           // empty: the address, so that each has its own
  bool has_smtputf8 = false;
  bool has_route = true;
  bool filters_us = false;  // it is up, and its `outcome` is that of our connections alone
};

// From `from_us` to `to_us` no packet of that family gets through.
struct Outage {
  int64_t from_us = 0;
  int64_t to_us = 0;
  bool is_v4 = true;
  enum class Kind : uint8_t {
    kDropped,
    kRejected,
    kNoRoute
  };  // without an answer, by the gateway, by ourselves
  Kind kind = Kind::kDropped;
};

struct SimulatedExchange {
  uint16_t preference = 10;
  std::string name;
  std::vector<std::string> addresses;
  route::ExchangeState state = route::ExchangeState::kUsable;
  bool has_unknown = false;  // addresses, because a lookup failed
  bool has_more = false;     // addresses than are dialled
};

struct SimulatedMailWorld {
  std::map<std::string, MailServer> servers;  // by address; others refuse
  std::map<std::string, std::vector<SimulatedExchange>> domains;
  std::set<std::string> cut_domains;  // they have more exchanges, which could not be read
  std::vector<Outage> outages;
  uint32_t descriptors = 1'000'000;
  Outage no_descriptors;  // meanwhile there are none; of both families

  // A domain with one exchange of that address, `mx.DOMAIN`.
  SimulatedMailWorld& domain(const std::string& name, const std::string& address,
                             const MailServer& server = {});
};

struct ProbeRunSettings {
  probing::ProbeStageSettings stage;
  int64_t dns_over_us = 0;  // until then DNS still runs
  int64_t connect_limit_us = 7'500'000;
};

struct ProbeRunResult {
  std::map<std::string, probing::ProbeDecision> decisions;
  std::map<std::string, std::string> hosts;  // the answering host's name, by domain
  std::map<std::string, uint32_t> dials;     // by address
  std::vector<std::string> order;            // of dialling, addresses
  std::map<std::string, int64_t> decided_us;
  int64_t first_dial_us = -1;
  uint32_t dialled_first = 0;  // connections begun at that time
  int64_t ended_us = 0;
  uint32_t at_once = 0;  // connections, at most
  uint32_t at_once_to_address = 0;
  uint32_t at_once_to_network = 0;  // a /24 or a /48
  probing::ProbeCounters counters;
  Egress egress = Egress::kUntried;
  bool is_complete = false;  // each domain was decided, once, within a simulated hour

  [[nodiscard]] Reason reason(const std::string& domain) const;
};

[[nodiscard]] ProbeRunResult run_probes(const SimulatedMailWorld& world,
                                        const ProbeRunSettings& settings = {});

}  // namespace mxbulk::test
