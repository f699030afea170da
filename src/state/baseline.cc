#include "state/baseline.h"

#include <algorithm>
#include <cassert>

#include "state/stored_domain.h"
#include "state/stored_text.h"

namespace mxbulk::state {
namespace {

constexpr size_t kKeyOctets = 8;
constexpr size_t kRowsOctets = 2;
constexpr size_t kListedOctets = kKeyOctets + kRowsOctets;

// The lowest octet first.
void append(uint64_t value, size_t octets, std::string& blob) {
  for (size_t i = 0; i < octets; ++i) blob.push_back(static_cast<char>(value >> 8 * i & 0xFF));
}
uint64_t value_at(std::string_view blob, size_t at, size_t octets) {
  uint64_t value = 0;
  for (size_t i = 0; i < octets; ++i) {
    value |= uint64_t{static_cast<uint8_t>(blob[at + i])} << 8 * i;
  }
  return value;
}

std::string blob_of(const std::vector<ListedDomain>& listed) {
  std::string blob;
  blob.reserve(listed.size() * kListedOctets);
  for (const ListedDomain& domain : listed) {
    append(domain.key, kKeyOctets, blob);
    append(domain.rows, kRowsOctets, blob);
  }
  return blob;
}

std::vector<ListedDomain> listed_of(std::string_view blob) {
  std::vector<ListedDomain> listed(blob.size() / kListedOctets);
  for (size_t i = 0; i < listed.size(); ++i) {
    const size_t at = i * kListedOctets;
    listed[i] = {value_at(blob, at, kKeyOctets),
                 static_cast<uint16_t>(value_at(blob, at + kKeyOctets, kRowsOctets))};
  }
  return listed;
}

}  // namespace

Result<RunRow> last_run(Database& database) {
  Statement find(database,
                 "SELECT id, run_id, run_date, began, ended, exit_code, rows, domains, how "
                 "FROM run ORDER BY id DESC LIMIT 1");
  const Result<bool> row = find.step();
  if (!row.ok()) return row.status();
  RunRow run;
  if (!row.value()) return run;
  run.id = static_cast<uint32_t>(find.number(0));
  run.run_id = find.text(1);
  run.run_date = find.text(2);
  run.began_s = find.number(3);
  run.ended_s = find.number(4);
  run.exit_code = static_cast<int>(find.number(5));
  run.rows = static_cast<uint64_t>(find.number(6));
  run.domains = static_cast<uint64_t>(find.number(7));
  run.how = static_cast<uint32_t>(find.number(8));
  return run;
}

Result<std::vector<ListedDomain>> listed_domains(Database& database, uint32_t run) {
  Statement find(database, "SELECT domains FROM listed WHERE run = ?");
  find.bind(1, run);
  const Result<bool> row = find.step();
  if (!row.ok()) return row.status();
  if (!row.value()) return std::vector<ListedDomain>();
  return listed_of(find.text(0));
}

Status write_listed(Database& database, uint32_t run, const std::vector<ListedDomain>& listed) {
  if (Status status = database.run("DELETE FROM listed"); !status.ok()) return status;
  const std::string domains = blob_of(listed);
  Statement list(database, "INSERT INTO listed VALUES (?, ?)");
  list.bind(1, run);
  list.bind_blob(2, domains);
  return list.run();
}

Status doubt_answers_since(Database& database, uint32_t run) {
  return database.run("UPDATE domain SET valid_until = 0, how = " + std::to_string(kNeverUsed) +
                      " WHERE run >= " + std::to_string(run));
}

Result<std::optional<NamedDomain>> domain_with(Database& database, int64_t key) {
  Statement find(database, "SELECT name, reason, action FROM domain WHERE hash = ?");
  find.bind(1, key);
  const Result<bool> row = find.step();
  if (!row.ok()) return row.status();
  std::optional<NamedDomain> domain;
  if (!row.value()) return domain;
  domain.emplace();
  domain->name = find.text(0);
  domain->reason = reason_from(find.text(1));
  domain->action = action_from(find.text(2)).value_or(default_action(domain->reason));
  return domain;
}

Status BaselineChange::prepare(const NewBaseline& next) {
  // The machine may crash too: the loader must not take an output for that of the night before.
  if (Status status = database_.run("PRAGMA synchronous = FULL"); !status.ok()) return status;
  transaction_ = std::make_unique<Transaction>(database_);
  Status status = transaction_->status();
  if (status.ok()) status = write(next);
  if (!status.ok()) transaction_.reset();
  return status;
}

Status BaselineChange::write(const NewBaseline& next) {
  Statement set_action(database_, "UPDATE domain SET action = ? WHERE hash = ?");
  for (const auto& [key, action] : next.new_actions) {
    set_action.bind(1, name_of(action));
    set_action.bind(2, key);
    if (Status status = set_action.run(); !status.ok()) return status;
  }
  Status status = database_.run("DELETE FROM before");
  if (status.ok()) status = write_listed(database_, next.run.id, next.listed);
  if (!status.ok()) return status;
  Statement add(database_, "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  add.bind(1, next.run.id);
  add.bind_or_null(2, next.run.run_id);
  add.bind_or_null(3, next.run.run_date);
  add.bind(4, next.run.began_s);
  add.bind(5, next.run.ended_s);
  add.bind(6, next.run.exit_code);
  add.bind(7, static_cast<int64_t>(next.run.rows));
  add.bind(8, static_cast<int64_t>(next.run.domains));
  add.bind(9, next.run.how);
  return add.run();
}

Status BaselineChange::commit() {
  assert(transaction_ != nullptr);
  Status status = transaction_->commit();
  transaction_.reset();
  return status;
}

}  // namespace mxbulk::state
