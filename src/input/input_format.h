// Which format an input has, by its first bytes.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

// By the first bytes: an object opens, an address stands alone on its line, or it is CSV.
[[nodiscard]] Format format_by_bytes(std::string_view front);

// Error kInput where the bytes are no text that can be read: UTF-16, or columns of Parquet.
[[nodiscard]] Status check_encoding(const std::string& source, std::string_view front);

inline constexpr std::string_view kBom = "\xEF\xBB\xBF";

}  // namespace mxbulk::input
