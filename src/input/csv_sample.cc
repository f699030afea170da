#include "input/csv_sample.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/limits.h"
#include "input/csv_cells.h"

namespace mxbulk::input {
namespace {

TextRow text_row(std::string_view row, CsvSyntax syntax) {
  std::vector<std::string_view> raw;
  split_cells(row, syntax, raw);
  TextRow cells;
  cells.reserve(raw.size());
  for (const std::string_view cell : raw) cells.push_back(unquoted(cell, syntax));
  return cells;
}

// A blank before an opening quote, or text after a closing one.
bool has_odd_cell(std::string_view row, CsvSyntax syntax) {
  std::vector<std::string_view> raw;
  split_cells(row, syntax, raw);
  return std::any_of(raw.begin(), raw.end(), [&](std::string_view cell) {
    const size_t first = cell.find_first_not_of(" \t");
    if (first == cell.npos || cell[first] != '"') return false;
    if (first > 0 && !syntax.skips_blanks) return true;
    const size_t last = cell.find_last_not_of(" \t");
    // True if a quote closes before the end of the cell, which leaves text unquoted.
    return last == first || cell[last] != '"';
  });
}

bool is_odd(const CsvSample& sample, size_t index) {
  const CsvRow& row = sample.rows[index];
  if (row.has_open_quote) return true;
  if (!row.has_odd_quotes) return false;
  const QuoteLook look = look_at_quotes(sample.row(index), sample.syntax, sample.width, 0,
                                        [](std::string_view) { return false; });
  const bool is_broken =
      look.unclosed_quote != std::string_view::npos || look.escaped_quote != std::string_view::npos;
  return is_broken || has_odd_cell(sample.row(index), sample.syntax);
}

void measure(CsvSample& sample) {
  struct Rows {
    size_t with_address = 0;
    size_t all = 0;
    auto operator<=>(const Rows&) const = default;
  };
  std::map<size_t, Rows> rows_by_width;
  for (const TextRow& row : sample.texts) {
    if (is_blank_row(row)) continue;
    Rows& rows = rows_by_width[row.size()];
    ++rows.all;
    if (std::any_of(row.begin(), row.end(), is_address)) ++rows.with_address;
  }
  Rows most;
  for (const auto& [width, rows] : rows_by_width) {
    if (rows < most) continue;
    most = rows;
    sample.width = width;
  }
  sample.agreeing_rows = most.all;
  sample.address_rows = most.with_address;
  for (size_t i = 0; i < sample.rows.size(); ++i) {
    if (is_odd(sample, i)) ++sample.odd_rows;
  }
}

// More is better.
auto rank(const CsvSample& sample) {
  return std::tuple(sample.width > 1, sample.address_rows, sample.agreeing_rows, sample.width);
}

bool has_escapes(std::string_view bytes) {
  for (size_t at = bytes.find('\\'); at != bytes.npos && at + 1 < bytes.size();
       at = bytes.find('\\', at + 2)) {
    if (std::string_view("\",;\t|\r\n").find(bytes[at + 1]) != std::string_view::npos) return true;
  }
  return false;
}

// The syntaxes in which `delimiter` may be meant.
std::vector<CsvSyntax> syntaxes_with(char delimiter, const InputOptions& options,
                                     std::string_view bytes) {
  std::vector<char> escapes = {'\0'};
  if (options.escape) {
    escapes = {*options.escape};
  } else if (has_escapes(bytes)) {
    escapes.push_back('\\');
  }
  std::vector<CsvSyntax> syntaxes;
  for (const bool skips_blanks : {false, true}) {
    for (const char escape : escapes) syntaxes.push_back({delimiter, escape, skips_blanks});
  }
  return syntaxes;
}

// The plain syntax, unless another one explains odd quotes or rows of other widths.
CsvSample best_of_delimiter(char delimiter, const InputOptions& options, std::string_view bytes,
                            bool is_end) {
  const std::vector<CsvSyntax> syntaxes = syntaxes_with(delimiter, options, bytes);
  CsvSample best = take_sample(syntaxes.front(), bytes, is_end);
  const bool may_be_another = best.odd_rows > 0 || syntaxes.size() > 2;
  for (size_t i = 1; may_be_another && i < syntaxes.size(); ++i) {
    CsvSample sample = take_sample(syntaxes[i], bytes, is_end);
    const bool is_better =
        sample.odd_rows < best.odd_rows ||
        (sample.odd_rows == best.odd_rows && sample.agreeing_rows > best.agreeing_rows);
    const bool loses_rows = sample.address_rows < best.address_rows;
    if (is_better && !loses_rows) best = std::move(sample);
  }
  return best;
}

}  // namespace

bool is_blank_row(const TextRow& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& cell) {
    return cell.find_first_not_of(" \t\r\n") == std::string::npos;
  });
}

CsvSample take_sample(CsvSyntax syntax, std::string_view bytes, bool is_end) {
  CsvSample sample;
  sample.syntax = syntax;
  sample.bytes = bytes;
  CsvScanner(syntax, 0).scan(bytes, is_end, limits::kSampleRows, sample.rows);
  for (size_t i = 0; i < sample.rows.size(); ++i) {
    sample.texts.push_back(text_row(sample.row(i), syntax));
  }
  measure(sample);
  return sample;
}

CsvSample best_sample(const InputOptions& options, Format format, std::string_view bytes,
                      bool is_end) {
  if (options.delimiter != '\0') {
    return best_of_delimiter(options.delimiter, options, bytes, is_end);
  }
  std::vector<char> delimiters = {',', ';', '\t', '|'};
  if (format == Format::kTsv) std::swap(delimiters[0], delimiters[2]);
  // Hive and similar stores write it; text does not contain it.
  if (bytes.find('\x01') != bytes.npos) delimiters.push_back('\x01');
  std::erase_if(delimiters, [&](char delimiter) { return options.escape == delimiter; });
  CsvSample best = best_of_delimiter(delimiters[0], options, bytes, is_end);
  for (size_t i = 1; i < delimiters.size(); ++i) {
    CsvSample sample = best_of_delimiter(delimiters[i], options, bytes, is_end);
    if (rank(sample) > rank(best)) best = std::move(sample);
  }
  return best;
}

}  // namespace mxbulk::input
