// What is linked, for `--version`. Pure.
#pragma once

#include <string>
#include <vector>

namespace mxbulk::net {

// `c-ares 1.18.1`, `libuv 1.44.2`, `OpenSSL 3.0.15`: as loaded, not as compiled against.
[[nodiscard]] std::vector<std::string> versions();

}  // namespace mxbulk::net
