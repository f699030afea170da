#include "base/hash.h"
#include "enrich/versions.h"
#include "input/versions.h"
#include "mxbulk/validator.h"
#include "net/versions.h"
#include "table/versions.h"

namespace mxbulk {

std::vector<std::string> library_versions() {
  std::vector<std::string> all = net::versions();
  for (const auto& versions : {input::versions(), table::versions(), enrich::versions()}) {
    all.insert(all.end(), versions.begin(), versions.end());
  }
  all.push_back(hash_library_version());
  return all;
}

}  // namespace mxbulk
