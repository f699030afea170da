#include "model/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "model/utf8.h"

namespace mxbulk {
namespace {

void append_escaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto octet = static_cast<uint8_t>(c);
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (octet >= 0x20 && octet != 0x7F) {
    out.push_back(c);
    return;
  }
  out += "\\u00";
  out.push_back(kHex[octet >> 4]);
  out.push_back(kHex[octet & 0xF]);
}

// Octets that need no escape in a JSON string: printable ASCII. Names and verdicts consist of them.
bool is_special(char c) {
  return c < 0x20 || c > 0x7E || c == '"' || c == '\\';
}

// Any of eight octets at once: the highest bit of each marks a hit.
bool has_special(uint64_t octets) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighBits = 0x80 * kOnes;
  const auto zeros = [](uint64_t word) { return (word - kOnes) & ~word; };
  const uint64_t below_space = (octets - 0x20 * kOnes) & ~octets;
  return ((octets | below_space | zeros(octets ^ '"' * kOnes) | zeros(octets ^ '\\' * kOnes) |
           zeros(octets ^ 0x7F * kOnes)) &
          kHighBits) != 0;
}

// How many octets at the front are not special.
size_t plain_prefix(std::string_view text) {
  size_t at = 0;
  for (uint64_t octets; text.size() - at >= sizeof octets; at += sizeof octets) {
    std::memcpy(&octets, text.data() + at, sizeof octets);
    if (has_special(octets)) break;
  }
  const std::string_view rest = text.substr(at);
  return at +
         static_cast<size_t>(std::find_if(rest.begin(), rest.end(), is_special) - rest.begin());
}

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kUnicodeDigits = 4;
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

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

// `rest`: the text after a `\u`. Returns how many octets of it were used.
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
  if (is_half) {
    text += kReplacement;
  } else {
    append_utf8(unit, text);
  }
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

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t plain = plain_prefix(text.substr(at));
    out.append(text.substr(at, plain));
    at += plain;
    if (at == text.size()) break;
    const std::string_view rest = text.substr(at);
    const size_t length = utf8_sequence(rest);
    if (length == 0) {
      out += kReplacement;
      at += utf8_ill_formed_prefix(rest);
      continue;
    }
    if (length == 1) {
      append_escaped(text[at], out);
    } else {
      out.append(rest.substr(0, length));
    }
    at += length;
  }
  out.push_back('"');
}

void append_json_string_or_null(std::string_view text, std::string& out) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(text, out);
  }
}

JsonWriter& JsonWriter::key(std::string_view name) {
  append_json_string(name, next());
  out_.push_back(':');
  needs_comma_ = false;
  return *this;
}

void JsonWriter::decimal(double value, int digits) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value,
                                          std::chars_format::fixed, digits);
  raw(error == std::errc() ? std::string_view(text.data(), end) : "null");
}

bool has_valid_escapes(std::string_view escaped) {
  for (size_t at = escaped.find('\\'); at != kNone; at = escaped.find('\\', at + 2)) {
    if (at + 1 == escaped.size()) return false;
    const char c = escaped[at + 1];
    const bool is_valid = c == 'u' ? is_unicode_escape(escaped.substr(at + 2))
                                   : std::string_view("\"\\/bfnrt").find(c) != kNone;
    if (!is_valid) return false;
  }
  return true;
}

void append_unescaped_json(std::string_view escaped, std::string& text) {
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

}  // namespace mxbulk
