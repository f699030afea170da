// A terminal for a program under test: a pseudo-terminal. The test reads its other end and types
// there.
//
// Threads: one. Ownership: owns both ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mxbulk::test {

class Terminal {
 public:
  // Aborts if none can be opened. `columns` 0: a terminal that does not report its width.
  explicit Terminal(uint16_t columns);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // What a program opens as its standard streams.
  [[nodiscard]] const std::string& path() const { return path_; }
  void type(std::string_view text) const;
  // As a pager does it: keys come one by one.
  void turn_line_editing_off() const;
  // All that programs wrote so far; lines end in CR LF, and what is typed is shown too.
  [[nodiscard]] const std::string& text();

 private:
  int master_;
  int slave_;  // kept open: reading the master fails while the other end is closed
  std::string path_;
  std::string text_;
};

}  // namespace mxbulk::test
