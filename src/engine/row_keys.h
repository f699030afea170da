// From the e-mail cells of a batch to the keys of its rows: parse, intern.
//
// Threads: one reader thread. Ownership: borrows table and enricher.
#pragma once

#include <string>
#include <vector>

#include "enrich/enrich.h"
#include "input/address_parser.h"
#include "input/row_reader.h"
#include "mxbulk/status.h"
#include "table/domain_table.h"

namespace mxbulk::engine {

class RowKeys {
 public:
  enum class Cells : uint8_t { kAddresses, kDomains };

  RowKeys(Cells cells, table::DomainTable& domains, const enrich::Enricher& enricher)
      : cells_(cells), domains_(domains), enricher_(enricher) {}

  // Fills batch.block.keys. Error: kInternal when there are more domains than can be told apart.
  Status fill(input::RowBatch& batch);

 private:
  void take(const input::EmailCell& cell, std::vector<RowKey>& keys);
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
  input::AddressParser parser_;
  std::vector<Waiting> waiting_;
  std::string names_;  // backs the requests
  std::vector<table::DomainTable::Request> requests_;
  std::vector<DomainId> ids_;
};

}  // namespace mxbulk::engine
