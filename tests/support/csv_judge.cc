#include "support/csv_judge.h"

namespace mxbulk::test {
namespace {

class Judge {
 public:
  Judge(char delimiter, size_t column, std::string_view bytes, bool is_end)
      : bytes_(bytes), column_(column), delimiter_(delimiter), is_end_(is_end) {}

  JudgedCsv all() {
    JudgedCsv judged;
    while (judged.used < bytes_.size()) {
      row_ = input::CsvRow();
      const size_t end = one_row(judged.used);
      if (end == judged.used) break;
      judged.rows.push_back(row_);
      judged.used = end;
    }
    return judged;
  }

 private:
  // Offset behind the row; `begin` where it may go on.
  size_t one_row(size_t begin) {
    cell_ = begin;
    bool quoted = false;
    for (size_t i = begin; i < bytes_.size(); ++i) {
      const char c = bytes_[i];
      const char next = i + 1 < bytes_.size() ? bytes_[i + 1] : 'x';
      if (quoted) {
        if (c != '"') continue;
        if (next == '"') {
          ++i;
        } else {
          quoted = false;
        }
      } else if (c == '"' && i == cell_) {
        quoted = true;
      } else if (c == delimiter_) {
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
  char delimiter_;
  bool is_end_;
  size_t cell_ = 0;
  input::CsvRow row_;
};

}  // namespace

JudgedCsv judge_csv(char delimiter, size_t column, std::string_view bytes, bool is_end) {
  return Judge(delimiter, column, bytes, is_end).all();
}

JudgedCsv scan_csv(const input::CsvScanner& scanner, std::string_view bytes, bool is_end) {
  JudgedCsv judged;
  judged.used = scanner.scan(bytes, is_end, input::CsvScanner::kAllRows, judged.rows);
  return judged;
}

}  // namespace mxbulk::test
