// A file of any bytes that has a path but no place on disk: one a run of a fuzz target.
//
// Threads: one. Ownership: gone with the object.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::test {

class MemoryFile {
 public:
  // Aborts if none can be made: no test can go on without one.
  explicit MemoryFile(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace mxbulk::test
