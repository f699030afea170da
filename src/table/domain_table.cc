#include "table/domain_table.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/limits.h"

namespace mxbulk::table {
namespace {

// So many slots of the index are fetched ahead: enough to hide a cache miss each.
constexpr size_t kAhead = 32;

}  // namespace

bool DomainTable::intern(std::span<const Request> requests, std::span<DomainId> ids) {
  assert(requests.size() == ids.size());
  std::array<uint64_t, kAhead> hashes;
  for (size_t begin = 0; begin < requests.size(); begin += kAhead) {
    const size_t count = std::min(kAhead, requests.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_bytes(requests[begin + i].name);
      index_.prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      const Request& request = requests[begin + i];
      uint32_t id = index_.find(request.name, hashes[i]);
      if (id == index_.kNone) {
        if (size() >= limits::kDomainsMax) return false;
        id = add(request, hashes[i]);
      }
      ids[begin + i] = DomainId(id);
    }
  }
  return true;
}

uint32_t DomainTable::add(const Request& request, uint64_t hash) {
  Slot& slot = slots_.prepare();
  const NameView stored = names_.store(request.name);
  slot.name = stored.data();
  slot.name_size = static_cast<uint8_t>(stored.size());
  slot.name_lints = request.name_lints;
  const uint32_t id = slots_.publish();
  index_.insert(id, hash);
  return id;
}

void DomainTable::publish(DomainId id, const DomainRecord& record) {
  Slot& slot = slots_[id.value()];
  assert(!slot.ready.load(std::memory_order_relaxed));
  slot.record = record;
  slot.record.lints.add(slot.name_lints);
  if (record.exchange_count > 0) {
    HostId* const list = exchange_lists_.store_array<HostId>(record.exchange_count);
    std::copy_n(record.exchanges, record.exchange_count, list);
    slot.record.exchanges = list;
  }
  slot.ready.store(true, std::memory_order_release);
}

}  // namespace mxbulk::table
