// Reads a whole input through RowReader, for the tests of all it reads.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "input/row_reader.h"
#include "support/temp_dir.h"

namespace mxbulk::input {

using Texts = std::vector<std::string>;

struct ReadAll {
  Status status;
  RowShape shape;
  std::string bytes;
  Texts rows;
  Texts cells;  // `!bad` if the row is bad, `…~` if it is ragged, `(passed)` if it is no row
  std::vector<InputDescription> inputs;
};

// What the pipeline would see of an input, batch after batch.
ReadAll read_all(const InputOptions& options, const RowNeeds& needs = {});

class RowReaderTest : public testing::Test {
 protected:
  InputOptions file(const std::string& name, std::string_view bytes);
  ReadAll read(const std::string& name, std::string_view bytes, const RowNeeds& needs = {});
  // The message without the folder.
  std::string message_of(const Status& status) const;

  test::TempDir folder_;
};

}  // namespace mxbulk::input
