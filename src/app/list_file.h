// The lists that a user keeps: one entry on each line. Blank lines, comments and a byte order mark
// do not count. A # begins a comment at the start of a word; inside a word it is a part of it.
//
//   read_list_file("--lists", "free.txt", [&](std::string_view entry) -> Status {
//     if (entry == "*") return Status::usage("* is not a domain");  // --lists: free.txt:3: * is …
//     domains.emplace_back(entry);
//     return {};
//   });
//
// Threads: any; each call reads one file. Ownership: keeps nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "mxbulk/status.h"

namespace mxbulk::app {

inline constexpr std::string_view kListBlanks = " \t\r\v\f";

[[nodiscard]] std::string_view trim_list_entry(std::string_view text);

// Takes one entry, without the comment and the blanks around it. Errors: kUsage with what is wrong.
using TakeEntry = std::function<Status(std::string_view entry)>;

// Reads up to the first entry that `take` refuses. Errors: its own, with `flag`, path and line
// before it; kUsage for a file that cannot be read, or not to its end.
[[nodiscard]] Status read_list_file(std::string_view flag, const std::string& path,
                                    const TakeEntry& take);

}  // namespace mxbulk::app
