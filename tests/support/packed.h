// Bytes as gzip and zstd pack them.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::test {

[[nodiscard]] std::string gzip(std::string_view bytes);
[[nodiscard]] std::string zstd(std::string_view bytes);

}  // namespace mxbulk::test
