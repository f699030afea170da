// The order of dialling: first in, first out, within a cap of connections at once to one network
// and to one organisation.
//
// Threads: a plain value of one loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "base/strong_id.h"
#include "model/ip_address.h"

namespace mxbulk::probing {

class ProbeQueue {
 public:
  struct Entry {
    IpId target;
    uint64_t network = 0;       // hash of its /24 or /48
    uint64_t organisation = 0;  // hash of its operator
  };

  // The caps: connections at once to one network, and to one organisation.
  ProbeQueue(uint32_t network_max, uint32_t organisation_max)
      : network_max_(network_max), organisation_max_(organisation_max) {}

  void push(const Entry& entry);
  // Before all others in the queue.
  void push_front(const Entry& entry);
  // The next that may begin; it uses its slots until release().
  std::optional<Entry> pop();
  // Takes the slots of `entry`, which is not in the queue; false if one of them is not free.
  [[nodiscard]] bool try_take(const Entry& entry);
  void release(const Entry& entry);
  // Nothing waits.
  [[nodiscard]] bool empty() const { return waiting_ == 0; }

 private:
  // Of one network or one organisation. Kept while any slot is used or waited for.
  struct Slots {
    uint32_t used = 0;
    std::deque<Entry> waiting;
  };
  using Keyed = std::unordered_map<uint64_t, Slots>;

  [[nodiscard]] static bool is_full(const Keyed& all, uint64_t key, uint32_t most);
  void take(const Entry& entry);
  static bool wait_if_full(Keyed& all, uint64_t key, uint32_t most, const Entry& entry);
  void wake(Keyed& all, uint64_t key, uint32_t most);
  void leave(Keyed& all, uint64_t key, uint32_t most);

  uint32_t network_max_;
  uint32_t organisation_max_;
  std::deque<Entry> ready_;
  Keyed networks_;
  Keyed organisations_;
  size_t waiting_ = 0;
};

// The key of a network: /24 of IPv4, /48 of IPv6.
[[nodiscard]] uint64_t network_key(const IpAddress& address);

}  // namespace mxbulk::probing
