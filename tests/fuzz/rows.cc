// Any bytes as a file that is read to its end: one cell for each row, the right number of rows,
// and, if the format stays the same, each row's own bytes first.
//
//   octet 0    bits 0 and 1: the file's name; 2 and 3: the output's format; 4: no header;
//              5: no rows, only cells
//   the rest   the file
#include <algorithm>

#include "base/limits.h"
#include "fuzz/targets.h"
#include "input/csv_dialect.h"
#include "input/json_index.h"
#include "input/row_maker.h"
#include "input/row_reader.h"
#include "input/text_encoding.h"
#include "model/csv_text.h"
#include "support/csv_reference.h"
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

AllRows read_all(input::RowReader& reader, bool keeps_rows) {
  AllRows all;
  input::RowBatch batch;
  while (true) {
    const Result<bool> more = reader.next(batch);
    if (!more.ok()) return all;
    if (!more.value()) break;
    if (batch.block.first_row != all.is_bad.size()) all.wrong = "rows are counted wrong";
    if (keeps_rows && batch.cells.size() != batch.block.rows()) all.wrong = "rows without a cell";
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

// The rows of the file by the reference scanner.
std::vector<std::string_view> rows_of(std::string_view bytes, input::CsvSyntax syntax,
                                      bool knows_quotes) {
  std::vector<std::string_view> rows;
  // Quotes mean nothing to lines: cut them at their breaks alone.
  std::string unquoted(bytes);
  if (!knows_quotes) std::replace(unquoted.begin(), unquoted.end(), '"', 'q');
  size_t begin = 0;
  for (const input::CsvRow& row : scan_csv_by_reference(syntax, 0, unquoted, true).rows) {
    rows.push_back(bytes.substr(begin, row.end - begin));
    begin = row.end;
  }
  return rows;
}

// The result for a line of JSON.
std::string record_of(std::string_view row) {
  uint64_t replaced = 0;
  return input::is_utf8(row) ? std::string(row) : input::with_replacements(row, replaced);
}
std::string raw_record_of(std::string_view row) {
  const std::string sound = record_of(row);
  const std::string_view terminator = terminator_of(sound);
  std::string raw;
  input::RowMaker::append_raw(std::string_view(sound).substr(0, sound.size() - terminator.size()),
                              terminator, raw);
  return raw;
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
  options.encoding = TextEncoding::kUtf8;  // converted bytes have a target of their own
  input::RowNeeds needs;
  needs.output_format = kOutputs[choice >> 2 & 3];
  needs.keep_rows = (choice & 32) == 0;
  const auto reader = input::RowReader::open(options, needs);
  if (!reader.ok()) return {};
  const RowShape& shape = reader.value()->shape();
  const AllRows all = read_all(*reader.value(), needs.keep_rows);
  if (!all.wrong.empty()) return all.wrong;
  const bool stays_csv = options.format == Format::kCsv && shape.format == Format::kCsv;
  const bool stays_json = options.format == Format::kJsonl && shape.format == Format::kJsonl;
  const bool keeps_rows = (stays_csv || stays_json) && needs.keep_rows;
  if (!all.is_read || !keeps_rows) return {};
  std::string_view rest = without_bom(bytes);
  const bool is_array =
      rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size())).starts_with('[');
  if (stays_json && is_array) return {};  // its lines are made
  input::CsvSyntax syntax;
  if (stays_csv) {
    const auto dialect = input::find_csv_dialect(options, options.format, "", rest, true);
    if (!dialect.ok()) return "the file was read, and its dialect is not found again";
    syntax = dialect.value().syntax;
    rest.remove_prefix(dialect.value().front_bytes);
  }
  const std::vector<std::string_view> rows = rows_of(rest, syntax, stays_csv);
  if (rows.size() != all.rows.size()) return "rows got lost or came from nowhere";
  for (size_t i = 0; i < rows.size(); ++i) {
    if (stays_json) {
      const bool is_kept = all.rows[i] == record_of(rows[i]);
      if (!is_kept && all.rows[i] != raw_record_of(rows[i])) return "a record was changed";
    } else if (!all.rows[i].starts_with(text_of(rows[i]))) {
      return "a row lost bytes";
    }
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
  // No record, though it begins as what is made of such a line.
  all.push_back(std::string("\2\2\0\6\r\r{\"_raw\":\5", 15));
  all.push_back("\1Export of today\n\nemail;n\na@b.de;1\nc@d.de;2\n\nTotal 2\n");
  all.push_back("\1id,email\n1,\"say \\\"hi\\\", you\"\n2,a@b.de\n");
  all.push_back(
      std::string("\0\xFF\xFE"
                  "e\0",
                  5));
  return all;
}

}  // namespace

const FuzzTarget kRowsTarget = {"rows", run, seeds};

}  // namespace mxbulk::test
