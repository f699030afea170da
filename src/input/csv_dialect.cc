#include "input/csv_dialect.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/limits.h"
#include "input/char_class.h"
#include "input/csv_cells.h"
#include "input/csv_sample.h"
#include "input/header_guess.h"
#include "input/line_scanner.h"
#include "input/row_format.h"
#include "model/spelling.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kTitleAdvice = ", or skip the lines above the table with --skip-lines";

// The first line of a file for Excel: `sep=;`. Nothing else is in it.
std::optional<char> separator_line(std::string_view line) {
  if (line.size() >= 2 && line.starts_with('"') && line.ends_with('"')) {
    line = line.substr(1, line.size() - 2);
  }
  constexpr std::string_view kWord = "sep=";
  if (line.size() != kWord.size() + 1 || !equal_fold(line.substr(0, kWord.size()), kWord)) {
    return std::nullopt;
  }
  return line.back();
}

// The lines above the table that do not depend on the table.
struct Top {
  size_t bytes = 0;
  size_t lines = 0;
  std::optional<char> delimiter;
};

Top read_top(const InputOptions& options, std::string_view front, bool is_end) {
  Top top;
  while (top.lines < options.skip_lines && top.bytes < front.size()) {
    top.bytes = find_line_end(front, top.bytes, is_end).end;
    ++top.lines;
  }
  const LineEnd line = find_line_end(front, top.bytes, is_end);
  top.delimiter = separator_line(front.substr(top.bytes, line.text_end - top.bytes));
  if (top.delimiter) {
    top.bytes = line.end;
    ++top.lines;
  }
  return top;
}

size_t filled_cells(const TextRow& row) {
  return static_cast<size_t>(std::count_if(row.begin(), row.end(), [](const std::string& cell) {
    return cell.find_first_not_of(" \t\r\n") != std::string::npos;
  }));
}

bool has_at_sign(const TextRow& row) {
  return std::any_of(row.begin(), row.end(),
                     [](const std::string& cell) { return cell.find('@') != cell.npos; });
}

// The rows from `index` on that are not blank.
std::vector<TextRow> rows_from(const CsvSample& sample, size_t index) {
  std::vector<TextRow> rows;
  for (size_t i = index; i < sample.texts.size(); ++i) {
    if (!is_blank_row(sample.texts[i])) rows.push_back(sample.texts[i]);
  }
  return rows;
}

std::vector<ColumnFacts> facts_of(const TextRow& names, const std::vector<TextRow>& rows,
                                  size_t width) {
  std::vector<ColumnFacts> facts;
  for (size_t i = 0; i < std::max(width, names.size()); ++i) {
    facts.emplace_back(i < names.size() ? names[i] : std::string());
  }
  for (const TextRow& row : rows) {
    for (size_t i = 0; i < std::min(row.size(), facts.size()); ++i) facts[i].add(row[i]);
  }
  return facts;
}

// The first column that holds addresses from row `index` on; npos if none does.
size_t address_column_from(const CsvSample& sample, size_t index) {
  const std::vector<ColumnFacts> facts = facts_of({}, rows_from(sample, index), sample.width);
  const auto found = std::find_if(facts.begin(), facts.end(), [](const ColumnFacts& column) {
    return column.holds_addresses();
  });
  return found == facts.end() ? kNone : static_cast<size_t>(found - facts.begin());
}

// Finds the table in the sample: its first row, and whether that is a header.
class TableFinder {
 public:
  TableFinder(const InputOptions& options, const CsvSample& sample)
      : options_(options), sample_(sample) {
    if (options_.no_headers || options_.skip_lines > 0 || !find_header_under_titles()) {
      begin_ = first_row_without_titles();
      has_header_ = begin_ < sample_.texts.size() && is_first_row_header();
      if (has_header_ && !options_.no_headers && is_header_of_groups(begin_)) ++begin_;
    }
  }

  [[nodiscard]] size_t begin() const { return begin_; }
  [[nodiscard]] bool has_header() const { return has_header_; }

 private:
  // Finds a header with the table's width, and only titles above it. False if there is none.
  bool find_header_under_titles() {
    const size_t rows = std::min(sample_.texts.size(), limits::kTitleRowsMax);
    bool are_titles = true;  // every row so far is a title; false from the first one that is not
    for (size_t i = 0; i < rows; ++i) {
      const TextRow& row = sample_.texts[i];
      const bool may_be_found = i > 0 && (are_titles || is_email_header(row));
      if (may_be_found && is_strong_header(i) && (are_titles || names_addresses(i))) {
        begin_ = i;
        has_header_ = true;
        return true;
      }
      if (is_email_header(row)) return false;
      if (has_at_sign(row) && row.size() == sample_.width) return false;
      const bool is_title_here = row.size() < sample_.width || filled_cells(row) <= 1;
      if (are_titles && !is_title_here && (sample_.width == 1 || is_header_at(i))) return false;
      are_titles = are_titles && is_title_here;
    }
    return false;
  }

  // A single column can only be recognised by its name.
  bool is_strong_header(size_t index) const {
    const TextRow& row = sample_.texts[index];
    if (row.size() != sample_.width) return false;
    if (sample_.width == 1) return is_email_name(row[0]);
    return filled_cells(row) >= 2 && is_header_at(index);
  }

  // True if the row's cell in the column of addresses is a name of such columns.
  bool names_addresses(size_t index) const {
    const TextRow& row = sample_.texts[index];
    const size_t column = address_column_from(sample_, index + 1);
    return column < row.size() && is_email_name(row[column]);
  }

  // `,Contact,,Billing` above `Name,E-Mail,Phone,City`.
  bool is_header_of_groups(size_t index) const {
    if (index + 1 >= sample_.texts.size() || !is_strong_header(index + 1)) return false;
    return names_addresses(index + 1) && !is_email_header(sample_.texts[index]);
  }

  bool is_email_header(const TextRow& row) const {
    return row.size() == sample_.width && std::any_of(row.begin(), row.end(), is_email_name);
  }

  bool is_header_at(size_t index) const {
    const TextRow& row = sample_.texts[index];
    return is_header(row, rows_from(sample_, index + 1), address_column_from(sample_, index + 1));
  }

  // Blank lines, and sentences in a table of several columns.
  size_t first_row_without_titles() const {
    const size_t rows = std::min(sample_.texts.size(), limits::kTitleRowsMax);
    for (size_t i = 0; i < rows; ++i) {
      // An empty cell in quotes is a row; a line without any text is none.
      if (!is_blank_line(sample_.row(i)) && !is_title(sample_.texts[i])) return i;
    }
    return 0;
  }

  bool is_title(const TextRow& row) const {
    if (options_.no_headers || sample_.width < 2 || row.size() > 1) return false;
    return !has_at_sign(row) && row[0].find(' ') != std::string::npos && !is_email_name(row[0]);
  }

  bool is_first_row_header() const {
    if (options_.no_headers) return false;
    const TextRow& row = sample_.texts[begin_];
    return is_named_by_user(row) || is_header_at(begin_);
  }

  // True if the user gave the name of the column. A number is a position, not a name.
  bool is_named_by_user(const TextRow& row) const {
    const std::string& name = options_.column;
    const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
    if (is_number || is_empty_cell(name) || has_at_sign(row)) return false;
    return std::any_of(row.begin(), row.end(),
                       [&](const std::string& cell) { return equal_fold(cell, name); });
  }

  const InputOptions& options_;
  const CsvSample& sample_;
  size_t begin_ = 0;
  bool has_header_ = false;
};

std::string quoted_names(const TextRow& names, size_t width) {
  std::string list;
  for (size_t i = 0; i < width && i < limits::kColumnsListedMax; ++i) {
    if (i > 0) list += ", ";
    const bool is_named = i < names.size() && !names[i].empty();
    list += is_named ? "\"" + names[i] + "\"" : "column " + std::to_string(i + 1);
  }
  return width > limits::kColumnsListedMax ? list + " …" : list;
}

// Finds the column by its name, exactly or ignoring case, or by its number.
Result<size_t> asked_column(const std::string& source, const std::string& asked,
                            const TextRow& names, size_t width) {
  for (const bool is_folded : {false, true}) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (is_folded ? equal_fold(names[i], asked) : names[i] == asked) return i;
    }
  }
  size_t number = 0;
  const char* const last = asked.data() + asked.size();
  const auto [end, error] = std::from_chars(asked.data(), last, number);
  const bool is_number = error == std::errc() && end == last;
  if (is_number && number >= 1 && number <= width) return number - 1;
  const std::string near = is_number ? std::string() : nearest_spelling(asked, names);
  const std::string hint = near.empty() ? std::string() : "; did you mean \"" + near + "\"?";
  const std::string what = is_number ? "no column " + asked : "no column \"" + asked + "\"";
  return Status::usage(source + ": there is " + what + hint + (near.empty() ? "; " : " ") +
                       "there are " + std::to_string(width) + ": " + quoted_names(names, width));
}

// A quote that was never closed makes one cell of many rows; all else would be a guess.
Status check_quotes(const CsvSample& sample, const std::string& source, size_t first_line) {
  const size_t found = address_column_from(sample, 0);
  const size_t columns = found == kNone ? 0 : sample.width;  // 0: no line looks like a row
  size_t line = first_line;
  for (size_t i = 0; i < sample.rows.size(); ++i, ++line) {
    if (!sample.rows[i].has_odd_quotes) continue;
    const std::string_view row = sample.row(i);
    const QuoteLook look = look_at_quotes(row, sample.syntax, columns, found, is_address);
    if (look.unclosed_quote != kNone) {
      line += count_line_breaks(row.substr(0, look.unclosed_quote));
      return unclosed_quote(source + ":" + std::to_string(line));
    }
    line += look.inner_breaks;
  }
  return {};
}

Status no_rows(const std::string& source, const Top& top, bool is_all_read) {
  if (is_all_read) {
    return Status::input(source + ": nothing comes after the first " + std::to_string(top.lines) +
                         " lines");
  }
  return Status::input(
      source + ":" + std::to_string(top.lines + 1) + ": the first row is longer than " +
      std::to_string(limits::kRowBytesMax >> 20) + " MiB; is a quote missing, or is it no CSV?");
}

// What the bytes of the table's first rows show.
CsvDialect describe(const Top& top, const CsvSample& sample, const TableFinder& table,
                    std::string_view front) {
  const CsvRow& first = sample.rows[table.begin()];
  const std::string_view first_row = sample.row(table.begin());
  const size_t preamble_bytes = static_cast<size_t>(first_row.data() - front.data());
  CsvDialect dialect;
  dialect.syntax = sample.syntax;
  dialect.preamble = front.substr(0, preamble_bytes);
  dialect.preamble_lines = count_line_breaks(dialect.preamble);
  dialect.terminator = sample.bytes.substr(first.text_end, first.end - first.text_end);
  dialect.has_header = table.has_header();
  dialect.columns = sample.width;
  if (dialect.has_header) {
    dialect.names = sample.texts[table.begin()];
    dialect.columns = dialect.names.size();
    dialect.header_row = first_row;
  }
  dialect.front_bytes = dialect.has_header ? top.bytes + first.end : preamble_bytes;
  dialect.front_lines = count_line_breaks(front.substr(0, dialect.front_bytes));
  return dialect;
}

}  // namespace

Result<CsvDialect> find_csv_dialect(const InputOptions& options, Format format,
                                    const std::string& source, std::string_view front, bool is_end,
                                    bool is_further) {
  const Top top = read_top(options, front, is_end);
  InputOptions narrowed = options;
  if (top.delimiter && options.delimiter == '\0') narrowed.delimiter = *top.delimiter;
  if (options.escape && *options.escape == narrowed.delimiter) {
    return Status::usage(source + ": the delimiter cannot be the escape character too");
  }
  const CsvSample sample = best_sample(narrowed, format, front.substr(top.bytes), is_end);
  if (sample.rows.empty()) return no_rows(source, top, is_end && top.bytes == front.size());
  if (Status status = check_quotes(sample, source, top.lines + 1); !status.ok()) return status;

  const TableFinder table(narrowed, sample);
  CsvDialect dialect = describe(top, sample, table, front);
  const std::string place = source + ":" + std::to_string(dialect.preamble_lines + 1);
  if (dialect.columns > limits::kColumnsMax) {
    return Status::input(place + ": " + std::to_string(dialect.columns) +
                         " columns, more than the limit of " + std::to_string(limits::kColumnsMax));
  }
  const size_t first_data = table.begin() + (dialect.has_header ? 1 : 0);
  const Result<size_t> column =
      options.column.empty()
          ? find_email_column({place, "-s", "column", dialect.has_header ? "" : kTitleAdvice},
                              facts_of(dialect.names, rows_from(sample, first_data), sample.width))
          : asked_column(source, options.column, dialect.names, dialect.columns);
  if (!column.ok() && !is_further) return column.status();
  dialect.column = column.ok() ? column.value() : kNone;
  return dialect;
}

}  // namespace mxbulk::input
