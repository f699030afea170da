// An output file in memory.
#pragma once

#include <string>

#include "output/output_file.h"

namespace mxbulk::test {

class SimulatedOutput final : public output::OutputFile {
 public:
  Status write(std::string_view bytes) override {
    text_ += bytes;
    return {};
  }
  Status flush() override {
    ++flushes_;
    return {};
  }
  Status commit() override { return {}; }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int flushes() const { return flushes_; }

 private:
  std::string text_;
  int flushes_ = 0;
};

}  // namespace mxbulk::test
