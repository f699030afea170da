// Any bytes as a file that is read whole: one cell for each row, as many rows as there are, and
// where the format stays the same, each row's own bytes in front.
//
//   octet 0    bits 0 and 1: what the file is called; 2 and 3: the output's format; 4: no header;
//              5: the e-mail cell alone
//   the rest   the file
#include <algorithm>

#include "base/limits.h"
#include "fuzz/targets.h"
#include "input/row_reader.h"
#include "support/csv_judge.h"
#include "support/memory_file.h"

namespace mxbulk::test {
namespace {

constexpr Format kFormats[] = {Format::kAuto, Format::kCsv, Format::kJsonl, Format::kLines};
constexpr Format kOutputs[] = {Format::kAuto, Format::kCsv, Format::kTsv, Format::kJsonl};

struct AllRows {
  bool is_read = false;  // no error came
  std::string wrong;
  std::vector<std::string> rows;
  std::vector<bool> is_bad;
};

AllRows read_all(input::RowReader& reader) {
  AllRows all;
  input::RowBatch batch;
  while (true) {
    const Result<bool> more = reader.next(batch);
    if (!more.ok()) return all;
    if (!more.value()) break;
    if (batch.block.first_row != all.rows.size()) all.wrong = "rows are counted wrong";
    if (batch.cells.size() != batch.block.rows()) all.wrong = "rows without a cell";
    for (size_t i = 0; i < batch.block.rows(); ++i) all.rows.emplace_back(batch.block.row(i));
    for (const input::EmailCell& cell : batch.cells) {
      all.is_bad.push_back(cell.is_bad_row);
      const std::string copy(cell.text);  // each octet of it can be read
      if (copy.size() > limits::kRowBytesMax) all.wrong = "a cell larger than its row";
    }
  }
  all.is_read = true;
  return all;
}

std::string_view without_bom(std::string_view bytes) {
  return bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
}

// The rows of the file as one octet after the other tells them.
std::vector<std::string_view> plain_rows(std::string_view bytes, const RowShape& shape,
                                         bool knows_quotes) {
  std::vector<std::string_view> rows;
  // Quotes mean nothing to lines: cut them at their breaks alone.
  std::string unquoted(bytes);
  if (!knows_quotes) std::replace(unquoted.begin(), unquoted.end(), '"', 'q');
  size_t begin = 0;
  for (const input::CsvRow& row : judge_csv(shape.delimiter, 0, unquoted, true).rows) {
    rows.push_back(bytes.substr(begin, row.end - begin));
    begin = row.end;
  }
  return rows;
}

std::string_view text_of(std::string_view row) {
  while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) row.remove_suffix(1);
  return row;
}

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const uint8_t choice = input.octet();
  const std::string bytes(input.rest().begin(), input.rest().end());
  const MemoryFile file(bytes);
  InputOptions options;
  options.files = {file.path()};
  options.format = kFormats[choice & 3];
  options.no_headers = (choice & 16) != 0;
  input::RowNeeds needs;
  needs.output_format = kOutputs[choice >> 2 & 3];
  needs.mode = (choice & 32) != 0 ? Mode::kMinimal : Mode::kAppend;
  const auto reader = input::RowReader::open(options, needs);
  if (!reader.ok()) return {};
  const RowShape& shape = reader.value()->shape();
  const AllRows all = read_all(*reader.value());
  if (!all.wrong.empty()) return all.wrong;
  const bool stays_csv = options.format == Format::kCsv && shape.format == Format::kCsv;
  const bool stays_json = options.format == Format::kJsonl && shape.format == Format::kJsonl;
  const bool keeps_rows = (stays_csv || stays_json) && needs.mode == Mode::kAppend;
  if (!all.is_read || !keeps_rows) return {};
  std::vector<std::string_view> rows = plain_rows(without_bom(bytes), shape, stays_csv);
  if (stays_csv && shape.has_header) rows.erase(rows.begin());
  if (rows.size() != all.rows.size()) return "rows got lost or came from nowhere";
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_raw =
        stays_json && all.rows[i].starts_with("{\"_raw\":") && !rows[i].starts_with("{\"_raw\":");
    if (is_raw) continue;
    if (!all.rows[i].starts_with(text_of(rows[i]))) return "a row lost bytes";
    if (stays_json && all.rows[i] != rows[i]) return "a record was changed";
  }
  return {};
}

std::string seed(int choice, const std::string& text) {
  return std::string(1, static_cast<char>(choice)) + text;
}

std::vector<std::string> seeds() {
  const std::string csv = "id,email,n\r\n1,a@b.de,x\r\n2,\"c\"\"d\"@e.de\n\n\"3\",f@g.de,y,z";
  const std::string json = "{\"email\":\"a@b.de\",\"n\":[1,{\"x\":null}]}\n[]\n\n{\"email\":null}";
  const std::string lines = "a@b.de\r\nfoo\r\rb@c.de";
  std::vector<std::string> all;
  for (const int choice : {0, 1, 5, 9, 13, 17, 33, 45}) all.push_back(seed(choice, csv));
  for (const int choice : {0, 2, 6, 14, 46}) all.push_back(seed(choice, json));
  for (const int choice : {0, 3, 15}) all.push_back(seed(choice, lines));
  all.push_back("\1\xEF\xBB\xBF\"email\";n\n\"a;b\";c\n");
  all.push_back("\1email\n\"open");
  all.push_back(
      std::string("\0\xFF\xFE"
                  "e\0",
                  5));
  return all;
}

}  // namespace

const FuzzTarget kRowsTarget = {"rows", run, seeds};

}  // namespace mxbulk::test
