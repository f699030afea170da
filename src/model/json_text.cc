#include "model/json_text.h"

#include <algorithm>
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

// Octets that stand in a JSON string as they are: printable ASCII, and that is what names and
// verdicts are made of.
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

}  // namespace mxbulk
