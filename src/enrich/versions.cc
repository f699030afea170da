#include "enrich/versions.h"

#include <libpsl.h>

namespace mxbulk::enrich {

std::vector<std::string> versions() {
  return {std::string("libpsl ") + psl_get_version()};
}

}  // namespace mxbulk::enrich
