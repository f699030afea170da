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
    if (wait_if_full(networks_, entry.network, network_max_, entry)) {
      wake(organisations_, entry.organisation, organisation_max_);
      continue;
    }
    if (wait_if_full(organisations_, entry.organisation, organisation_max_, entry)) {
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
  ++networks_[entry.network].used;
  ++organisations_[entry.organisation].used;
}

bool ProbeQueue::is_full(const Keyed& all, uint64_t key, uint32_t most) {
  const auto found = all.find(key);
  return found != all.end() && found->second.used >= most;
}

void ProbeQueue::release(const Entry& entry) {
  leave(networks_, entry.network, network_max_);
  leave(organisations_, entry.organisation, organisation_max_);
}

bool ProbeQueue::wait_if_full(Keyed& all, uint64_t key, uint32_t most, const Entry& entry) {
  if (!is_full(all, key, most)) return false;
  all.at(key).waiting.push_back(entry);
  return true;
}

// A free slot is offered to the entry that waits for it. One that cannot use it, because the other
// of its two slots is not free, passes it on.
void ProbeQueue::wake(Keyed& all, uint64_t key, uint32_t most) {
  const auto found = all.find(key);
  if (found == all.end()) return;
  Slots& places = found->second;
  if (places.used < most && !places.waiting.empty()) {
    ready_.push_front(places.waiting.front());
    places.waiting.pop_front();
  }
  if (places.used == 0 && places.waiting.empty()) all.erase(found);
}

void ProbeQueue::leave(Keyed& all, uint64_t key, uint32_t most) {
  --all.at(key).used;
  wake(all, key, most);
}

uint64_t network_key(const IpAddress& address) {
  const size_t octets = address.is_v4() ? 3 : 6;
  const auto all = address.octets();
  return hash_bytes({reinterpret_cast<const char*>(all.data()), octets}, octets);
}

}  // namespace mxbulk::probing
