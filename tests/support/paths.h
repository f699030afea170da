// The paths of the program under test and of the project's files.
#pragma once

#include <string>

namespace mxbulk::test {

inline std::string program() {
  return MXBULK_PROGRAM;
}
inline std::string source_dir() {
  return MXBULK_SOURCE_DIR;
}

}  // namespace mxbulk::test
