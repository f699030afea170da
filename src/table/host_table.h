// Every distinct mail host of the run: its name, and a public address.
//
// Threads: one loop thread interns and writes; the writer reads names and addresses of hosts that a
// published DomainRecord names. Ownership: owns the names.
#pragma once

#include <cstdint>

#include "base/slab.h"
#include "base/strong_id.h"
#include "model/ip_address.h"
#include "table/name_index.h"
#include "table/name_store.h"

namespace mxbulk::table {

class HostTable {
 public:
  HostTable() : index_(names_) {}

  struct Interned {
    HostId id;
    bool is_new = false;  // this call added it
  };

  // The id of `name`, which is copied if it is new.
  Interned intern(NameView name);
  [[nodiscard]] uint32_t size() const { return names_.size(); }
  [[nodiscard]] NameView name(HostId id) const { return names_.name(id.value()); }

  // A public address for reports; unset if the host has none. The first one stays: the writer may
  // be reading it.
  void set_address(HostId id, const IpAddress& address);
  [[nodiscard]] const IpAddress* address(HostId id) const {
    const Slot& slot = slots_[id.value()];
    return slot.has_address ? &slot.address : nullptr;
  }

 private:
  struct Slot {
    IpAddress address;
    bool has_address = false;
  };

  Slab<Slot> slots_;  // by id
  NameStore names_;
  NameIndex<NameStore> index_;
};

}  // namespace mxbulk::table
