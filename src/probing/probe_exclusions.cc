#include "probing/probe_exclusions.h"

#include <iterator>
#include <optional>

namespace mxbulk::probing {

void ProbeExclusions::add(const IpNet& net) {
  const auto next = nets_.upper_bound(net.first());
  if (next != nets_.begin() && std::prev(next)->second.contains(net)) return;
  auto inside = nets_.lower_bound(net.first());
  while (inside != nets_.end() && net.contains(inside->second)) inside = nets_.erase(inside);
  nets_.emplace_hint(inside, net.first(), net);
}

void ProbeExclusions::add(NameView name) {
  names_.emplace(name);
}

bool ProbeExclusions::covers_as_it_stands(const IpAddress& address) const {
  const auto next = nets_.upper_bound(address);
  return next != nets_.begin() && std::prev(next)->second.contains(address);
}

bool ProbeExclusions::covers(const IpAddress& address) const {
  const std::optional<IpAddress> inside = ipv4_inside(address);
  return covers_as_it_stands(address) || (inside && covers_as_it_stands(*inside));
}

bool ProbeExclusions::covers(NameView name) const {
  if (names_.empty()) return false;
  for (size_t at = 0; at < name.size(); at += 1U + static_cast<uint8_t>(name[at])) {
    if (names_.find(name.substr(at)) != names_.end()) return true;
  }
  return false;
}

}  // namespace mxbulk::probing
