#include "app/night_changes.h"

#include <array>
#include <ctime>
#include <string_view>

#include "model/file_format.h"
#include "output/value_text.h"

namespace mxbulk::app {
namespace {

constexpr std::array<std::string_view, 10> kColumns = {
    "domain",  "change", "old_verdict", "old_reason", "old_action",
    "verdict", "reason", "action",      "since",      "rows"};

std::string_view name_of_kind(DomainChange::Kind kind) {
  switch (kind) {
    case DomainChange::Kind::kNone: break;
    case DomainChange::Kind::kChanged: return "changed";
    case DomainChange::Kind::kNew: return "new";
    case DomainChange::Kind::kVanished: return "vanished";
  }
  return "";
}

// RFC 3339, in UTC; empty for no time.
std::string time_text(int64_t unix_s) {
  if (unix_s == 0) return {};
  const auto seconds = static_cast<time_t>(unix_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

Format changes_format(const std::string& path) {
  const Format format = format_by_name(path);
  return format == Format::kCsv || format == Format::kTsv ? format : Format::kJsonl;
}

std::string changes_header(Format format) {
  if (format == Format::kJsonl) return {};
  std::string header;
  for (const std::string_view column : kColumns) {
    if (!header.empty()) header.push_back(delimiter_of(format));
    header += column;
  }
  return header + "\n";
}

void append_change(const DomainChange& change, Format format, std::string& out) {
  const bool has_old = change.kind != DomainChange::Kind::kNew;
  const bool has_new = change.kind != DomainChange::Kind::kVanished;
  const output::ValueText value{.is_json = format == Format::kJsonl,
                                .delimiter = delimiter_of(format)};
  size_t column = 0;
  const auto next = [&]() -> std::string& {
    if (value.is_json) {
      out += column == 0 ? "{" : ",";
      append_json_string(kColumns[column], out);
      out.push_back(':');
    } else if (column != 0) {
      out.push_back(value.delimiter);
    }
    ++column;
    return out;
  };
  const auto text = [&](bool applies, std::string_view name) {
    value.append(applies ? name : std::string_view(), next());
  };
  text(true, change.domain);
  text(true, name_of_kind(change.kind));
  text(has_old, name_of(verdict_of(change.old_reason)));
  text(has_old, name_of(change.old_reason));
  text(has_old, name_of(change.old_action));
  text(has_new, name_of(verdict_of(change.reason)));
  text(has_new, name_of(change.reason));
  text(has_new, name_of(change.action));
  text(has_new, time_text(change.since_s));
  value.append_number(change.rows, next());
  out += value.is_json ? "}\n" : "\n";
}

}  // namespace mxbulk::app
