#include "table/host_table.h"

namespace mxbulk::table {

HostId HostTable::intern(NameView name) {
  const uint64_t hash = hash_bytes(name);
  const uint32_t known = index_.find(name, hash);
  if (known != index_.kNone) return HostId(known);
  Slot& slot = slots_.prepare();
  const NameView stored = names_.store(name);
  slot.name = stored.data();
  slot.name_size = static_cast<uint8_t>(stored.size());
  const uint32_t id = slots_.publish();
  index_.insert(id, hash);
  return HostId(id);
}

void HostTable::set_address(HostId id, const IpAddress& address) {
  Slot& slot = slots_[id.value()];
  slot.address = address;
  slot.has_address = true;
}

}  // namespace mxbulk::table
