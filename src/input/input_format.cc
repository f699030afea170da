#include "input/input_format.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "input/char_class.h"
#include "input/csv_sample.h"
#include "input/line_scanner.h"

namespace mxbulk::input {
namespace {

struct Kind {
  std::string_view front;  // the first octets
  std::string_view what;
  std::string_view advice;
};

constexpr std::string_view kJsonBlanks = " \t\r\n";
constexpr std::string_view kExport = "export it as CSV or JSONL";
constexpr std::string_view kUnpack = "unpack it first";

constexpr auto kBinaryKinds = std::to_array<Kind>({
    {"PAR1\x15", "Parquet", kExport},
    {"Obj\x01", "Avro", kExport},
    {"ARROW1", "Arrow", kExport},
    {"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save it as CSV"},
    {"\xD0\xCF\x11\xE0", "an old Excel workbook", "save it as CSV"},
    // Compressed twice: found after gzip or zstd was unpacked.
    {"\x1F\x8B\x08", "packed twice, by gzip inside", kUnpack},
    {"\x28\xB5\x2F\xFD", "packed twice, by zstd inside", kUnpack},
    {"BZh91AY&SY", "packed by bzip2", kUnpack},
    {"\xFD"
     "7zXZ",
     "packed by xz", kUnpack},
    {"\x04\x22\x4D\x18", "packed by lz4", kUnpack},
    {"\x1F\x9D", "packed by compress", kUnpack},
    {"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", kUnpack},
    {"Rar!\x1A\x07", "a RAR archive", kUnpack},
    {"%PDF-", "PDF", "get the list as CSV"},
    {"\x89PNG", "a picture", "get the list as CSV"},
    {"\xFF\xD8\xFF", "a picture", "get the list as CSV"},
    {"\x7F"
     "ELF",
     "a program", "name the list"},
    {"SQLite format 3", "an SQLite database", kExport},
    {"{\\rtf", "a text document (RTF)", "save it as plain text or CSV"},
});

// Compared without letter case.
constexpr auto kTextKinds = std::to_array<Kind>({
    {"begin:vcard", "vCards", "export the contacts as CSV"},
    {"begin:vcalendar", "a calendar", "export the contacts as CSV"},
    {"<!doctype", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<html", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<head", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<body", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<meta", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<table", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<div", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<style", "HTML", "open it in a spreadsheet and save it as CSV"},
    {"<!--", "HTML or XML", "open it in a spreadsheet and save it as CSV"},
    {"<?xml", "XML", "open it in a spreadsheet and save it as CSV"},
});

// The beginning of the first line of such a file, in lower case; comments may precede it.
constexpr auto kLineKinds = std::to_array<Kind>({
    {"-- mysql dump", "an SQL dump", "export the table as CSV"},
    {"-- mariadb dump", "an SQL dump", "export the table as CSV"},
    {"-- postgresql database dump", "an SQL dump", "export the table as CSV"},
    {"insert into ", "an SQL dump", "export the table as CSV"},
    {"replace into ", "an SQL dump", "export the table as CSV"},
    {"create table ", "an SQL dump", "export the table as CSV"},
    {"drop table ", "an SQL dump", "export the table as CSV"},
    {"begin transaction;", "an SQL dump", "export the table as CSV"},
    {"pragma foreign_keys", "an SQL dump", "export the table as CSV"},
    {"dn: ", "LDIF", "export the entries as CSV"},
    {"dn:: ", "LDIF", "export the entries as CSV"},
    {"- email: ", "YAML", "convert it to JSON or CSV"},
    {"@relation ", "an ARFF file", "export it as CSV"},
});

Status no_list(const std::string& source, std::string_view what, std::string_view advice) {
  return Status::input(source + ": this is " + std::string(what) + ", not a list of addresses; " +
                       std::string(advice));
}

// `<table>` is a tag, `<table@example.org>` is an address.
bool begins_with_kind(std::string_view text, std::string_view front) {
  if (!equal_fold(text.substr(0, front.size()), front)) return false;
  const bool is_tag =
      front[0] == '<' && ascii_lower(front.back()) >= 'a' && ascii_lower(front.back()) <= 'z';
  return !is_tag || text.find_first_of(" >\t\r\n/", front.size()) == front.size();
}

std::vector<std::string_view> first_lines(std::string_view front, size_t count) {
  std::vector<LineSpan> spans;
  cut_lines(front, true, count, spans);
  std::vector<std::string_view> lines;
  for (const LineSpan& span : spans) {
    lines.push_back(front.substr(span.begin, span.text_end - span.begin));
  }
  return lines;
}

// RFC 5322 §2.2: a name of printable ASCII without a colon, a colon, a value.
std::string_view header_name(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) return {};
  const std::string_view name = line.substr(0, colon);
  const bool is_name =
      std::all_of(name.begin(), name.end(), [](char c) { return ldh_lower(c) != 0; });
  return is_name ? name : std::string_view();
}

bool is_mail_header(std::string_view name) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"from", "to", "cc", "subject", "date", "received", "return-path", "delivered-to",
       "message-id", "mime-version", "reply-to", "x-mailer", "dkim-signature"});
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return equal_fold(name, known); });
}

constexpr size_t kLinesRead = 20;  // to find the kind of a text

bool begins_with(std::string_view line, std::string_view front) {
  return equal_fold(line.substr(0, front.size()), front);
}

// In SQL or LDIF, and the version that LDIF begins with (RFC 2849).
bool is_comment(std::string_view line) {
  return line.empty() || line.starts_with('#') || line.starts_with("--") ||
         line.starts_with("/*") || begins_with(line, "version: ");
}

// RFC 4155: `From zoe@example.org Fri Nov 27`; Thunderbird writes `From - Fri Nov 27`.
bool is_mbox_separator(std::string_view line) {
  return line.starts_with("From ") && (line.find('@') != line.npos || line.starts_with("From - "));
}

// Two headers of mail at the front.
bool is_mail(std::string_view front) {
  size_t found = 0;
  bool is_first = true;
  for (const std::string_view line : first_lines(front, kLinesRead)) {
    const bool is_separator = is_first && is_mbox_separator(line);
    const bool is_folded = !is_first && (line.starts_with(' ') || line.starts_with('\t'));
    is_first = false;
    if (is_separator || is_folded) continue;
    const std::string_view name = header_name(line);
    if (name.empty()) break;
    if (is_mail_header(name)) ++found;
  }
  return found >= 2;
}

// A tar archive has its magic after the name and attributes of the first file (POSIX ustar).
bool is_tar(std::string_view front) {
  constexpr size_t kMarkAt = 257;
  return front.size() > kMarkAt && front.substr(kMarkAt).starts_with("ustar");
}

}  // namespace

// RFC 8259 §2: the beginning of an object, or of an array of records or texts. `[Name],[Email]` is
// the header of a table.
bool looks_like_json(std::string_view front) {
  const size_t first = front.find_first_not_of(kJsonBlanks);
  if (first == front.npos) return false;
  const size_t second = front.find_first_not_of(kJsonBlanks, first + 1);
  const char next = second == front.npos ? '\0' : front[second];
  if (front[first] == '{') return next == '\0' || next == '"' || next == '}' || next == '\'';
  return front[first] == '[' &&
         (next == '\0' || next == '{' || next == '[' || next == ']' || next == '"');
}

Format format_by_bytes(std::string_view front, bool is_end) {
  if (front.find_first_not_of(" \t\r\n") == std::string_view::npos) return Format::kLines;
  if (looks_like_json(front)) return Format::kJsonl;
  const CsvSample sample = best_sample(InputOptions(), Format::kAuto, front, is_end);
  if (sample.width > 1) return Format::kCsv;
  const size_t rows = std::min(sample.texts.size(), limits::kTitleRowsMax);
  for (size_t i = 0; i < rows; ++i) {
    const TextRow& row = sample.texts[i];
    if (std::any_of(row.begin(), row.end(), is_address)) break;
    if (is_email_name(row[0]) && row.size() == 1) return Format::kCsv;
  }
  return Format::kLines;
}

Status check_kind(const std::string& source, std::string_view front) {
  for (const Kind& kind : kBinaryKinds) {
    if (front.starts_with(kind.front)) return no_list(source, kind.what, kind.advice);
  }
  if (is_tar(front)) return no_list(source, "a tar archive", kUnpack);
  return {};
}

Status check_kind_of_text(const std::string& source, std::string_view front) {
  const std::string_view text =
      front.substr(std::min(front.find_first_not_of(" \t\r\n"), front.size()));
  for (const Kind& kind : kTextKinds) {
    if (begins_with_kind(text, kind.front)) return no_list(source, kind.what, kind.advice);
  }
  for (const std::string_view line : first_lines(text, kLinesRead)) {
    for (const Kind& kind : kLineKinds) {
      if (begins_with(line, kind.front)) return no_list(source, kind.what, kind.advice);
    }
    if (!is_comment(line)) break;
  }
  if (is_mail(text)) return no_list(source, "mail with its headers", "name a list of addresses");
  return {};
}

}  // namespace mxbulk::input
