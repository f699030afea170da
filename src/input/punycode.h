// Punycode (RFC 3492): one label of code points as letters, digits and hyphens, and back.
//
// Own code, since no public function of ICU or libidn2 2.3.3 takes code points that are newer than
// its tables. Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mxbulk::input {

// Without the prefix `xn--`. None if a number overflows (RFC 3492 §6.4); no name is that long.
[[nodiscard]] std::optional<std::string> punycode_of(std::u32string_view label);
// None if it is no Punycode, or holds what is no Unicode scalar value.
[[nodiscard]] std::optional<std::u32string> from_punycode(std::string_view encoded);

}  // namespace mxbulk::input
