// A folder of a test's own, under $TMPDIR or /tmp or at a given place. It is removed with all that
// is in it.
//
// Threads: one. Ownership: owns the folder on disk.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::test {

class TempDir {
 public:
  // Aborts if no folder can be made.
  TempDir();
  explicit TempDir(const std::string& parent);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // The path of `name` inside; nothing is created.
  [[nodiscard]] std::string file(std::string_view name) const;
  // Writes `text` to `name` and returns its path.
  std::string write(std::string_view name, std::string_view text) const;
  // Names of what is inside, sorted: for "no output file, no temporary either".
  [[nodiscard]] std::string listing() const;

 private:
  std::string path_;
};

// The whole file; a test failure and an empty string if it cannot be read.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace mxbulk::test
