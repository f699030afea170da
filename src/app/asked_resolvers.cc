#include "app/asked_resolvers.h"

#include <algorithm>

#include "app/resolver_list.h"
#include "lab/zone.h"

namespace mxbulk::app {
namespace {

// Gentle enough for a resolver that belongs to somebody else (about 30 of them serve a city).
constexpr uint32_t kQpsForStrangers = 1'000;

Result<std::unique_ptr<lab::DnsServer>> start_lab() {
  Result<lab::Zone> zone = lab::Zone::parse(lab::builtin_zone_text());
  if (!zone.ok()) return zone.status();
  return lab::DnsServer::start(std::move(zone.value()));
}

}  // namespace

Result<AskedResolvers> open_resolvers(const std::vector<std::string>& words) {
  AskedResolvers asked;
  const bool asks_lab = has_lab(words);
  if (asks_lab) {
    if (words.size() > 1) {
      return Status::usage(
          "--resolver: lab is never asked beside others; name it alone, or leave it out");
    }
    Result<std::unique_ptr<lab::DnsServer>> lab = start_lab();
    if (!lab.ok()) return lab.status();
    asked.lab = std::move(lab.value());
  }
  Result<std::vector<Endpoint>> endpoints =
      asks_lab ? resolver_list({"127.0.0.1:" + std::to_string(asked.lab->port())})
               : resolver_list(words);
  if (!endpoints.ok()) return endpoints.status();
  asked.endpoints = std::move(endpoints.value());
  return asked;
}

uint32_t default_qps(const std::vector<Endpoint>& resolvers) {
  const bool all_local = std::all_of(resolvers.begin(), resolvers.end(),
                                     [](const Endpoint& r) { return is_loopback(r.address); });
  return all_local ? 0 : kQpsForStrangers;
}

}  // namespace mxbulk::app
