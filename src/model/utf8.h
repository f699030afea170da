// UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mxbulk {

// Length of the sequence at the front of `text` (1..4); 0 if it is ill-formed. Requires:
// !text.empty().
[[nodiscard]] size_t utf8_sequence(std::string_view text);

// How many octets at the front of ill-formed `text` one U+FFFD replaces: the longest beginning of a
// well-formed sequence, at least 1 (Unicode §3.9, "maximal subpart").
[[nodiscard]] size_t utf8_ill_formed_prefix(std::string_view text);

// Requires: `value` is a code point, not a surrogate.
void append_utf8(char32_t value, std::string& out);

// Replaces octets that could not be decoded (Unicode §23.8).
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
// At the front of a text: it is UTF-8 (Unicode §23.8).
inline constexpr std::string_view kBom = "\xEF\xBB\xBF";  // U+FEFF

// Well-formed, without control characters (C0 as NUL, tab, CR, LF; DEL; C1) and without U+FFFD,
// which shows that text was lost.
[[nodiscard]] bool is_clean_text(std::string_view text);

}  // namespace mxbulk
