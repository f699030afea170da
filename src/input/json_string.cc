#include "input/json_string.h"

#include <cstdint>

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kUnicodeDigits = 4;
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr uint32_t kReplacement = 0xFFFD;

bool is_unicode_escape(std::string_view digits) {
  return digits.size() >= kUnicodeDigits &&
         digits.substr(0, kUnicodeDigits).find_first_not_of(kHexDigits) == kNone;
}

// Requires: is_unicode_escape(digits).
uint32_t code_unit(std::string_view digits) {
  uint32_t unit = 0;
  for (size_t i = 0; i < kUnicodeDigits; ++i) {
    const size_t digit = kHexDigits.find(digits[i]);
    unit = unit << 4 | static_cast<uint32_t>(digit < 16 ? digit : digit - 6);
  }
  return unit;
}

void append_utf8(uint32_t point, std::string& text) {
  const auto tail = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80 | (point >> shift & 0x3F)));
  };
  if (point < 0x80) {
    text.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    text.push_back(static_cast<char>(0xC0 | point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | point >> 12));
    tail(6);
    tail(0);
  } else {
    text.push_back(static_cast<char>(0xF0 | point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// `rest`: what follows a `\u`. Returns how many octets of it were taken.
size_t append_unicode(std::string_view rest, std::string& text) {
  const uint32_t unit = code_unit(rest);
  const bool is_high = unit >= 0xD800 && unit < 0xDC00;
  const std::string_view next = rest.substr(kUnicodeDigits);
  if (is_high && next.starts_with("\\u")) {
    const uint32_t low = code_unit(next.substr(2));
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), text);
      return 2 * kUnicodeDigits + 2;
    }
  }
  const bool is_half = unit >= 0xD800 && unit < 0xE000;
  append_utf8(is_half ? kReplacement : unit, text);
  return kUnicodeDigits;
}

char short_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;  // a quote, a slash, a backslash
  }
}

}  // namespace

bool has_sound_escapes(std::string_view escaped) {
  for (size_t at = escaped.find('\\'); at != kNone; at = escaped.find('\\', at + 2)) {
    if (at + 1 == escaped.size()) return false;
    const char c = escaped[at + 1];
    const bool is_sound = c == 'u' ? is_unicode_escape(escaped.substr(at + 2))
                                   : std::string_view("\"\\/bfnrt").find(c) != kNone;
    if (!is_sound) return false;
  }
  return true;
}

void append_json_text(std::string_view escaped, std::string& text) {
  while (true) {
    const size_t at = escaped.find('\\');
    text += escaped.substr(0, at);
    if (at == kNone) return;
    const char c = escaped[at + 1];
    escaped.remove_prefix(at + 2);
    if (c == 'u') {
      escaped.remove_prefix(append_unicode(escaped, text));
    } else {
      text.push_back(short_escape(c));
    }
  }
}

}  // namespace mxbulk::input
