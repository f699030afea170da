#include "net/versions.h"

#include <ares.h>
#include <openssl/crypto.h>
#include <uv.h>

namespace mxbulk::net {

std::vector<std::string> versions() {
  return {std::string("c-ares ") + ares_version(nullptr),
          std::string("libuv ") + uv_version_string(),
          std::string("OpenSSL ") + OpenSSL_version(OPENSSL_VERSION_STRING)};
}

}  // namespace mxbulk::net
