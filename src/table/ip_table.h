// Every distinct address of the run's mail hosts. Hosts with the same address share one probe.
//
// Threads: one loop thread. Ownership: owns the addresses.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/slab.h"
#include "base/strong_id.h"
#include "model/ip_address.h"
#include "table/name_index.h"

namespace mxbulk::table {

class IpTable {
 public:
  IpTable() : index_(keys_) {}

  // The id of `address`; ids are dense, in order of arrival.
  IpId intern(const IpAddress& address);
  [[nodiscard]] uint32_t size() const { return addresses_.size(); }
  [[nodiscard]] const IpAddress& address(IpId id) const { return addresses_[id.value()]; }

 private:
  // An address as the index sees it: its octets, 4 or 16 of them.
  struct Keys {
    const Slab<IpAddress>& addresses;
    [[nodiscard]] std::string_view name(uint32_t id) const { return key_of(addresses[id]); }
  };
  static std::string_view key_of(const IpAddress& address) {
    const auto octets = address.octets();
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
  }

  Slab<IpAddress> addresses_;
  Keys keys_{addresses_};
  NameIndex<Keys> index_;
};

}  // namespace mxbulk::table
