// Finds the column that holds the addresses.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::input {

using TextRow = std::vector<std::string>;  // the cells of one row, unquoted

// `E-Mail Address`, `work_email`, `correo`: names that such columns bear.
[[nodiscard]] bool is_email_name(std::string_view header);
// It looks like `somebody@somewhere`.
[[nodiscard]] bool looks_like_address(std::string_view cell);

// What the user said about the column, and how messages name the input.
struct ColumnRequest {
  std::string source;
  std::string column;  // a name or a 1-based number; empty = find it
};

// 0-based column. `header`: empty where there is none. `sample`: some of the first rows.
// Errors: kUsage (no such column), kInput (none found, or several: the message lists them).
Result<size_t> find_email_column(const ColumnRequest& request, const TextRow& header,
                                 const std::vector<TextRow>& sample);

}  // namespace mxbulk::input
