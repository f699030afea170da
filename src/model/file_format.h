// What a file's name says of its format and packing, and the delimiter a format has by default.
// Case is ignored. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "mxbulk/options.h"

namespace mxbulk {

enum class Packing : uint8_t { kNone, kGzip, kZstd };

// By the extension: `.gz` or `.zst`.
[[nodiscard]] Packing packing_by_name(std::string_view path);
// By the extension, that of a packing after it allowed; kAuto if it says nothing.
[[nodiscard]] Format format_by_name(std::string_view path);

// Tab for kTsv, else a comma.
[[nodiscard]] char delimiter_of(Format format);

}  // namespace mxbulk
