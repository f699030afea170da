// Which mail servers belong together: by network, and by operator. A plain value.
#pragma once

#include <cstdint>

namespace mxbulk::probing {

struct ServerKeys {
  uint64_t network = 0;       // hash of its /24 or /48
  uint64_t organisation = 0;  // hash of its operator
  bool is_known = false;      // of a known provider, which no other company hosts
};

}  // namespace mxbulk::probing
