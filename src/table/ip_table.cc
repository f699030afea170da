#include "table/ip_table.h"

namespace mxbulk::table {

IpId IpTable::intern(const IpAddress& address) {
  const std::string_view key = key_of(address);
  const uint64_t hash = hash_bytes(key);
  const uint32_t known = index_.find(key, hash);
  if (known != index_.kNone) return IpId(known);
  addresses_.prepare() = address;
  const uint32_t id = addresses_.publish();
  index_.insert(id, hash);
  return IpId(id);
}

}  // namespace mxbulk::table
