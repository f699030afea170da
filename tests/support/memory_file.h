// A file in memory that has a path but no place on disk: one for each run of a fuzz target.
//
// Threads: one. Ownership: the object owns the file.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::test {

class MemoryFile {
 public:
  // Aborts if none can be made.
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
