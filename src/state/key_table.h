// Keys in memory as a table of SQL, so that one statement looks all of them up: a third of what a
// statement for each costs.
//
//   KeyTable wanted(database);
//   if (!wanted.status().ok()) …
//   wanted.set(keys);  // sorted: a join finds rising keys fastest
//   Statement rows(database, "SELECT id, name FROM wanted CROSS JOIN domain ON hash = key");
//
// The table is `wanted`, its columns are `key` and `id`.
//
// Threads: those of the connection. Ownership: borrows the connection, which it outlives, and the
// keys.
#pragma once

#include <cstdint>
#include <span>

#include "mxbulk/status.h"
#include "state/database.h"

namespace mxbulk::state {

struct WantedKey {
  int64_t key = 0;
  uint32_t id = 0;  // of the caller

  friend auto operator<=>(const WantedKey&, const WantedKey&) = default;
};

class KeyTable {
 public:
  // One for each connection.
  explicit KeyTable(Database& database);
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;

  // Of the constructor.
  [[nodiscard]] const Status& status() const { return status_; }
  // Not while a statement reads it. `keys` live until the next call.
  void set(std::span<const WantedKey> keys) { keys_ = keys; }
  [[nodiscard]] std::span<const WantedKey> keys() const { return keys_; }

 private:
  Status status_;
  std::span<const WantedKey> keys_;
};

}  // namespace mxbulk::state
