// SQLite: one connection to a file, and prepared statements. Only this and key_table use sqlite3.h.
//
//   auto database = Database::open("nightly.db", Database::Access::kWrite);
//   if (!database.ok()) return database.status();
//   Statement find(*database.value(), "SELECT name FROM domain WHERE hash = ?");
//   find.bind(1, key);
//   Result<bool> found = find.step();
//
// Threads: a connection and its statements belong to one thread at a time. Ownership: a Database
// owns the connection and outlives its statements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mxbulk/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mxbulk::state {

class Database {
 public:
  enum class Access : uint8_t { kRead, kWrite };

  // With kWrite the file is created if it does not exist. Waits at most some seconds for other
  // programs that write to it. Errors: kInternal.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs one or several statements without results.
  [[nodiscard]] Status run(const std::string& sql);
  // The first column of the first row as a number; 0 if there is no row.
  [[nodiscard]] Result<int64_t> number(const std::string& sql);
  // Rows that the last statement changed.
  [[nodiscard]] int64_t changes() const;

  [[nodiscard]] const std::string& path() const { return path_; }
  // A call has found that the file is damaged or no database, or that its disk is full.
  [[nodiscard]] bool is_bad() const { return is_bad_; }
  // The error of the last call, with the file and what to do.
  [[nodiscard]] Status failure(int code);

 private:
  friend class Statement;
  friend class KeyTable;
  explicit Database(std::string path) : path_(std::move(path)) {}

  std::string path_;
  sqlite3* handle_ = nullptr;
  bool is_bad_ = false;
};

// A prepared statement. Parameters are numbered from 1, columns from 0. An error of the preparation
// is returned by step().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, int64_t value);
  // Both borrow `value` until the next reset(). An empty text is stored as an empty text.
  void bind(int parameter, std::string_view value);
  void bind_blob(int parameter, std::string_view value);
  void bind_null(int parameter);
  // 0 and empty texts become NULL, which take no room.
  void bind_or_null(int parameter, int64_t value);
  void bind_or_null(int parameter, std::string_view value);

  // True: there is a row. Errors: kInternal.
  [[nodiscard]] Result<bool> step();
  // step(), which gives no row, and reset().
  [[nodiscard]] Status run();
  // Before the next binding.
  void reset();

  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string_view column_name(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] int64_t number(int column) const;
  // Valid until the next step() or reset().
  [[nodiscard]] std::string_view text(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int failure_ = 0;
};

// A transaction: rolled back unless commit() succeeds.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Of the beginning.
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] Status commit();

 private:
  Database& database_;
  Status status_;
  bool is_open_ = false;
};

// `SQLite 3.40.1`, as loaded.
[[nodiscard]] std::string sqlite_library_version();

}  // namespace mxbulk::state
