#include "app/helo_lookup.h"

#include <algorithm>

#include "app/name_lookup.h"
#include "base/limits.h"
#include "model/reverse_name.h"

namespace mxbulk::app {
namespace {

HeloFacts::Address address_of(const IpAddress& ip, const NameAnswer& reverse,
                              const DomainName& helo) {
  HeloFacts::Address address;
  address.ip = ip.text();
  address.is_unknown = is_temporary(reverse.status);
  for (const DomainName& name : reverse.names) {
    address.names.push_back(name.text());
    address.is_confirmed |= name.view() == helo.view();
  }
  return address;
}

}  // namespace

Result<HeloFacts> look_up_helo(const std::vector<Endpoint>& resolvers, const DnsOptions& options,
                               const DomainName& helo) {
  HeloFacts facts;
  facts.name = helo.text();
  const auto forward =
      look_up(resolvers, options, {{helo, RecordType::kA}, {helo, RecordType::kAaaa}});
  if (!forward.ok()) return forward.status();
  std::vector<IpAddress> ips;
  for (const NameAnswer& answer : forward.value()) {
    facts.is_unknown |= is_temporary(answer.status);
    ips.insert(ips.end(), answer.addresses.begin(), answer.addresses.end());
  }
  if (ips.size() > limits::kProbeAddressesMax) ips.resize(limits::kProbeAddressesMax);
  std::vector<NameQuestion> questions;
  for (const IpAddress& ip : ips) questions.push_back({reverse_name(ip), RecordType::kPtr});
  const auto reverse = look_up(resolvers, options, questions);
  if (!reverse.ok()) return reverse.status();
  for (size_t i = 0; i < ips.size(); ++i) {
    facts.addresses.push_back(address_of(ips[i], reverse.value()[i], helo));
  }
  return facts;
}

}  // namespace mxbulk::app
