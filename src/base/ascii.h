// ASCII text, independent of the locale. Threads: pure functions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace mxbulk {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_ascii(char c) {
  return static_cast<uint8_t>(c) < 0x80;
}
[[nodiscard]] constexpr bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_ascii(c); });
}

// A letter in lower case; any other octet unchanged.
[[nodiscard]] constexpr uint8_t ascii_lower(uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<uint8_t>(octet | 0x20) : octet;
}
[[nodiscard]] constexpr char ascii_lower(char c) {
  return static_cast<char>(ascii_lower(static_cast<uint8_t>(c)));
}
// Writes text.size() octets to `out` and returns the end of them. Requires: `out` has space for
// them.
inline char* copy_ascii_lower(std::string_view text, char* out) {
  return std::transform(text.begin(), text.end(), out, [](char c) { return ascii_lower(c); });
}
[[nodiscard]] inline std::string ascii_lower_copy(std::string_view text) {
  std::string copy(text);
  copy_ascii_lower(text, copy.data());
  return copy;
}

// True if the texts differ at most in the case of letters.
[[nodiscard]] constexpr bool equal_fold(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace mxbulk
