#include "table/domain_table.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/limits.h"

namespace mxbulk::table {
namespace {

// Names looked up at once: enough to hide the cache misses of each step.
constexpr size_t kAhead = 32;

}  // namespace

// A lookup reads three places, each found in the one before: the index, the name's pointer, the
// name. Each step prefetches for the whole batch what the next step reads.
std::optional<DomainTable::NewIds> DomainTable::intern(std::span<const Request> requests,
                                                       std::span<DomainId> ids) {
  assert(requests.size() == ids.size());
  const uint32_t first_new = size();
  std::array<uint64_t, kAhead> hashes;
  std::array<uint32_t, kAhead> candidates;
  for (size_t begin = 0; begin < requests.size(); begin += kAhead) {
    const size_t count = std::min(kAhead, requests.size() - begin);
    const std::span<const Request> batch = requests.subspan(begin, count);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_bytes(batch[i].name);
      index_.prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      candidates[i] = index_.candidate(hashes[i]);
      if (candidates[i] != index_.kNone) names_.prefetch_place(candidates[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      if (candidates[i] != index_.kNone) names_.prefetch_text(candidates[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      const bool is_known =
          candidates[i] != index_.kNone && names_.name(candidates[i]) == batch[i].name;
      const uint32_t id = is_known ? candidates[i] : find_or_add(batch[i], hashes[i]);
      if (id == index_.kNone) return std::nullopt;
      ids[begin + i] = DomainId(id);
    }
  }
  return NewIds{DomainId(first_new), size() - first_new};
}

uint32_t DomainTable::find_or_add(const Request& request, uint64_t hash) {
  const uint32_t known = index_.find(request.name, hash);
  if (known != index_.kNone) return known;
  if (size() >= limits::kDomainsMax) return index_.kNone;
  slots_.prepare().record.lints = request.name_lints;
  slots_.publish();
  const uint32_t id = names_.add(request.name);
  index_.insert(id, hash);
  return id;
}

DomainRecord& DomainTable::hold(DomainId id, const DomainRecord& record) {
  Slot& slot = slots_[id.value()];
  assert(!slot.ready.load(std::memory_order_relaxed));
  const LintSet name_lints = slot.record.lints;
  slot.record = record;
  slot.record.lints.add(name_lints);
  if (record.exchange_count > 0) {
    HostId* const list = exchange_lists_.store_array<HostId>(record.exchange_count);
    std::copy_n(record.exchanges, record.exchange_count, list);
    slot.record.exchanges = list;
  }
  return slot.record;
}

}  // namespace mxbulk::table
