#include "input/csv_dialect.h"

#include <algorithm>

#include "base/limits.h"
#include "input/csv_cells.h"
#include "input/csv_scanner.h"
#include "model/csv_text.h"

namespace mxbulk::input {
namespace {

std::vector<CsvRow> sample_rows(std::string_view front, bool is_end, char delimiter) {
  std::vector<CsvRow> rows;
  CsvScanner(delimiter, 0).scan(front, is_end, limits::kSampleRows + 1, rows);
  return rows;
}

// Rows of the sample that have as many cells as the first; 0 where that has only one.
size_t agreeing_rows(const std::vector<CsvRow>& rows) {
  if (rows.empty() || rows[0].cells < 2) return 0;
  return static_cast<size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const CsvRow& row) { return row.cells == rows[0].cells; }));
}

// The delimiter that cuts most rows like the first; of several, the one that finds most cells.
char find_delimiter(std::string_view front, bool is_end) {
  char best = ',';
  size_t best_agreeing = 0;
  uint32_t best_cells = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::vector<CsvRow> rows = sample_rows(front, is_end, delimiter);
    const size_t agreeing = agreeing_rows(rows);
    const bool is_better = agreeing > best_agreeing || (agreeing > 0 && agreeing == best_agreeing &&
                                                        rows[0].cells > best_cells);
    if (!is_better) continue;
    best = delimiter;
    best_agreeing = agreeing;
    best_cells = rows[0].cells;
  }
  return best;
}

TextRow text_row(std::string_view row, char delimiter) {
  std::vector<std::string_view> raw;
  split_cells(row, delimiter, raw);
  TextRow cells;
  for (std::string_view cell : raw) cells.push_back(unquoted(cell));
  return cells;
}

bool has_address(const TextRow& row) {
  return std::any_of(row.begin(), row.end(), looks_like_address);
}

}  // namespace

Result<CsvDialect> find_csv_dialect(const InputOptions& options, Format format,
                                    const std::string& source, std::string_view front,
                                    bool is_end) {
  CsvDialect dialect;
  dialect.delimiter = options.delimiter != '\0' ? options.delimiter
                      : format == Format::kTsv  ? '\t'
                                                : find_delimiter(front, is_end);
  std::vector<TextRow> sample;
  size_t begin = 0;
  for (const CsvRow& row : sample_rows(front, is_end, dialect.delimiter)) {
    sample.push_back(text_row(front.substr(begin, row.text_end - begin), dialect.delimiter));
    if (begin == 0) {
      dialect.header_row = front.substr(0, row.text_end);
      dialect.terminator = front.substr(row.text_end, row.end - row.text_end);
      dialect.header_size = row.end;
    }
    begin = row.end;
  }
  if (sample.empty()) {
    return Status::input(source + ":1: the first row is longer than " +
                         std::to_string(limits::kRowBytesMax >> 20) +
                         " MiB; is a quote missing, or is it no CSV?");
  }
  dialect.columns = sample[0].size();
  if (dialect.columns > limits::kColumnsMax) {
    return Status::input(source + ":1: " + std::to_string(dialect.columns) +
                         " columns in the first row, over the limit of " +
                         std::to_string(limits::kColumnsMax));
  }
  const bool is_asked_by_name =
      std::find(sample[0].begin(), sample[0].end(), options.column) != sample[0].end();
  dialect.has_header = !options.no_headers && (is_asked_by_name || !has_address(sample[0]));
  if (dialect.has_header) {
    dialect.names = sample[0];
    sample.erase(sample.begin());
  } else {
    dialect.header_row.clear();
    dialect.header_size = 0;
  }
  const Result<size_t> column = find_email_column({source, options.column}, dialect.names, sample);
  if (!column.ok()) return column.status();
  dialect.column = column.value();
  return dialect;
}

}  // namespace mxbulk::input
