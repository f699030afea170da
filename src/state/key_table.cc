#include "state/key_table.h"

#include <sqlite3.h>

#include <memory>

namespace mxbulk::state {
namespace {

// SQLite finds the whole objects by their first members: https://sqlite.org/vtab.html §2.
struct Table {
  sqlite3_vtab base{};
  const KeyTable* keys = nullptr;
};
struct Cursor {
  sqlite3_vtab_cursor base{};
  std::span<const WantedKey> keys;
  size_t at = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* base) {
  return *reinterpret_cast<Cursor*>(base);
}

int connect(sqlite3* handle, void* keys, int /*argc*/, const char* const* /*argv*/,
            sqlite3_vtab** made, char** /*error*/) {
  const int code = sqlite3_declare_vtab(handle, "CREATE TABLE x(key INTEGER, id INTEGER)");
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  table->keys = static_cast<const KeyTable*>(keys);
  *made = &table.release()->base;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* base) {
  delete reinterpret_cast<Table*>(base);
  return SQLITE_OK;
}

// It can only be read from its beginning to its end.
int plan(sqlite3_vtab* /*base*/, sqlite3_index_info* info) {
  info->estimatedCost = 1;
  return SQLITE_OK;
}

int open(sqlite3_vtab* base, sqlite3_vtab_cursor** made) {
  auto cursor = std::make_unique<Cursor>();
  cursor->keys = reinterpret_cast<Table*>(base)->keys->keys();
  *made = &cursor.release()->base;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* base) {
  delete &cursor_of(base);
  return SQLITE_OK;
}

int begin(sqlite3_vtab_cursor* base, int /*plan*/, const char* /*name*/, int /*argc*/,
          sqlite3_value** /*argv*/) {
  cursor_of(base).at = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
  ++cursor_of(base).at;
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* base) {
  return cursor_of(base).at >= cursor_of(base).keys.size() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* result, int index) {
  const Cursor& cursor = cursor_of(base);
  const WantedKey& key = cursor.keys[cursor.at];
  sqlite3_result_int64(result, index == 0 ? key.key : int64_t{key.id});
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(cursor_of(base).at);
  return SQLITE_OK;
}

// Without xCreate the table exists by its name alone.
const sqlite3_module kModule = [] {
  sqlite3_module module{};
  module.xConnect = connect;
  module.xDisconnect = disconnect;
  module.xBestIndex = plan;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = begin;
  module.xNext = next;
  module.xEof = is_at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}();

}  // namespace

KeyTable::KeyTable(Database& database) {
  const int code = sqlite3_create_module(database.handle_, "wanted", &kModule, this);
  if (code != SQLITE_OK) status_ = database.failure(code);
}

}  // namespace mxbulk::state
