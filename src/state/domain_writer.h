// Writes what a run learned of domains into the state.
//
// Threads: one at a time. Ownership: borrows the connection.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/domain_record.h"
#include "mxbulk/status.h"
#include "state/database.h"
#include "state/stored_domain.h"

namespace mxbulk::state {

// A domain as it is to be written.
struct DomainRow {
  int64_t key = 0;
  std::string_view name;  // wire form; lives as long as the row
  DomainRecord record;    // its hosts are ids of the run's host table
  DomainHistory before;   // before this run
  DomainHistory history;  // with the lookup of this run
  uint32_t valid_until_s = 0;
  uint32_t how = 0;
};

struct HostRow {
  std::string_view name;  // wire form
  std::optional<IpAddress> address;
  std::string provider;
};

class DomainWriter {
 public:
  using HostOf = std::function<HostRow(HostId, bool with_address)>;

  // `host_of`: called on the thread of write().
  DomainWriter(Database& database, HostOf host_of);

  // All rows in one transaction, in the order of their keys: several times faster than in another
  // order. Sorts `rows`. Errors: kInternal; nothing was written.
  [[nodiscard]] Status write(std::vector<DomainRow>& rows);
  // Makes of each what it was before this run, but without an answer that may be used again;
  // removes those that are new.
  [[nodiscard]] Status take_back(std::vector<DomainRow>& rows);

 private:
  struct Host {
    int64_t id = 0;  // 0 = not written in this run
    bool has_address = false;
  };

  [[nodiscard]] Status write_one(const DomainRow& row);
  [[nodiscard]] Status keep_before(const DomainRow& row);
  [[nodiscard]] Status take_back_one(const DomainRow& row);
  // The id of the host in the state. Writes it when it is first named in this run, and when it is
  // first the best one.
  [[nodiscard]] Result<int64_t> host_id(HostId host, const DomainRecord& record);
  [[nodiscard]] Result<int64_t> put_host(const HostRow& host, uint32_t now_s);
  // Requires: name_text_ is the text of `name`.
  [[nodiscard]] Result<int64_t> find_id(NameView name);
  [[nodiscard]] Status note_probe(const DomainRow& row, int64_t host);

  Database& database_;
  HostOf host_of_;
  Statement put_;
  Statement put_before_;
  Statement drop_before_;
  Statement restore_;
  Statement remove_;
  Statement host_name_;
  Statement put_host_;
  Statement put_probe_;
  std::vector<Host> hosts_;  // by HostId
  std::string name_text_;
  std::string exchanges_;
};

}  // namespace mxbulk::state
