// Decides whether the first row of a table is its header or data. To take data for a header would
// lose a person's row, so without evidence it is data.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "input/email_column.h"

namespace mxbulk::input {

// `first`: the row in question. `rest`: rows after it; may be empty. `column`: of the addresses;
// npos if no column of `rest` holds any.
[[nodiscard]] bool is_header(const TextRow& first, const std::vector<TextRow>& rest, size_t column);

// True if the text has only digits, and the marks of numbers, dates and phone numbers.
[[nodiscard]] bool is_numeric(std::string_view cell);

}  // namespace mxbulk::input
