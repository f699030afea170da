#include "input/versions.h"

#include <idn2.h>
#include <isa-l.h>
#include <zstd.h>

#include "input/idna.h"
#include "input/json_index.h"

namespace mxbulk::input {

std::vector<std::string> versions() {
  return {"simdjson " + simdjson_version(), "ICU " + icu_version(),
          std::string("libidn2 ") + idn2_check_version(nullptr),
          "isa-l " + std::to_string(ISAL_MAJOR_VERSION) + "." + std::to_string(ISAL_MINOR_VERSION),
          std::string("zstd ") + ZSTD_versionString()};
}

}  // namespace mxbulk::input
