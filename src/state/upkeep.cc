#include "state/upkeep.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "state/stored_domain.h"
#include "state/stored_text.h"

namespace mxbulk::state {
namespace {

constexpr int64_t kDayS = 24 * 3'600;

// Runs `take` for each row; its error, or that of the statement.
template <class Take>
Status for_each_row(Statement& rows, Take take) {
  while (true) {
    const Result<bool> more = rows.step();
    if (!more.ok()) return more.status();
    if (!more.value()) return {};
    if (Status status = take(); !status.ok()) return status;
  }
}

size_t age_class(int64_t age_s) {
  if (age_s < kDayS) return 0;
  if (age_s < 7 * kDayS) return 1;
  return age_s < 30 * kDayS ? 2 : 3;
}

Status remove_unused_hosts(Database& database) {
  std::unordered_set<int64_t> used;
  Statement domains(database, "SELECT exchanges, best FROM domain");
  Status status = for_each_row(domains, [&]() -> Status {
    const std::string_view ids = domains.text(0);
    for (size_t i = 0; i < ids.size() / kHostIdOctets; ++i) used.insert(host_id_at(ids, i));
    used.insert(domains.number(1));
    return {};
  });
  if (!status.ok()) return status;
  std::vector<int64_t> unused;
  Statement hosts(database, "SELECT id FROM host");
  status = for_each_row(hosts, [&]() -> Status {
    if (!used.contains(hosts.number(0))) unused.push_back(hosts.number(0));
    return {};
  });
  Statement remove(database, "DELETE FROM host WHERE id = ?");
  for (size_t i = 0; i < unused.size() && status.ok(); ++i) {
    remove.bind(1, unused[i]);
    status = remove.run();
  }
  return status;
}

Status remove_domains(Database& database, const std::vector<int64_t>& keys) {
  Statement domain(database, "DELETE FROM domain WHERE hash = ?");
  Statement before(database, "DELETE FROM before WHERE hash = ?");
  for (const int64_t key : keys) {
    domain.bind(1, key);
    if (Status status = domain.run(); !status.ok()) return status;
    before.bind(1, key);
    if (Status status = before.run(); !status.ok()) return status;
  }
  return remove_unused_hosts(database);
}

Status shrink(Database& database) {
  Status status = database.run("VACUUM");
  return status.ok() ? database.run("PRAGMA wal_checkpoint(TRUNCATE)") : status;
}

// The key of a name tells whether it is in the list, to one who guesses it.
Status remove_from_list(Database& database, int64_t key) {
  const Result<RunRow> last = last_run(database);
  if (!last.ok()) return last.status();
  Result<std::vector<ListedDomain>> listed = listed_domains(database, last.value().id);
  if (!listed.ok()) return listed.status();
  std::erase_if(listed.value(), [&](const ListedDomain& domain) {
    return domain.key == static_cast<uint64_t>(key);
  });
  return write_listed(database, last.value().id, listed.value());
}

}  // namespace

Result<StateStats> stats(Database& database, int64_t now_s) {
  StateStats stats;
  Statement domains(database, "SELECT reason, asked_at FROM domain");
  Status status = for_each_row(domains, [&]() -> Status {
    ++stats.domains;
    ++stats.by_verdict[static_cast<size_t>(verdict_of(reason_from(domains.text(0))))];
    const bool was_asked = !domains.is_null(1);
    ++stats.by_age[was_asked ? age_class(now_s - domains.number(1)) : stats.by_age.size() - 1];
    return {};
  });
  if (!status.ok()) return status;
  const Result<int64_t> hosts = database.number("SELECT count(*) FROM host");
  if (!hosts.ok()) return hosts.status();
  stats.hosts = static_cast<uint64_t>(hosts.value());
  const Result<int64_t> bytes =
      database.number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  if (!bytes.ok()) return bytes.status();
  stats.file_bytes = static_cast<uint64_t>(bytes.value());
  const Result<RunRow> last = last_run(database);
  if (!last.ok()) return last.status();
  stats.last_run = last.value();
  return stats;
}

Result<uint64_t> prune(Database& database, int64_t days, int64_t now_s) {
  const int64_t since_s = now_s - days * kDayS;
  const Result<RunRow> last = last_run(database);
  if (!last.ok()) return last.status();
  std::vector<ListedDomain> listed;
  if (last.value().began_s >= since_s) {
    Result<std::vector<ListedDomain>> found = listed_domains(database, last.value().id);
    if (!found.ok()) return found.status();
    listed = std::move(found.value());
  }
  const auto is_listed = [&](int64_t key) {
    const auto place =
        std::lower_bound(listed.begin(), listed.end(), static_cast<uint64_t>(key),
                         [](const ListedDomain& one, uint64_t other) { return one.key < other; });
    return place != listed.end() && place->key == static_cast<uint64_t>(key);
  };
  std::vector<int64_t> old;
  {
    Statement rows(database, "SELECT hash FROM domain WHERE COALESCE(asked_at, first_seen) < ?");
    rows.bind(1, since_s);
    Status status = for_each_row(rows, [&]() -> Status {
      if (!is_listed(rows.number(0))) old.push_back(rows.number(0));
      return {};
    });
    if (!status.ok()) return status;
  }
  {
    Transaction transaction(database);
    Status status = transaction.status();
    if (status.ok()) status = remove_domains(database, old);
    if (status.ok()) status = transaction.commit();
    if (!status.ok()) return status;
  }
  if (Status status = shrink(database); !status.ok()) return status;
  return old.size();
}

Result<bool> forget(Database& database, const DomainName& name) {
  const int64_t key = key_of(name.view());
  const auto found = domain_with(database, key);
  if (!found.ok()) return found.status();
  if (!found.value() || found.value()->name != name.text()) return false;
  if (Status status = database.run("PRAGMA secure_delete = ON"); !status.ok()) return status;
  {
    Transaction transaction(database);
    Status status = transaction.status();
    if (status.ok()) status = remove_domains(database, {key});
    if (status.ok()) status = remove_from_list(database, key);
    if (status.ok()) status = transaction.commit();
    if (!status.ok()) return status;
  }
  if (Status status = shrink(database); !status.ok()) return status;
  return true;
}

Status export_domains(Database& database, const TextRow& header, const TextRow& row) {
  Statement rows(database, "SELECT * FROM domains ORDER BY domain");
  std::vector<std::string_view> texts;
  for (int i = 0; i < rows.columns(); ++i) texts.push_back(rows.column_name(i));
  if (Status status = header(texts); !status.ok()) return status;
  return for_each_row(rows, [&]() -> Status {
    for (int i = 0; i < rows.columns(); ++i) texts[static_cast<size_t>(i)] = rows.text(i);
    return row(texts);
  });
}

}  // namespace mxbulk::state
