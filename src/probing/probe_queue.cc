#include "probing/probe_queue.h"

#include <string_view>

#include "base/hash.h"

namespace mxbulk::probing {

void ProbeQueue::push(const Entry& entry) {
  ready_.push_back(entry);
  ++waiting_;
}

void ProbeQueue::push_front(const Entry& entry) {
  ready_.push_front(entry);
  ++waiting_;
}

std::optional<ProbeQueue::Entry> ProbeQueue::pop() {
  while (!ready_.empty()) {
    const Entry entry = ready_.front();
    ready_.pop_front();
    if (park_where_full(networks_, entry.network, network_max_, entry)) {
      wake(organisations_, entry.organisation, organisation_max_);
      continue;
    }
    if (park_where_full(organisations_, entry.organisation, organisation_max_, entry)) {
      wake(networks_, entry.network, network_max_);
      continue;
    }
    take(entry);
    --waiting_;
    return entry;
  }
  return std::nullopt;
}

bool ProbeQueue::try_take(const Entry& entry) {
  const bool is_free = !is_full(networks_, entry.network, network_max_) &&
                       !is_full(organisations_, entry.organisation, organisation_max_);
  if (is_free) take(entry);
  return is_free;
}

void ProbeQueue::take(const Entry& entry) {
  ++networks_[entry.network].taken;
  ++organisations_[entry.organisation].taken;
}

bool ProbeQueue::is_full(const Keyed& all, uint64_t key, uint32_t most) {
  const auto found = all.find(key);
  return found != all.end() && found->second.taken >= most;
}

void ProbeQueue::release(const Entry& entry) {
  leave(networks_, entry.network, network_max_);
  leave(organisations_, entry.organisation, organisation_max_);
}

bool ProbeQueue::park_where_full(Keyed& all, uint64_t key, uint32_t most, const Entry& entry) {
  if (!is_full(all, key, most)) return false;
  all.at(key).parked.push_back(entry);
  return true;
}

// A free place is offered to who waits for it; who cannot use it, for the other of its two places
// is taken, hands the offer on.
void ProbeQueue::wake(Keyed& all, uint64_t key, uint32_t most) {
  const auto found = all.find(key);
  if (found == all.end()) return;
  Places& places = found->second;
  if (places.taken < most && !places.parked.empty()) {
    ready_.push_front(places.parked.front());
    places.parked.pop_front();
  }
  if (places.taken == 0 && places.parked.empty()) all.erase(found);
}

void ProbeQueue::leave(Keyed& all, uint64_t key, uint32_t most) {
  --all.at(key).taken;
  wake(all, key, most);
}

uint64_t network_key(const IpAddress& address) {
  const size_t octets = address.is_v4() ? 3 : 6;
  const auto all = address.octets();
  return hash_bytes({reinterpret_cast<const char*>(all.data()), octets}, octets);
}

}  // namespace mxbulk::probing
