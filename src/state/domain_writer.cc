#include "state/domain_writer.h"

#include <algorithm>
#include <utility>

#include "state/stored_text.h"

namespace mxbulk::state {
namespace {

constexpr int64_t kHostIdMask = (int64_t{1} << 8 * kHostIdOctets) - 1;

}  // namespace

DomainWriter::DomainWriter(Database& database, HostOf host_of)
    : database_(database),
      host_of_(std::move(host_of)),
      put_(database,
           "INSERT OR REPLACE INTO domain (hash, name, reason, action, lints, exchanges, best, "
           "mx_count, rcode, ttl, asked_at, valid_until, how, first_seen, last_good, since, "
           "failures, failing_since, run, first_run, probe, probe_ms) VALUES "
           "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      put_before_(database, "INSERT OR IGNORE INTO before VALUES (?, ?, ?, ?)"),
      drop_before_(database, "DELETE FROM before WHERE hash = ?"),
      restore_(database,
               "UPDATE domain SET reason = ?, action = ?, asked_at = ?, last_good = ?, since = ?, "
               "failures = ?, failing_since = ?, run = ?, first_run = ?, valid_until = 0, how = ? "
               "WHERE hash = ?"),
      remove_(database, "DELETE FROM domain WHERE hash = ?"),
      host_name_(database, "SELECT name FROM host WHERE id = ?"),
      put_host_(database,
                "INSERT INTO host (id, name, address, provider, asked_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET address = COALESCE(excluded.address, address), "
                "provider = excluded.provider, asked_at = excluded.asked_at"),
      put_probe_(database, "UPDATE host SET probe = ?, probed_at = ? WHERE id = ?") {}

Status DomainWriter::write(std::vector<DomainRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const DomainRow& a, const DomainRow& b) { return a.key < b.key; });
  Transaction transaction(database_);
  Status status = transaction.status();
  for (size_t i = 0; i < rows.size() && status.ok(); ++i) status = write_one(rows[i]);
  if (status.ok()) status = transaction.commit();
  if (!status.ok()) hosts_.clear();  // some may have been rolled back
  return status;
}

Status DomainWriter::write_one(const DomainRow& row) {
  const DomainRecord& record = row.record;
  exchanges_.clear();
  for (size_t i = 0; i < record.exchange_count; ++i) {
    const Result<int64_t> id = host_id(record.exchanges[i], record);
    if (!id.ok()) return id.status();
    append_host_id(id.value(), exchanges_);
  }
  int64_t best = 0;
  if (record.best.valid()) {
    const Result<int64_t> id = host_id(record.best, record);
    if (!id.ok()) return id.status();
    best = id.value();
    if (Status status = note_probe(row, best); !status.ok()) return status;
  }
  if (Status status = keep_before(row); !status.ok()) return status;
  const DomainHistory& history = row.history;
  const std::string lints = text_of(record.lints);
  const bool is_usual = history.action == default_action(history.reason);
  const bool is_good_now = history.last_good_s == history.asked_at_s;
  write_text(row.name, name_text_);
  put_.bind(1, row.key);
  put_.bind(2, name_text_);
  put_.bind(3, name_of(history.reason));
  put_.bind_or_null(4, is_usual ? std::string_view() : name_of(history.action));
  put_.bind_or_null(5, lints);
  if (exchanges_.empty()) {
    put_.bind_null(6);
  } else {
    put_.bind_blob(6, exchanges_);
  }
  put_.bind_or_null(7, best);
  put_.bind_or_null(8, record.mx_count);
  put_.bind_or_null(9, record.rcode);
  put_.bind_or_null(10, record.ttl_s);
  put_.bind_or_null(11, record.checked_at_s);
  put_.bind_or_null(12, row.valid_until_s);
  put_.bind_or_null(13, row.how);
  put_.bind(14, history.first_seen_s);
  put_.bind_or_null(15, is_good_now ? 0 : history.last_good_s);
  put_.bind_or_null(16, history.since_s == history.first_seen_s ? 0 : history.since_s);
  put_.bind_or_null(17, history.failures);
  put_.bind_or_null(18, history.failing_since_s);
  put_.bind(19, history.run);
  put_.bind_or_null(20, history.first_run == history.run ? 0 : history.first_run);
  put_.bind_or_null(21, text_of(record.probe));
  put_.bind_or_null(22, record.probe_ms);
  return put_.run();
}

// What the last complete run said is kept beside, as far as it changes.
Status DomainWriter::keep_before(const DomainRow& row) {
  const DomainHistory& before = row.before;
  if (!before.has_base) return {};
  if (row.history.reason == before.base_reason && row.history.action == before.base_action) {
    return {};
  }
  put_before_.bind(1, row.key);
  put_before_.bind(2, name_of(before.base_reason));
  put_before_.bind(3, name_of(before.base_action));
  put_before_.bind(4, before.base_since_s);
  return put_before_.run();
}

Status DomainWriter::take_back(std::vector<DomainRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const DomainRow& a, const DomainRow& b) { return a.key < b.key; });
  Transaction transaction(database_);
  Status status = transaction.status();
  for (size_t i = 0; i < rows.size() && status.ok(); ++i) status = take_back_one(rows[i]);
  return status.ok() ? transaction.commit() : status;
}

Status DomainWriter::take_back_one(const DomainRow& row) {
  const DomainHistory& before = row.before;
  if (!before.exists) {
    remove_.bind(1, row.key);
    return remove_.run();
  }
  const bool is_usual = before.action == default_action(before.reason);
  restore_.bind(1, name_of(before.reason));
  restore_.bind_or_null(2, is_usual ? std::string_view() : name_of(before.action));
  restore_.bind_or_null(3, before.asked_at_s);
  restore_.bind_or_null(4, before.last_good_s);
  restore_.bind_or_null(5, before.since_s == before.first_seen_s ? 0 : before.since_s);
  // A port that opened did open, whatever else of the run is not believed.
  const bool has_opened = row.history.failures == 0;
  restore_.bind_or_null(6, has_opened ? 0 : before.failures);
  restore_.bind_or_null(7, has_opened ? 0 : before.failing_since_s);
  restore_.bind(8, before.run);
  restore_.bind_or_null(9, before.first_run == before.run ? 0 : before.first_run);
  restore_.bind(10, kNeverUsed);
  restore_.bind(11, row.key);
  if (Status status = restore_.run(); !status.ok()) return status;
  const bool was_changed_before = before.has_base && (before.base_reason != before.reason ||
                                                      before.base_action != before.action);
  if (was_changed_before) return {};
  drop_before_.bind(1, row.key);
  return drop_before_.run();
}

// Only the address of the best host is certain to be known by now: others may still be asked for.
Result<int64_t> DomainWriter::host_id(HostId host, const DomainRecord& record) {
  if (host.value() >= hosts_.size()) hosts_.resize(host.value() + 1);
  Host& known = hosts_[host.value()];
  const bool is_best = host == record.best;
  if (known.id != 0 && (known.has_address || !is_best)) return known.id;
  const Result<int64_t> id = put_host(host_of_(host, is_best), record.checked_at_s);
  if (id.ok()) known = {id.value(), is_best};
  return id;
}

// The first id from that of the name on that is free, or the name's own.
Result<int64_t> DomainWriter::find_id(NameView name) {
  int64_t id = key_of(name) & kHostIdMask;
  while (true) {
    if (id == 0) id = 1;
    host_name_.bind(1, id);
    const Result<bool> row = host_name_.step();
    if (!row.ok()) return row.status();
    const bool is_other = row.value() && host_name_.text(0) != name_text_;
    host_name_.reset();
    if (!is_other) return id;
    id = (id + 1) & kHostIdMask;
  }
}

Result<int64_t> DomainWriter::put_host(const HostRow& host, uint32_t now_s) {
  write_text(host.name, name_text_);
  const Result<int64_t> id = find_id(host.name);
  if (!id.ok()) return id;
  const std::string address = host.address ? host.address->text() : std::string();
  put_host_.bind(1, id.value());
  put_host_.bind(2, name_text_);
  put_host_.bind_or_null(3, address);
  put_host_.bind_or_null(4, host.provider);
  put_host_.bind_or_null(5, now_s);
  if (Status status = put_host_.run(); !status.ok()) return status;
  return id;
}

Status DomainWriter::note_probe(const DomainRow& row, int64_t host) {
  const std::optional<ProbeOutcome> probe = row.record.probe;
  if (!probe) return {};
  put_probe_.bind(1, text_of(probe));
  put_probe_.bind(2, row.record.checked_at_s);
  put_probe_.bind(3, host);
  return put_probe_.run();
}

}  // namespace mxbulk::state
