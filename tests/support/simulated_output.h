// An output file in memory.
#pragma once

#include <functional>
#include <string>

#include "output/output_file.h"

namespace mxbulk::test {

class SimulatedOutput final : public output::OutputFile {
 public:
  Status write(std::string_view bytes) override {
    if (!failure.ok()) return failure;
    text_ += bytes;
    return {};
  }
  Status flush() override {
    if (on_flush) on_flush();
    return failure;
  }
  Status prepare() override { return failure; }

  [[nodiscard]] const std::string& text() const { return text_; }

  Status failure;  // of every call from now on
  std::function<void()> on_flush;

 private:
  std::string text_;
};

}  // namespace mxbulk::test
