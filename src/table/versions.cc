#include "table/versions.h"

#include <absl/base/config.h>

namespace mxbulk::table {

std::vector<std::string> versions() {
  return {"abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION) + "." +
          std::to_string(ABSL_LTS_RELEASE_PATCH_LEVEL)};
}

}  // namespace mxbulk::table
