#include "input/email_column.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "input/char_class.h"

namespace mxbulk::input {
namespace {

// Names in their bare form: lower case, without blanks and marks. English, German, French, Spanish,
// Italian, Portuguese, Dutch, Polish, Turkish, Swedish and Norwegian.
constexpr std::array<std::string_view, 7> kMailWords = {"email", "courriel",   "correo",   "eposta",
                                                        "epost", "mailadress", "adresmail"};
// Columns about an e-mail that hold none.
constexpr std::array<std::string_view, 16> kOtherWords = {
    "id",  "type",   "status",  "date",     "optin", "optout", "count", "hash",
    "md5", "sha256", "consent", "verified", "valid", "domain", "name",  "at"};

std::string bare(std::string_view name) {
  std::string result;
  for (char c : name) {
    if (std::string_view(" _-.\t\"'").find(c) == std::string_view::npos) result.push_back(lower(c));
  }
  return result;
}

std::string quoted_list(const TextRow& names, const std::vector<size_t>& columns) {
  constexpr size_t kShown = 20;
  std::string list;
  for (size_t i = 0; i < columns.size() && i < kShown; ++i) {
    if (i > 0) list += ", ";
    const size_t column = columns[i];
    const bool is_named = column < names.size() && !names[column].empty();
    list += is_named ? names[column] : "column " + std::to_string(column + 1);
  }
  return columns.size() > kShown ? list + " …" : list;
}

std::vector<size_t> all_columns(size_t count) {
  std::vector<size_t> columns(count);
  for (size_t i = 0; i < count; ++i) columns[i] = i;
  return columns;
}

bool has_address(const std::vector<TextRow>& sample, size_t column) {
  return std::any_of(sample.begin(), sample.end(), [&](const TextRow& row) {
    return column < row.size() && looks_like_address(row[column]);
  });
}

size_t width_of(const TextRow& header, const std::vector<TextRow>& sample) {
  return header.empty() && !sample.empty() ? sample.front().size() : header.size();
}

std::optional<size_t> number_from(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<size_t> asked_column(const ColumnRequest& request, const TextRow& header, size_t width) {
  for (const bool folded : {false, true}) {
    for (size_t i = 0; i < header.size(); ++i) {
      const bool is_it =
          folded ? equal_fold(header[i], request.column) : header[i] == request.column;
      if (is_it) return i;
    }
  }
  const std::optional<size_t> number = number_from(request.column);
  if (number && *number >= 1 && *number <= width) return *number - 1;
  const std::string what = number ? "there is no column " + request.column + "; there are " +
                                        std::to_string(width) + ": "
                                  : "there is no column \"" + request.column + "\"; there are: ";
  return Status::usage(request.source + ": " + what + quoted_list(header, all_columns(width)));
}

Status ambiguous(const ColumnRequest& request, const TextRow& header,
                 const std::vector<size_t>& columns) {
  const bool is_named = columns[0] < header.size() && !header[columns[0]].empty();
  const std::string example = is_named ? header[columns[0]] : std::to_string(columns[0] + 1);
  return Status::input(request.source + ":1: several columns may hold the addresses: " +
                       quoted_list(header, columns) + "; choose one: -s '" + example + "'");
}

}  // namespace

bool is_email_name(std::string_view header) {
  std::string name = bare(header);
  while (!name.empty() && is_digit(name.back())) name.pop_back();  // `mail2`
  if (name == "mail" || name.ends_with("mailaddress")) return true;
  const bool is_about_something_else = std::any_of(
      kOtherWords.begin(), kOtherWords.end(),
      [&](std::string_view word) { return name.size() > word.size() && name.ends_with(word); });
  if (is_about_something_else) return false;
  return std::any_of(kMailWords.begin(), kMailWords.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool looks_like_address(std::string_view cell) {
  const size_t at = cell.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < cell.size();
}

Result<size_t> find_email_column(const ColumnRequest& request, const TextRow& header,
                                 const std::vector<TextRow>& sample) {
  const size_t width = width_of(header, sample);
  if (!request.column.empty()) return asked_column(request, header, width);
  std::vector<size_t> named;
  std::vector<size_t> filled;
  for (size_t i = 0; i < width; ++i) {
    if (i < header.size() && is_email_name(header[i])) named.push_back(i);
    if (has_address(sample, i)) filled.push_back(i);
  }
  if (named.size() > 1) {  // `email` and an `email_2` that nobody uses: the one with addresses
    std::vector<size_t> both;
    std::set_intersection(named.begin(), named.end(), filled.begin(), filled.end(),
                          std::back_inserter(both));
    if (!both.empty()) named = both;
  }
  const std::vector<size_t>& candidates = named.empty() ? filled : named;
  if (candidates.size() == 1) return candidates[0];
  if (candidates.size() > 1) return ambiguous(request, header, candidates);
  return Status::input(request.source +
                       ":1: no e-mail column found; choose one with -s NAME or -s NUMBER of: " +
                       quoted_list(header, all_columns(width)));
}

}  // namespace mxbulk::input
