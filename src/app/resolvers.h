// From `--resolver` and `--canary` to addresses and names, and how the resolvers are asked.
// Starts the built-in server if `lab` is named.
//
//   auto resolvers = open_resolvers(options.dns.resolvers);
//   if (!resolvers.ok()) return resolvers.status();
//   const asking::LookupSettings settings =
//       lookup_settings(options.dns, resolvers.value().endpoints);
//
// Threads: one; reads files. Ownership: OpenResolvers owns the built-in server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "asking/lookup_runner.h"
#include "lab/dns_server.h"
#include "model/domain_name.h"
#include "model/endpoint.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

struct OpenResolvers {
  std::unique_ptr<lab::DnsServer> lab;  // null: not the built-in one
  std::vector<Endpoint> endpoints;
};

// Errors: as resolver_list(); kUsage if `lab` is not alone.
[[nodiscard]] Result<OpenResolvers> open_resolvers(const std::vector<std::string>& words);

// The built-in resolver is among those of `--resolver`.
[[nodiscard]] bool has_lab(const std::vector<std::string>& words);

// `IP`, `IP:PORT`, `[IP6]:PORT`, `@FILE`; empty `words`: /etc/resolv.conf. Errors: kUsage with the
// word that is not an address; kUsage for a file that cannot be read or names no resolver.
// Requires: no word is "lab".
[[nodiscard]] Result<std::vector<Endpoint>> resolver_list(const std::vector<std::string>& words);

// An address with or without port. Errors: kUsage with what would be right; the caller adds the
// flag's name.
[[nodiscard]] Result<Endpoint> parse_resolver(std::string_view word);
// Ok for all that `--resolver` takes: that, `@FILE` (which is not opened) and `lab`. Errors: as
// above.
[[nodiscard]] Status check_resolver(std::string_view word);

[[nodiscard]] bool is_loopback(const IpAddress& address);

// The domain of one canary. Errors: kUsage with what would be right; the caller adds the flag's
// name.
[[nodiscard]] Result<DomainName> parse_canary(std::string_view word);
// Errors: kUsage with the word that is not a domain, or if there are too many.
[[nodiscard]] Result<std::vector<DomainName>> canary_list(const std::vector<std::string>& words);

// How these resolvers are asked. Without `--qps`: no limit if all are on loopback, else 1,000.
[[nodiscard]] asking::LookupSettings lookup_settings(const DnsOptions& options,
                                                     const std::vector<Endpoint>& resolvers);

}  // namespace mxbulk::app
