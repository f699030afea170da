// What an input is, by its first bytes.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

// An object or an array of JSON opens.
[[nodiscard]] bool looks_like_json(std::string_view front);

// JSON if an object or an array opens, CSV if there are several columns or a header, else lines.
// `front`: the first rows; `is_end`: they are all.
[[nodiscard]] Format format_by_bytes(std::string_view front, bool is_end);

// Error kInput if the bytes are a file that is no list, as an archive, a workbook or Parquet: the
// message says what it is, and what to do.
[[nodiscard]] Status check_kind(const std::string& source, std::string_view front);
// The same for kinds of text that could be read as a list of nonsense: vCards, HTML, mail headers …
[[nodiscard]] Status check_kind_of_text(const std::string& source, std::string_view front);

}  // namespace mxbulk::input
