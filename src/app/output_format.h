// The format of the output: what was asked for, else by the path's extension, else none. Pure.
#pragma once

#include "model/file_format.h"
#include "mxbulk/options.h"

namespace mxbulk::app {

// kAuto where neither flag nor extension says.
[[nodiscard]] inline Format output_format(const OutputOptions& options) {
  if (options.format != Format::kAuto) return options.format;
  return format_by_name(options.path);
}

}  // namespace mxbulk::app
