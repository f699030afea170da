// Finds what earlier runs stored of domains.
//
//   DomainReader reader(database, baseline);
//   Status status = reader.load_before();
//   status = reader.find(wanted, name_of, on_found);  // `wanted` sorted
//
// Threads: one reader thread; the hosts live as long as the reader, and `StoredHost::id` is the
// loop thread's. Ownership: borrows the connection; owns the hosts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "mxbulk/status.h"
#include "state/database.h"
#include "state/key_table.h"
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
  // Calls `on_found` for each of `wanted` that the state has. Keys in rising order are found
  // fastest. An error of `on_found` ends it.
  using NameOf = std::function<NameView(uint32_t id)>;
  using OnFound = std::function<Status(const WantedKey& wanted, Found& found)>;
  [[nodiscard]] Status find(std::span<const WantedKey> wanted, const NameOf& name_of,
                            const OnFound& on_found);
  // Fills exchanges and best of the answer. False: a host is missing, so that the answer cannot be
  // used.
  [[nodiscard]] Result<bool> load_hosts(Found& found);

 private:
  struct Before {
    Reason reason = Reason::kNotAttempted;
    Action action = Action::kRetry;
    uint32_t since_s = 0;
  };

  void read_row(int64_t key, Found& found);
  void add_base(int64_t key, DomainHistory& history) const;
  [[nodiscard]] Result<StoredHost*> host(int64_t id);

  uint32_t baseline_;
  KeyTable wanted_;
  Statement find_;
  Statement find_host_;
  Database& database_;
  std::unordered_map<int64_t, Before> before_;
  std::unordered_map<int64_t, std::unique_ptr<StoredHost>> hosts_;
  Found found_;  // scratch, as the next
  std::string name_text_;
};

}  // namespace mxbulk::state
