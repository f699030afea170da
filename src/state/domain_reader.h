// Finds what earlier runs stored of domains.
//
//   DomainReader reader(database, plain_action);
//   reader.load_before();
//   for (each new domain, sorted by key) reader.find(key, name, found);
//
// Threads: one reader thread; the hosts live as long as the reader, and `StoredHost::id` is the
// loop thread's. Ownership: borrows the connection; owns the hosts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "mxbulk/status.h"
#include "state/database.h"
#include "state/stored_domain.h"

namespace mxbulk::state {

struct Found {
  DomainHistory history;
  StoredAnswer answer;    // its hosts are loaded by load_hosts()
  std::string exchanges;  // ids of hosts, as they are stored
  int64_t best = 0;       // likewise; 0 = none
};

class DomainReader {
 public:
  // `baseline`: the last complete run; 0 = none.
  DomainReader(Database& database, uint32_t baseline);

  // Before the first find(). Errors: kInternal, as all here.
  [[nodiscard]] Status load_before();
  // Around the calls of a batch: one transaction is faster than many, and must not stay open, as
  // the WAL grows meanwhile.
  [[nodiscard]] Status begin_batch() { return database_.run("BEGIN"); }
  [[nodiscard]] Status end_batch();
  // False: the state does not have the domain. Keys in rising order are found fastest.
  [[nodiscard]] Result<bool> find(int64_t key, NameView name, Found& found);
  // Fills exchanges and best of the answer. False: a host is missing, so that the answer cannot be
  // used.
  [[nodiscard]] Result<bool> load_hosts(Found& found);

 private:
  struct Before {
    Reason reason = Reason::kNotAttempted;
    Action action = Action::kRetry;
    uint32_t since_s = 0;
  };

  void read_row(Found& found);
  [[nodiscard]] Result<StoredHost*> host(int64_t id);

  uint32_t baseline_;
  Statement find_;
  Statement find_host_;
  Database& database_;
  std::unordered_map<int64_t, Before> before_;
  std::unordered_map<int64_t, std::unique_ptr<StoredHost>> hosts_;
  std::string name_text_;
};

}  // namespace mxbulk::state
