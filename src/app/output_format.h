// The format of the output: what was asked for, else by the path's extension, else none. Pure.
#pragma once

#include <string_view>

#include "mxbulk/options.h"

namespace mxbulk::app {

// kAuto where neither flag nor extension says.
[[nodiscard]] inline Format output_format(const OutputOptions& options) {
  if (options.format != Format::kAuto) return options.format;
  std::string_view path = options.path;
  for (std::string_view packed : {".gz", ".zst"}) {
    if (path.ends_with(packed)) path.remove_suffix(packed.size());
  }
  if (path.ends_with(".csv")) return Format::kCsv;
  if (path.ends_with(".tsv")) return Format::kTsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return Format::kJsonl;
  return Format::kAuto;
}

}  // namespace mxbulk::app
