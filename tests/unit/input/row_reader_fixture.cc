#include "unit/input/row_reader_fixture.h"

namespace mxbulk::input {

ReadAll read_all(const InputOptions& options, const RowNeeds& needs) {
  ReadAll all;
  auto opened = RowReader::open(options, needs);
  if (!opened.ok()) {
    all.status = opened.status();
    return all;
  }
  RowReader& reader = *opened.value();
  all.shape = reader.shape();
  RowBatch batch;
  std::string part;
  while (true) {
    const Result<bool> more = reader.next(batch);
    if (!more.ok()) {
      all.status = more.status();
      return all;
    }
    if (!more.value()) break;
    EXPECT_EQ(batch.block.first_row, all.cells.size());
    for (size_t i = 0; i < batch.block.rows(); ++i) {
      all.rows.push_back(part + std::string(batch.block.row(i)));
      part.clear();
    }
    part += batch.block.part_of_row();
    all.bytes += batch.block.bytes;
    for (const EmailCell& cell : batch.cells) {
      if (cell.is_passed) {
        all.cells.emplace_back("(passed)");
        continue;
      }
      all.cells.push_back((cell.is_bad_row ? "!bad" : std::string(cell.text)) +
                          (cell.is_ragged ? "~" : ""));
    }
  }
  all.inputs = reader.inputs();
  return all;
}

InputOptions RowReaderTest::file(const std::string& name, std::string_view bytes) {
  InputOptions options;
  options.files = {folder_.write(name, bytes)};
  return options;
}

ReadAll RowReaderTest::read(const std::string& name, std::string_view bytes,
                            const RowNeeds& needs) {
  return read_all(file(name, bytes), needs);
}

std::string RowReaderTest::message_of(const Status& status) const {
  std::string text = status.message();
  const size_t at = text.find(folder_.file(""));
  if (at != std::string::npos) text.erase(at, folder_.file("").size());
  return text;
}

}  // namespace mxbulk::input
