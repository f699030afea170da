#include "mxbulk/validator.h"
#include "net/versions.h"

namespace mxbulk {

std::vector<std::string> library_versions() {
  return net::versions();
}

}  // namespace mxbulk
