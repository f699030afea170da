// The format of the output: what was asked for, else by the path's extension, else none. Pure.
#pragma once

#include <string>
#include <string_view>

#include "mxbulk/options.h"

namespace mxbulk::app {

// kAuto where neither flag nor extension says.
[[nodiscard]] inline Format output_format(const OutputOptions& options) {
  if (options.format != Format::kAuto) return options.format;
  std::string lowered = options.path;
  for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  std::string_view path = lowered;
  for (std::string_view packed : {".gz", ".zst"}) {
    if (path.ends_with(packed)) path.remove_suffix(packed.size());
  }
  if (path.ends_with(".csv")) return Format::kCsv;
  if (path.ends_with(".tsv")) return Format::kTsv;
  for (std::string_view json : {".jsonl", ".ndjson", ".json"}) {
    if (path.ends_with(json)) return Format::kJsonl;
  }
  return Format::kAuto;
}

}  // namespace mxbulk::app
