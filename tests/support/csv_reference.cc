#include "support/csv_reference.h"

namespace mxbulk::test {
namespace {

class ReferenceScanner {
 public:
  ReferenceScanner(input::CsvSyntax syntax, size_t column, std::string_view bytes, bool is_end)
      : bytes_(bytes), column_(column), syntax_(syntax), is_end_(is_end) {}

  ScannedCsv all() {
    ScannedCsv scanned;
    while (scanned.used < bytes_.size()) {
      row_ = input::CsvRow();
      const size_t end = one_row(scanned.used);
      if (end == scanned.used) break;
      scanned.rows.push_back(row_);
      scanned.used = end;
    }
    return scanned;
  }

 private:
  // Offset after the row; `begin` if the row may continue.
  size_t one_row(size_t begin) {
    cell_ = begin;
    bool quoted = false;
    for (size_t i = begin; i < bytes_.size(); ++i) {
      const char c = bytes_[i];
      const char next = i + 1 < bytes_.size() ? bytes_[i + 1] : 'x';
      if (syntax_.escape != '\0' && c == syntax_.escape) {
        const std::string_view escaped = bytes_.substr(i + 1, 2);
        i += escaped == "\r\n" ? 2 : 1;
        continue;
      }
      if (quoted) {
        if (c != '"') continue;
        if (next == '"') {
          ++i;
        } else {
          quoted = false;
        }
      } else if (c == '"' && begins_cell(i)) {
        quoted = true;
      } else if (c == syntax_.delimiter) {
        end_cell(i);
        cell_ = i + 1;
      } else if (c == '\n') {
        return end_row(i, i + 1, false);
      } else if (c == '\r') {
        if (i + 1 == bytes_.size() && !is_end_) return begin;
        return end_row(i, next == '\n' ? i + 2 : i + 1, false);
      }
    }
    return is_end_ ? end_row(bytes_.size(), bytes_.size(), quoted) : begin;
  }

  bool begins_cell(size_t at) const {
    const std::string_view before = bytes_.substr(cell_, at - cell_);
    return before.empty() ||
           (syntax_.skips_blanks && before.find_first_not_of(" \t") == before.npos);
  }

  void end_cell(size_t at) {
    if (row_.cells++ != column_) return;
    row_.cell_begin = static_cast<uint32_t>(cell_);
    row_.cell_end = static_cast<uint32_t>(at);
  }

  size_t end_row(size_t text_end, size_t end, bool has_open_quote) {
    end_cell(text_end);
    row_.text_end = static_cast<uint32_t>(text_end);
    row_.end = static_cast<uint32_t>(end);
    row_.has_open_quote = has_open_quote;
    return end;
  }

  std::string_view bytes_;
  size_t column_;
  input::CsvSyntax syntax_;
  bool is_end_;
  size_t cell_ = 0;
  input::CsvRow row_;
};

}  // namespace

ScannedCsv scan_csv_by_reference(input::CsvSyntax syntax, size_t column, std::string_view bytes,
                                 bool is_end) {
  return ReferenceScanner(syntax, column, bytes, is_end).all();
}

ScannedCsv scan_csv(const input::CsvScanner& scanner, std::string_view bytes, bool is_end) {
  ScannedCsv scanned;
  scanned.used = scanner.scan(bytes, is_end, input::CsvScanner::kAllRows, scanned.rows);
  size_t begin = 0;
  for (input::CsvRow& row : scanned.rows) {
    // The mark may be set without need, but not be missing from a row of several lines.
    const std::string_view text = bytes.substr(begin, row.text_end - begin);
    const bool is_tall = !row.has_open_quote && text.find_first_of("\r\n") != text.npos;
    row.has_odd_quotes = is_tall && !row.has_odd_quotes;
    begin = row.end;
  }
  return scanned;
}

}  // namespace mxbulk::test
