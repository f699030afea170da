#include "table/host_table.h"

namespace mxbulk::table {

HostTable::Interned HostTable::intern(NameView name) {
  const uint64_t hash = hash_bytes(name);
  const uint32_t known = index_.find(name, hash);
  if (known != index_.kNone) return {HostId(known), false};
  slots_.prepare();
  slots_.publish();
  const uint32_t id = names_.add(name);
  index_.insert(id, hash);
  return {HostId(id), true};
}

void HostTable::set_address(HostId id, const IpAddress& address) {
  Slot& slot = slots_[id.value()];
  if (slot.has_address) return;
  slot.address = address;
  slot.has_address = true;
}

}  // namespace mxbulk::table
