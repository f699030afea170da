// Finds the format of an input by its first bytes.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

// True if the text begins with an object or an array of JSON.
[[nodiscard]] bool looks_like_json(std::string_view front);

// JSON if the text begins with an object or an array, CSV if there are several columns or a header,
// else lines. `front`: the first rows. `is_end`: there are no others.
[[nodiscard]] Format format_by_bytes(std::string_view front, bool is_end);

// Error kInput if the file is not a list, but an archive, a workbook, Parquet or similar: the
// message says what it is, and what to do.
[[nodiscard]] Status check_kind(const std::string& source, std::string_view front);
// The same for text that is not a list, but could be read as one: vCards, HTML, mail headers …
[[nodiscard]] Status check_kind_of_text(const std::string& source, std::string_view front);

}  // namespace mxbulk::input
