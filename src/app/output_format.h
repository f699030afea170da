// The format of the output: what was asked for, else by the path's extension, else none. Pure.
#pragma once

#include <string_view>

#include "base/extension.h"
#include "mxbulk/options.h"

namespace mxbulk::app {

// kAuto where neither flag nor extension says.
[[nodiscard]] inline Format output_format(const OutputOptions& options) {
  if (options.format != Format::kAuto) return options.format;
  const std::string_view path = unpacked_path(options.path);
  if (has_extension(path, ".csv")) return Format::kCsv;
  if (has_extension(path, ".tsv")) return Format::kTsv;
  for (std::string_view json : {".jsonl", ".ndjson", ".json"}) {
    if (has_extension(path, json)) return Format::kJsonl;
  }
  return Format::kAuto;
}

}  // namespace mxbulk::app
