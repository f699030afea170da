#include "input/input_format.h"

#include <array>
#include <utility>

#include "base/extension.h"
#include "input/email_column.h"

namespace mxbulk::input {
namespace {

// What people hand over by mistake, by the first octets.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOtherKinds = {{
    {"PAR1", "Parquet"},
    {"PK\x03\x04", "a zip archive or an Excel workbook"},
    {"\xD0\xCF\x11\xE0", "an old Excel workbook"},
    {"BZh", "packed by bzip2"},
    {"\xFD"
     "7zXZ",
     "packed by xz"},
    {"%PDF", "PDF"},
    {"\x7F"
     "ELF",
     "a program"},
    {"SQLite format 3", "an SQLite database"},
}};

}  // namespace

Format format_by_name(std::string_view path) {
  path = unpacked_path(path);
  if (has_extension(path, ".csv")) return Format::kCsv;
  if (has_extension(path, ".tsv") || has_extension(path, ".tab")) return Format::kTsv;
  for (std::string_view json : {".jsonl", ".ndjson", ".json"}) {
    if (has_extension(path, json)) return Format::kJsonl;
  }
  return Format::kAuto;
}

Format format_by_bytes(std::string_view front) {
  const size_t first = front.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Format::kLines;
  if (front[first] == '{' || front[first] == '[') return Format::kJsonl;
  const std::string_view line = front.substr(first, front.find_first_of("\r\n", first) - first);
  const bool has_cells = line.find_first_of(",;\t|") != std::string_view::npos;
  return has_cells || is_email_name(line) ? Format::kCsv : Format::kLines;
}

Status check_encoding(const std::string& source, std::string_view front) {
  const bool has_mark = front.starts_with("\xFF\xFE") || front.starts_with("\xFE\xFF");
  const bool has_zeros = front.size() >= 4 && (front[0] == '\0') != (front[1] == '\0') &&
                         (front[0] == '\0') == (front[2] == '\0') &&
                         (front[1] == '\0') == (front[3] == '\0');
  if (has_mark || has_zeros) {
    return Status::input(source +
                         ":1: this is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE");
  }
  for (const auto& [magic, what] : kOtherKinds) {
    if (!front.starts_with(magic)) continue;
    return Status::input(source + ": this is " + std::string(what) +
                         "; write it out as CSV or JSONL first");
  }
  return {};
}

}  // namespace mxbulk::input
