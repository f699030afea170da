#include "base/hash.h"
#include "enrich/enrich.h"
#include "input/byte_source.h"
#include "input/idna.h"
#include "input/json_index.h"
#include "mxbulk/validator.h"
#include "net/versions.h"
#include "table/name_index.h"

namespace mxbulk {

std::vector<std::string> library_versions() {
  std::vector<std::string> all = net::versions();
  const auto add = [&](const std::vector<std::string>& versions) {
    all.insert(all.end(), versions.begin(), versions.end());
  };
  add({input::simdjson_version()});
  add(input::idna_versions());
  add(input::inflate_versions());
  add({table::abseil_version(), enrich::libpsl_version(), hash_library_version()});
  return all;
}

}  // namespace mxbulk
