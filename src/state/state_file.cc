#include "state/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/limits.h"
#include "model/outcome_table.h"

namespace mxbulk::state {
namespace {

constexpr int64_t kApplicationId = 0x6D78626B;  // "mxbk", for file(1)

// Each brings the file from the version of its index to the next.
//
// `domain` and `host` are compact: codes of hosts, NULL for what is usual. The views `domains` and
// `hosts` are for people. A hash is the key of a name (XXH3-64 of its wire form).
constexpr std::array<const char*, 1> kMigrations = {R"sql(
CREATE TABLE host (
  id INTEGER PRIMARY KEY,    -- 40 bits of the hash of the name; the next free one if it is taken
  name TEXT NOT NULL,
  address TEXT,              -- a public one; NULL: none was found
  provider TEXT,
  asked_at INTEGER,          -- Unix time, as all times
  probe TEXT,                -- the best outcome of a connection
  probed_at INTEGER
);
CREATE TABLE domain (
  hash INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  reason TEXT NOT NULL,
  action TEXT,               -- NULL: that of the reason
  lints TEXT,                -- joined by ;
  exchanges BLOB,            -- ids of hosts, 5 octets each, in the order (preference, name)
  best INTEGER,              -- id of a host
  mx_count INTEGER,
  rcode INTEGER,
  ttl INTEGER,               -- seconds
  asked_at INTEGER,          -- NULL: no query is needed for it
  valid_until INTEGER,       -- by the settings of the run that asked
  how INTEGER,               -- key of the settings for probes and allowed nets; NULL: none
  first_seen INTEGER,
  last_good INTEGER,         -- its action was send; NULL: see asked_at if it is, else never
  since INTEGER,             -- it has this verdict; NULL: since first_seen
  failures INTEGER,          -- of connections, in a row
  failing_since INTEGER,
  run INTEGER,               -- that asked it
  first_run INTEGER,         -- that had it first; NULL: the same
  probe TEXT,
  probe_ms INTEGER
);
-- Domains that a run has changed which is not complete: what they were. NULL: not known before.
CREATE TABLE before (
  hash INTEGER PRIMARY KEY,
  reason TEXT NOT NULL,
  action TEXT NOT NULL,
  since INTEGER NOT NULL
);
-- Runs that ended with 0, 3 or 6. The last one is what the next is compared with.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  run_id TEXT,
  run_date TEXT,
  began INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  exit_code INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  domains INTEGER NOT NULL,
  how INTEGER NOT NULL
);
-- The domains of the last run: for each, sorted, 8 octets of its hash and 2 of its rows (65,535 at
-- most), the lowest octet first.
CREATE TABLE listed (
  run INTEGER PRIMARY KEY,
  domains BLOB NOT NULL
);
CREATE TABLE verdict (
  reason TEXT PRIMARY KEY,
  verdict TEXT NOT NULL,
  action TEXT NOT NULL
) WITHOUT ROWID;
CREATE VIEW domains AS
SELECT d.name AS domain, v.verdict, d.reason, COALESCE(d.action, v.action) AS action, d.lints,
  COALESCE(d.mx_count, 0) AS mx_count, h.name AS mx_host, h.address AS mx_ip,
  h.provider AS mx_provider, d.ttl AS ttl_s,
  datetime(d.asked_at, 'unixepoch') AS asked_at, datetime(d.valid_until, 'unixepoch') AS valid_until,
  datetime(d.first_seen, 'unixepoch') AS first_seen,
  datetime(COALESCE(d.last_good, CASE WHEN COALESCE(d.action, v.action) = 'send'
    THEN d.asked_at END), 'unixepoch') AS last_good,
  datetime(COALESCE(d.since, d.first_seen), 'unixepoch') AS verdict_since,
  COALESCE(d.failures, 0) AS failures, datetime(d.failing_since, 'unixepoch') AS failing_since,
  d.probe AS probe_status, d.run
FROM domain d JOIN verdict v USING (reason) LEFT JOIN host h ON h.id = d.best;
CREATE VIEW hosts AS
SELECT name, address, provider, datetime(asked_at, 'unixepoch') AS asked_at, probe AS probe_status,
  datetime(probed_at, 'unixepoch') AS probed_at
FROM host;
)sql"};

constexpr auto kVersion = static_cast<int64_t>(kMigrations.size());

Status error_of(const std::string& path, const char* what) {
  return Status::internal("--state " + path + ": cannot " + what + ": " + std::strerror(errno) +
                          "; check the path and its permissions");
}

// A new file must not be readable by others even for a moment: it names the domains of a list.
Status make_private(const std::string& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    return Status::usage("--state " + path + ": not a plain file; name another");
  }
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return error_of(path, "open it");
  Status status;
  if (::fchmod(fd, 0600) != 0) status = error_of(path, "set its mode");
  ::close(fd);
  return status;
}

Status bad(Opened& opened, const std::string& path, const std::string& why) {
  opened.is_bad = true;
  return Status::internal("--state " + path + ": " + why +
                          "; with --state-optional the run moves it away and goes on without it");
}

Status check_identity(Opened& opened, int64_t& version) {
  Database& database = *opened.database;
  const Result<int64_t> application = database.number("PRAGMA application_id");
  if (!application.ok()) return application.status();
  const Result<int64_t> tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  const Result<int64_t> found = database.number("PRAGMA user_version");
  if (!found.ok()) return found.status();
  version = found.value();
  if (tables.value() > 0 && application.value() != kApplicationId) {
    return Status::usage("--state " + database.path() +
                         ": the database of another program; name another file");
  }
  if (version <= kVersion) return {};
  return bad(opened, database.path(),
             "written by a newer mxbulk (version " + std::to_string(version) +
                 " of the file, this program knows " + std::to_string(kVersion) +
                 "); install that, or name another file");
}

Status migrate(Database& database, int64_t version) {
  if (version == kVersion) return {};
  Transaction transaction(database);
  if (!transaction.status().ok()) return transaction.status();
  for (; version < kVersion; ++version) {
    if (Status status = database.run(kMigrations[static_cast<size_t>(version)]); !status.ok()) {
      return status;
    }
  }
  Status status = database.run("PRAGMA application_id = " + std::to_string(kApplicationId) +
                               "; PRAGMA user_version = " + std::to_string(kVersion));
  return status.ok() ? transaction.commit() : status;
}

// For the views. New reasons come with new versions of the program, not of the file.
Status name_reasons(Database& database) {
  const Result<int64_t> known = database.number("SELECT count(*) FROM verdict");
  if (!known.ok()) return known.status();
  if (known.value() == kReasonCount - 1) return {};
  Transaction transaction(database);
  if (!transaction.status().ok()) return transaction.status();
  Statement insert(database, "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?)");
  for (const Outcome& outcome : outcome_table()) {
    if (outcome.reason == Reason::kBadLocalDots) continue;  // its name is that of kBadLocal
    insert.bind(1, outcome.name);
    insert.bind(2, name_of(outcome.verdict));
    insert.bind(3, name_of(outcome.action));
    if (Status status = insert.run(); !status.ok()) return status;
  }
  return transaction.commit();
}

Status tune(Database& database) {
  // With WAL, NORMAL loses the last transactions if the machine crashes, never the file; if only
  // the program is killed, nothing.
  return database.run("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -" +
                      std::to_string(limits::kStateCacheKib) + "; PRAGMA mmap_size = " +
                      std::to_string(limits::kStateMapBytes) + "; PRAGMA wal_autocheckpoint = " +
                      std::to_string(limits::kStateCheckpointPages));
}

Status prepare(Opened& opened) {
  Database& database = *opened.database;
  int64_t version = 0;
  if (Status status = check_identity(opened, version); !status.ok()) return status;
  if (Status status = database.run("PRAGMA journal_mode = WAL"); !status.ok()) return status;
  if (Status status = migrate(database, version); !status.ok()) return status;
  if (Status status = name_reasons(database); !status.ok()) return status;
  return tune(database);
}

Opened finished(Opened opened) {
  if (opened.status.ok()) return opened;
  opened.is_bad = opened.is_bad || (opened.database != nullptr && opened.database->is_bad());
  opened.database.reset();
  return opened;
}

}  // namespace

Opened open_state(const std::string& path) {
  Opened opened;
  opened.status = make_private(path);
  if (!opened.status.ok()) return opened;
  Result<std::unique_ptr<Database>> database = Database::open(path, Database::Access::kWrite);
  if (!database.ok()) {
    opened.status = database.status();
    return opened;
  }
  opened.database = std::move(database.value());
  opened.status = prepare(opened);
  return finished(std::move(opened));
}

Opened open_for_reading(const std::string& path) {
  Opened opened;
  Result<std::unique_ptr<Database>> database = Database::open(path, Database::Access::kRead);
  if (!database.ok()) {
    opened.status = database.status();
    return opened;
  }
  opened.database = std::move(database.value());
  int64_t version = 0;
  opened.status = check_identity(opened, version);
  if (opened.status.ok()) opened.status = tune(*opened.database);
  return finished(std::move(opened));
}

Result<std::string> move_aside(const std::string& path, int64_t now_s) {
  std::array<char, 32> date{};
  const auto seconds = static_cast<time_t>(now_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::strftime(date.data(), date.size(), "%Y%m%dT%H%M%SZ", &parts);
  const std::string to = path + ".bad-" + date.data();
  if (std::rename(path.c_str(), to.c_str()) != 0) return error_of(path, "move it away");
  // Else its WAL would be taken for that of the next file.
  static_cast<void>(std::rename((path + "-wal").c_str(), (to + "-wal").c_str()));
  ::unlink((path + "-shm").c_str());
  return to;
}

}  // namespace mxbulk::state
