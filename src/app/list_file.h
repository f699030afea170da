// The lists that a user keeps: one entry a line; blank lines, comments and a byte order mark do not
// count. A # begins a comment at the start of a word; inside a word it is a part of it.
//
// Threads: pure functions.
#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "model/utf8.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

inline constexpr std::string_view kListBlanks = " \t\r\v\f";

[[nodiscard]] inline std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kListBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kListBlanks) - first + 1);
}

// Without comment and blanks.
[[nodiscard]] inline std::string_view entry_of(std::string_view line) {
  for (size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    const bool is_comment = at == 0 || kListBlanks.find(line[at - 1]) != kListBlanks.npos;
    if (is_comment) return trim(line.substr(0, at));
  }
  return trim(line);
}

// Calls `take` with the number of the line and its entry, until one is refused. After a failure of
// the file itself `file.bad()` is true.
template <class Take>
Status for_each_entry(std::istream& file, Take take) {
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with(kBom)) text.remove_prefix(kBom.size());
    const std::string_view entry = entry_of(text);
    if (entry.empty()) continue;
    if (Status status = take(number, entry); !status.ok()) return status;
  }
  return {};
}

}  // namespace mxbulk::app
