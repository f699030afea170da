#include "output/terminal_text.h"

#include <cstdint>

#include "model/utf8.h"

namespace mxbulk::output {
namespace {

uint32_t code_point(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return first;
  uint32_t point = first & (0xFFU >> (character.size() + 1));
  for (char c : character.substr(1)) point = point << 6 | (static_cast<uint8_t>(c) & 0x3FU);
  return point;
}

bool is_harmless(uint32_t point) {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return false;
  const bool reorders = point == 0x200E || point == 0x200F ||
                        (point >= 0x202A && point <= 0x202E) ||
                        (point >= 0x2066 && point <= 0x2069);
  return !reorders && point != 0x2028 && point != 0x2029;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_sequence(text.substr(at));
    const std::string_view character = text.substr(at, length == 0 ? 1 : length);
    at += character.size();
    if (length != 0 && is_harmless(code_point(character))) {
      out.append(character);
      continue;
    }
    for (char c : character) {
      out += "\\x";
      out.push_back(kHex[static_cast<uint8_t>(c) >> 4]);
      out.push_back(kHex[static_cast<uint8_t>(c) & 0xF]);
    }
  }
  return out;
}

std::string cut_to_columns(std::string_view text, size_t columns) {
  size_t at = 0;
  for (; at < text.size() && columns > 0; --columns) {
    const size_t length = utf8_sequence(text.substr(at));
    at += length == 0 ? 1 : length;
  }
  return std::string(text.substr(0, at));
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size(); ++columns) {
    const size_t length = utf8_sequence(text.substr(at));
    at += length == 0 ? 1 : length;
  }
  return columns;
}

}  // namespace mxbulk::output
