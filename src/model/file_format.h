// The format and the compression that a file's name says, and the default delimiter of a format.
// Letter case is ignored. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "mxbulk/options.h"

namespace mxbulk {

enum class Packing : uint8_t { kNone, kGzip, kZstd };

// By the extension: `.gz` or `.zst`.
[[nodiscard]] Packing packing_by_name(std::string_view path);
// By the extension, before that of a compression: `.csv.gz` is kCsv. kAuto if it is unknown.
[[nodiscard]] Format format_by_name(std::string_view path);

// The extension, before that of a compression, if it is of a format or compression that this
// program does not write: `.xlsx` of `X.XLSX`, `.parquet` of `x.parquet.gz`. Else empty.
[[nodiscard]] std::string_view unwritten_extension(std::string_view path);

// Tab for kTsv, else a comma.
[[nodiscard]] char delimiter_of(Format format);

}  // namespace mxbulk
