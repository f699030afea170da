// The settings of probes from their flags, checked before a packet is sent.
//
// Threads: any. Pure, except that probe_plan() reads the file of exclusions and binds a socket,
// from which nothing is sent. Ownership: a plan owns all its parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/ip_net.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "probing/probe_exclusions.h"
#include "route/address_policy.h"

namespace mxbulk::app {

struct ProbePlan {
  route::AddressPolicy policy;  // of verdicts too, probing or not
  probing::ProbeExclusions exclusions;
  std::optional<IpAddress> source;  // none: the system's choice
  std::string helo;                 // in A-labels; empty: none was given
};

// Errors: kUsage naming the flag: what check_probe_rules() says, a value that is wrong, a file of
// exclusions that cannot be read, a source address that is not this machine's. Without probing
// file and source are not checked.
[[nodiscard]] Result<ProbePlan> probe_plan(const Options& options);

// The file of `--probe-exclude`. An entry is an IP address, a network, or the name of a host or
// domain (with all under it). Errors: as read_list_file().
[[nodiscard]] Result<probing::ProbeExclusions> read_probe_exclusions(const std::string& path);

// Which options go together; the one place for it. Errors: kUsage.
[[nodiscard]] Status check_probe_rules(const Options& options);

// One value each. Errors: kUsage with what would be right; the caller adds the flag's name.
// A host name of two labels at least (RFC 5321 §2.3.5, §4.1.4); no special-use name.
[[nodiscard]] Result<DomainName> parse_helo(std::string_view word);
[[nodiscard]] Result<IpAddress> parse_source_ip(std::string_view word);
[[nodiscard]] Result<IpNet> parse_net(std::string_view word);

}  // namespace mxbulk::app
