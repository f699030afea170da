// Every distinct domain of the run: its name, its id in order of first appearance, and the slot
// into which its record is written once.
//
// Threads: one reader thread interns; one loop thread publishes records; any thread reads the names
// of ids that were passed to it, and records that are ready. Ownership: owns names and records.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "base/arena.h"
#include "base/slab.h"
#include "model/domain_record.h"
#include "table/name_index.h"
#include "table/name_store.h"

namespace mxbulk::table {

class DomainTable {
 public:
  DomainTable() : index_(names_) {}

  struct Request {
    NameView name;       // valid during the call
    LintSet name_lints;  // of the name itself; kept at first appearance
  };

  // The ids that one call of intern() added: `count` ids from `first` on.
  struct NewIds {
    DomainId first;
    uint32_t count = 0;
  };

  // Gives each request the id of its name, new names in order. `ids` is as long as `requests`.
  // No value if the table is full (limits::kDomainsMax).
  [[nodiscard]] std::optional<NewIds> intern(std::span<const Request> requests,
                                             std::span<DomainId> ids);

  // Domains interned so far: all ids below it are complete.
  [[nodiscard]] uint32_t size() const { return names_.size(); }
  // Into the table; lives as long as it.
  [[nodiscard]] NameView name(DomainId id) const { return names_.name(id.value()); }

  // Loop thread, once for each id. Copies `exchanges` of the record.
  void publish(DomainId id, const DomainRecord& record) {
    hold(id, record);
    release(id);
  }
  // The same in two steps, for a record that may change in between. Other threads do not see it
  // before the second step.
  DomainRecord& hold(DomainId id, const DomainRecord& record);
  [[nodiscard]] DomainRecord& held(DomainId id) { return slots_[id.value()].record; }
  void release(DomainId id) { slots_[id.value()].ready.store(true, std::memory_order_release); }
  [[nodiscard]] bool is_ready(DomainId id) const {
    return slots_[id.value()].ready.load(std::memory_order_acquire);
  }
  // Requires: is_ready(id).
  [[nodiscard]] const DomainRecord& record(DomainId id) const { return slots_[id.value()].record; }

 private:
  struct Slot {
    DomainRecord record;  // until it is ready: only the lints of the name
    std::atomic<bool> ready{false};
  };

  // kNone if the table is full.
  uint32_t find_or_add(const Request& request, uint64_t hash);

  Slab<Slot> slots_;      // by id; has one before names_ does
  NameStore names_;       // reader thread
  Arena exchange_lists_;  // loop thread
  NameIndex<NameStore> index_;
};

}  // namespace mxbulk::table
