#include "model/utf8.h"

#include <cstdint>

namespace mxbulk {
namespace {

struct Lead {
  size_t length;       // 0: no lead octet
  uint8_t second_low;  // bounds of the second octet, RFC 3629 §4
  uint8_t second_high;
};

constexpr Lead lead_of(uint8_t octet) {
  if (octet < 0x80) return {1, 0, 0};
  if (octet < 0xC2) return {0, 0, 0};
  if (octet < 0xE0) return {2, 0x80, 0xBF};
  if (octet == 0xE0) return {3, 0xA0, 0xBF};  // no overlong forms
  if (octet == 0xED) return {3, 0x80, 0x9F};  // no surrogates
  if (octet < 0xF0) return {3, 0x80, 0xBF};
  if (octet == 0xF0) return {4, 0x90, 0xBF};
  if (octet < 0xF4) return {4, 0x80, 0xBF};
  if (octet == 0xF4) return {4, 0x80, 0x8F};  // nothing above U+10FFFF
  return {0, 0, 0};
}

// Octets at the front that belong to one sequence, well-formed or cut off.
size_t matching_octets(std::string_view text, const Lead& lead) {
  size_t count = 1;
  while (count < lead.length && count < text.size()) {
    const auto octet = static_cast<uint8_t>(text[count]);
    const uint8_t low = count == 1 ? lead.second_low : 0x80;
    const uint8_t high = count == 1 ? lead.second_high : 0xBF;
    if (octet < low || octet > high) break;
    ++count;
  }
  return count;
}

}  // namespace

size_t utf8_sequence(std::string_view text) {
  const Lead lead = lead_of(static_cast<uint8_t>(text[0]));
  if (lead.length <= 1) return lead.length;
  return matching_octets(text, lead) == lead.length ? lead.length : 0;
}

size_t utf8_ill_formed_prefix(std::string_view text) {
  const Lead lead = lead_of(static_cast<uint8_t>(text[0]));
  return lead.length <= 1 ? 1 : matching_octets(text, lead);
}

bool is_clean_text(std::string_view text) {
  while (!text.empty()) {
    const auto octet = static_cast<uint8_t>(text[0]);
    if (octet < 0x20 || octet == 0x7F) return false;
    if (octet < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const size_t length = utf8_sequence(text);
    if (length == 0) return false;
    const bool is_c1 = octet == 0xC2 && static_cast<uint8_t>(text[1]) < 0xA0;
    if (is_c1 || text.starts_with(kReplacement)) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(char32_t value, std::string& out) {
  const auto tail = [value](unsigned shift) {
    return static_cast<char>(0x80U | (value >> shift & 0x3FU));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
    return;
  }
  if (value < 0x800) {
    out += static_cast<char>(0xC0U | value >> 6);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0U | value >> 12);
    out += tail(6);
  } else {
    out += static_cast<char>(0xF0U | value >> 18);
    out += tail(12);
    out += tail(6);
  }
  out += tail(0);
}

}  // namespace mxbulk
