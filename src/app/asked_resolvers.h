// Whom a run asks, and how hard it may: from `--resolver` to addresses, the built-in server started
// where it is meant.
//
// Threads: one. Ownership: owns the built-in server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "model/endpoint.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

struct AskedResolvers {
  std::unique_ptr<lab::DnsServer> lab;  // first: goes last
  std::vector<Endpoint> endpoints;
};

// Errors: as resolver_list(); kUsage where `lab` stands beside others.
[[nodiscard]] Result<AskedResolvers> open_resolvers(const std::vector<std::string>& words);

// Queries a second for a run that nobody gave a limit; 0 = none.
[[nodiscard]] uint32_t default_qps(const std::vector<Endpoint>& resolvers);

}  // namespace mxbulk::app
