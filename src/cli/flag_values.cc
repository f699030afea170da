#include "cli/flag_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "output/summary_text.h"

namespace mxbulk::cli {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// Digits with an optional fraction, no sign, no exponent. `rest` is what follows them.
std::optional<double> leading_number(std::string_view text, std::string_view& rest) {
  const size_t end = text.find_first_not_of("0123456789.");
  const std::string_view digits = text.substr(0, end);
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                             std::chars_format::fixed);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  rest = text.substr(digits.size());
  return value;
}

// The number in `text` times the factor of its unit; nothing if either is wrong.
std::optional<double> scaled(std::string_view text, std::span<const Unit> units) {
  constexpr double kMax = 1e15;  // more than any flag needs, and exact in int64_t and double
  std::string_view rest;
  const auto number = leading_number(text, rest);
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != rest) continue;
    const double value = *number * unit.factor;
    if (value > kMax) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

Status wrong(std::string_view text, std::string_view expected) {
  return Status::usage("\"" + std::string(text) + "\" is not " + std::string(expected));
}

}  // namespace

Result<int64_t> duration_ms_from(std::string_view text) {
  constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}}};
  const auto value = scaled(text, kUnits);
  if (!value) return wrong(text, "a duration; write a number and ms, s, m, h or d, as in 2s");
  return static_cast<int64_t>(*value);
}

Result<uint64_t> size_bytes_from(std::string_view text) {
  constexpr std::array<Unit, 4> kUnits = {
      {{"", 1}, {"K", 1024.0}, {"M", 1024.0 * 1024}, {"G", 1024.0 * 1024 * 1024}}};
  const auto value = scaled(text, kUnits);
  if (!value) return wrong(text, "a size; write a number and K, M or G (of 1024), as in 64M");
  return static_cast<uint64_t>(*value);
}

Result<double> rate_from(std::string_view text) {
  constexpr std::array<Unit, 1> kUnits = {{{"%", 1}}};
  const auto value = text == "0" ? std::optional<double>(0.0) : scaled(text, kUnits);
  if (!value || *value > 100) return wrong(text, "a rate; write a percentage up to 100, as in 5%");
  return *value / 100;
}

Result<uint64_t> count_from(std::string_view text, uint64_t min, uint64_t max) {
  uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  if (whole && value >= min && value <= max) return value;
  std::string expected = "a whole number of " + output::with_thousands(min);
  const bool is_open = max == std::numeric_limits<uint64_t>::max();
  expected += is_open ? " or more" : " to " + output::with_thousands(max);
  return wrong(text, expected);
}

Result<bool> switch_from(std::string_view text) {
  for (std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return true;
  }
  for (std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return false;
  }
  return wrong(text, "a switch; write true or false");
}

Result<std::optional<char>> escape_from(std::string_view text) {
  if (text == "auto") return std::optional<char>();
  if (text == "none") return std::optional<char>('\0');
  const bool is_one = text.size() == 1 && text[0] > ' ' && text[0] < 0x7F;
  if (is_one && text[0] != '"') return std::optional<char>(text[0]);
  return wrong(text, "an escape character; write one such as \\, or auto, or none");
}

Result<char> delimiter_from(std::string_view text) {
  if (text == "auto") return '\0';
  if (text == "tab" || text == "\\t") return '\t';
  const bool usable = text.size() == 1 && text[0] != '"' && text[0] != '\n' && text[0] != '\r' &&
                      static_cast<unsigned char>(text[0]) < 0x80 && text[0] != '\0';
  if (!usable) return wrong(text, "a delimiter; write one ASCII character, tab or auto");
  return text[0];
}

std::vector<std::string> list_from(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view piece = without_blanks(text.substr(0, comma));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return pieces;
}

}  // namespace mxbulk::cli
