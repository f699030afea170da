// The extension of a path, in letters of any case: `LIST.CSV.GZ` is named by another system.
//
// Threads: pure functions.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace mxbulk {

// `extension`: in lower case, with its dot.
[[nodiscard]] inline bool has_extension(std::string_view path, std::string_view extension) {
  if (path.size() < extension.size()) return false;
  const std::string_view end = path.substr(path.size() - extension.size());
  return std::equal(end.begin(), end.end(), extension.begin(), [](char given, char lower) {
    return (given >= 'A' && given <= 'Z' ? static_cast<char>(given | 0x20) : given) == lower;
  });
}

// Without the extensions of compressed files.
[[nodiscard]] inline std::string_view unpacked_path(std::string_view path) {
  for (std::string_view packed : {".gz", ".zst"}) {
    if (has_extension(path, packed)) path.remove_suffix(packed.size());
  }
  return path;
}

}  // namespace mxbulk
