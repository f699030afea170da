// What this room links, for `--version`. Pure.
#pragma once

#include <string>
#include <vector>

namespace mxbulk::table {

// `NAME VERSION`: as loaded where the library tells, else as compiled against.
[[nodiscard]] std::vector<std::string> versions();

}  // namespace mxbulk::table
