# Everything that is linked, from the packages of Debian 12 or 13.
find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares>=1.18)
pkg_check_modules(uv REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash>=0.8)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc>=72)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2>=2.3)
pkg_check_modules(psl REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# src/input/json_index.cc uses the first stage of simdjson alone, which is not public: it may change
# with any release.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES simdjson::simdjson)
set(CMAKE_REQUIRED_FLAGS -std=c++20)
check_cxx_source_compiles("
#include <simdjson.h>
int main() {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
  const simdjson::implementation& best = *simdjson::get_active_implementation();
  if (best.create_dom_parser_implementation(64, 1, stages) != simdjson::SUCCESS) return 1;
  const uint8_t text[64] = {'1'};
  if (stages->set_capacity(64) != simdjson::SUCCESS || stages->capacity() != 64) return 1;
  (void)stages->stage1(text, 1, simdjson::stage1_mode::regular);
  uint32_t* const tokens = stages->structural_indexes.get();
  tokens[stages->n_structural_indexes] = 1;
  return 0;
}" MXBULK_SIMDJSON_HAS_STAGE1)
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT MXBULK_SIMDJSON_HAS_STAGE1)
  message(FATAL_ERROR "This simdjson has another internal::dom_parser_implementation than "
    "src/input/json_index.cc needs; adapt that file, the only one that uses it")
endif()
