// The class of each octet in an address, as tables. Constants only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"

namespace mxbulk::input {

// RFC 5322 §3.2.3: the characters of an atom.
inline constexpr std::array<bool, 256> kIsAtext = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = true;
  for (char c : std::string_view("!#$%&'*+-/=?^_`{|}~")) table[static_cast<uint8_t>(c)] = true;
  return table;
}();

// Letters in lower case, digits and hyphen; 0 for every other octet (RFC 1123 §2.1).
inline constexpr std::array<char, 256> kLdhLower = [] {
  std::array<char, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) {
    table[static_cast<size_t>(c)] = static_cast<char>(c);
    table[static_cast<size_t>(c - 'a' + 'A')] = static_cast<char>(c);
  }
  table['-'] = '-';
  return table;
}();

[[nodiscard]] constexpr bool is_atext(char c) {
  return kIsAtext[static_cast<uint8_t>(c)];
}
[[nodiscard]] constexpr char ldh_lower(char c) {
  return kLdhLower[static_cast<uint8_t>(c)];
}

}  // namespace mxbulk::input
