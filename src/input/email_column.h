// Finds the column, or the member of JSON records, that holds the addresses. The content of a
// sample decides; names only decide between columns that hold addresses.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::input {

using TextRow = std::vector<std::string>;  // the cells of one row, unquoted

// `E-Mail Address`, `work_email`, `correo`: names that such columns have.
[[nodiscard]] bool is_email_name(std::string_view header);
// `no email`, `keine Adresse`: written by a person without an address; not the name of a column.
[[nodiscard]] bool says_no_address(std::string_view cell);
// The cell is one valid address after cleaning.
[[nodiscard]] bool is_address(std::string_view cell);
// The cell has no value: it is blank, or `NULL`, `\N`, `n/a` and the like.
[[nodiscard]] bool is_empty_cell(std::string_view cell);

// What a sample shows of one column.
class ColumnFacts {
 public:
  // `name`: the column's name in messages and options; empty if it has none.
  explicit ColumnFacts(std::string name) : name_(std::move(name)) {}

  void add(std::string_view cell);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] size_t addresses() const { return addresses_; }
  [[nodiscard]] const std::string& example() const { return example_; }  // an address; or none
  // Most cells with a value are addresses.
  [[nodiscard]] bool holds_addresses() const { return 2 * addresses_ >= filled_ && addresses_ > 0; }
  // The column has few addresses, each in many rows: those of owners or senders, not of the person
  // of the row.
  [[nodiscard]] bool repeats() const;
  // Every cell with a value is meant as an address.
  [[nodiscard]] bool may_hold_addresses() const { return filled_ == with_at_sign_; }

 private:
  std::string name_;
  std::string example_;
  size_t filled_ = 0;  // cells that are not empty
  size_t with_at_sign_ = 0;
  size_t addresses_ = 0;
  std::unordered_set<std::string> distinct_;  // of the addresses
};

// The words for messages: what is looked for, and how the user can choose it.
struct ColumnWords {
  std::string source;       // `list.csv:3`: the place that messages begin with
  std::string_view flag;    // `-s` or `--json-path`
  std::string_view one;     // `column`, `member`
  std::string_view advice;  // further advice if none is found; begins with a comma
};

// The index of the column that holds the addresses. Error kInput if there is none, or if there are
// several: the message lists them, with an address of each.
Result<size_t> find_email_column(const ColumnWords& words, const std::vector<ColumnFacts>& columns);

}  // namespace mxbulk::input
