// The state file: opening, creating and migrating it, and moving a bad one away.
//
//   Opened opened = open_state("nightly.db", now_s);
//   if (!opened.status.ok()) …  // opened.is_bad: move_aside() may help
//
// Threads: one. Ownership: the caller owns the connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mxbulk/status.h"
#include "state/database.h"

namespace mxbulk::state {

struct Opened {
  std::unique_ptr<Database> database;  // nullptr after an error
  Status status;        // kInternal; kUsage: no plain file, or the database of another program
  bool is_bad = false;  // the file is damaged or of a newer version, or its disk is full
};

// Opens or creates the file, with mode 0600, and brings an older one to this version, in one
// transaction.
[[nodiscard]] Opened open_state(const std::string& path);
// A second connection to a file that open_state() has opened.
[[nodiscard]] Opened open_for_reading(const std::string& path);
// Renames the file and its `-wal` to `PATH.bad-DATE`, DATE as 20261127T020000Z. Returns the new
// path. Errors: kInternal.
[[nodiscard]] Result<std::string> move_aside(const std::string& path, int64_t now_s);

}  // namespace mxbulk::state
