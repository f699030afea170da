// Every distinct mail host of the run: its name and what its addresses came to.
//
// Threads: one loop thread interns and writes; the writer reads names and addresses of hosts that a
// published DomainRecord names. Ownership: owns the names.
#pragma once

#include <cstdint>

#include "base/arena.h"
#include "base/slab.h"
#include "base/strong_id.h"
#include "model/ip_address.h"
#include "table/name_index.h"

namespace mxbulk::table {

class HostTable {
 public:
  HostTable() : index_(*this) {}

  // The id of `name` (copied at first sight).
  HostId intern(NameView name);
  [[nodiscard]] uint32_t size() const { return slots_.size(); }
  [[nodiscard]] NameView name(HostId id) const { return name(id.value()); }

  // A public address for reports; unset where the host has none.
  void set_address(HostId id, const IpAddress& address);
  [[nodiscard]] const IpAddress* address(HostId id) const {
    const Slot& slot = slots_[id.value()];
    return slot.has_address ? &slot.address : nullptr;
  }

 private:
  friend class NameIndex<HostTable>;
  struct Slot {
    const char* name = nullptr;
    uint8_t name_size = 0;
    bool has_address = false;
    IpAddress address;
  };

  [[nodiscard]] NameView name(uint32_t id) const {
    const Slot& slot = slots_[id];
    return {slot.name, slot.name_size};
  }

  Slab<Slot> slots_;
  Arena names_;
  NameIndex<HostTable> index_;
};

}  // namespace mxbulk::table
