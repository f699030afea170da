// Makes the row keys of a batch: parses its e-mail cells and interns their domains.
//
// Threads: one reader thread. Ownership: borrows tables and enricher.
#pragma once

#include <string>
#include <vector>

#include "enrich/enrich.h"
#include "input/address_parser.h"
#include "input/row_reader.h"
#include "mxbulk/status.h"
#include "table/address_set.h"
#include "table/domain_table.h"

namespace mxbulk::rows {

class RowKeys {
 public:
  enum class Cells : uint8_t { kAddresses, kDomains };

  // Work that only some outputs need.
  struct Extras {
    bool keeps_local_parts = false;  // for the column `email`
    table::AddressSet* addresses =
        nullptr;  // marks those seen before (Lint::kDuplicate); nullptr = do not
  };

  RowKeys(Cells cells, table::DomainTable& domains, const enrich::Enricher& enricher)
      : RowKeys(cells, domains, enricher, Extras()) {}
  RowKeys(Cells cells, table::DomainTable& domains, const enrich::Enricher& enricher, Extras extras)
      : cells_(cells), domains_(domains), enricher_(enricher), extras_(extras) {}

  // Fills the keys and, if they are kept, the local parts of batch.block. Error: kInternal if there
  // are more than limits::kDomainsMax domains.
  Status fill(input::RowBatch& batch);

 private:
  void take(const input::EmailCell& cell, Block& block);
  void keep_local_part(std::string_view local_part, Block& block);
  // Requires: extras_.addresses.
  void mark_duplicates();
  // Which domain was probably meant by an invalid cell; 0 = none.
  [[nodiscard]] uint32_t suggestion(const input::EmailCell& cell, Reason reason) const;

  struct Waiting {  // a row whose domain is not yet interned
    size_t row;
    size_t name_at;
    uint8_t name_size;
    LintSet lints;
    bool is_role;
  };

  Cells cells_;
  table::DomainTable& domains_;
  const enrich::Enricher& enricher_;
  Extras extras_;
  std::string local_text_;  // copied at its exact size, as long as a block is held
  input::AddressParser parser_;
  std::vector<Waiting> waiting_;
  std::vector<uint64_t> hashes_;  // of their addresses, if duplicates are marked
  std::string names_;             // the names of the requests
  std::vector<table::DomainTable::Request> requests_;
  std::vector<DomainId> ids_;
};

}  // namespace mxbulk::rows
