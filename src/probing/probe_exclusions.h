// Networks, hosts and domains that are never dialled: the list of --probe-exclude.
//
// Threads: filled by one; once filled, read by any. Ownership: copies what it is given.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_set>

#include "base/hash.h"
#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/ip_net.h"

namespace mxbulk::probing {

class ProbeExclusions {
 public:
  void add(const IpNet& net);
  // That name and all under it. Copies it.
  void add(NameView name);

  // Directly, or by the IPv4 address that 6to4 and 64:ff9b::/96 embed: it is the same host.
  [[nodiscard]] bool covers(const IpAddress& address) const;
  // The name itself or a parent of it. One hash look-up for each label.
  [[nodiscard]] bool covers(NameView name) const;

 private:
  struct NameHash {
    using is_transparent = void;
    size_t operator()(NameView name) const { return hash_bytes(name); }
  };

  [[nodiscard]] bool covers_as_it_stands(const IpAddress& address) const;

  std::map<IpAddress, IpNet> nets_;  // by first address; none is inside another
  std::unordered_set<std::string, NameHash, std::equal_to<>> names_;  // wire form
};

}  // namespace mxbulk::probing
