#include "state/database.h"

#include <sqlite3.h>

#include <cassert>
#include <cerrno>

#include "base/limits.h"

namespace mxbulk::state {

namespace {

// SQLite has a code of its own for a full disk, but not if a quota is used up, nor for the index of
// the WAL.
bool has_no_space(int code, int system_error) {
  if ((code & 0xFF) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE) return true;
  return (code & 0xFF) == SQLITE_IOERR && (system_error == ENOSPC || system_error == EDQUOT);
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
  std::unique_ptr<Database> database(new Database(path));
  const int flags =
      access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code =
      sqlite3_open_v2(path.c_str(), &database->handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (database->handle_ == nullptr) return Status::internal("--state " + path + ": out of memory");
  if (code != SQLITE_OK) return database->failure(code);
  sqlite3_extended_result_codes(database->handle_, 1);
  sqlite3_busy_timeout(database->handle_, limits::kStateBusyMs);
  return database;
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

Status Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status() : failure(code);
}

Result<int64_t> Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  const Result<bool> row = statement.step();
  if (!row.ok()) return row.status();
  return row.value() ? statement.number(0) : 0;
}

int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

Status Database::failure(int code) {
  const int kind = code & 0xFF;
  std::string text = "--state " + path_ + ": ";
  if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) {
    is_bad_ = true;
    return Status::internal(text + "the file is damaged or is no state file (" +
                            sqlite3_errstr(code) +
                            "); restore a copy or move it away; with --state-optional the run "
                            "does so and goes on without it");
  }
  if (has_no_space(code, sqlite3_system_errno(handle_))) {
    is_bad_ = true;
    return Status::internal(text +
                            "the disk is full; make room and run again; what was written "
                            "before is intact");
  }
  if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED) {
    return Status::internal(text +
                            "another program has been writing to it for too long; end it "
                            "and run again");
  }
  return Status::internal(text + sqlite3_errmsg(handle_) +
                          "; check the disk and the permissions, and run again");
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  failure_ = sqlite3_prepare_v3(database.handle_, sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

void Statement::bind(int parameter, int64_t value) {
  sqlite3_bind_int64(handle_, parameter, value);
}

void Statement::bind(int parameter, std::string_view value) {
  const char* const text = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_text(handle_, parameter, text, static_cast<int>(value.size()), SQLITE_STATIC);
}

void Statement::bind_blob(int parameter, std::string_view value) {
  sqlite3_bind_blob64(handle_, parameter, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_STATIC);
}

void Statement::bind_null(int parameter) {
  sqlite3_bind_null(handle_, parameter);
}

void Statement::bind_or_null(int parameter, int64_t value) {
  if (value == 0) return bind_null(parameter);
  bind(parameter, value);
}

void Statement::bind_or_null(int parameter, std::string_view value) {
  if (value.empty()) return bind_null(parameter);
  bind(parameter, value);
}

Result<bool> Statement::step() {
  if (failure_ != SQLITE_OK) return database_.failure(failure_);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.failure(code);
}

Status Statement::run() {
  const Result<bool> row = step();
  reset();
  return row.ok() ? Status() : row.status();
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

int Statement::columns() const {
  return sqlite3_column_count(handle_);
}

std::string_view Statement::column_name(int column) const {
  return sqlite3_column_name(handle_, column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::text(int column) const {
  const void* const bytes = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

Transaction::Transaction(Database& database) : database_(database) {
  status_ = database.run("BEGIN IMMEDIATE");
  is_open_ = status_.ok();
}

Transaction::~Transaction() {
  if (is_open_) static_cast<void>(database_.run("ROLLBACK"));
}

Status Transaction::commit() {
  assert(is_open_);
  Status status = database_.run("COMMIT");
  is_open_ = !status.ok();
  return status;
}

std::string sqlite_library_version() {
  return std::string("SQLite ") + sqlite3_libversion();
}

}  // namespace mxbulk::state
