// Classes of code points beyond ASCII around an address: blank, invisible, quotation mark. For the
// slow path; for ASCII see char_class.h.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mxbulk::input {

struct CodePoint {
  char32_t value = 0;
  size_t octets = 0;  // of its UTF-8 form; 0 if the text is empty or ill-formed
};

[[nodiscard]] CodePoint first_code_point(std::string_view text);
[[nodiscard]] CodePoint last_code_point(std::string_view text);
// `U+200B`.
[[nodiscard]] std::string code_point_name(char32_t value);

// Unicode's property White_Space, ASCII included.
[[nodiscard]] bool is_blank(char32_t value);
// Drawn as nothing: zero-width characters, bidi controls, soft hyphen, BOM, fillers.
[[nodiscard]] bool is_invisible(char32_t value);
// Invisible, but it can shape its neighbours: joiners (RFC 5892 Appendix A.1 and A.2), variation
// selectors, tags. Between non-ASCII characters it is part of the text.
[[nodiscard]] bool is_shaping(char32_t value);
// Quotation marks and angle brackets beyond ASCII.
[[nodiscard]] bool is_typographic_quote(char32_t value);
// `,` `;` `.` `:` and their forms in other scripts and widths.
[[nodiscard]] bool is_end_mark(char32_t value);
// `@`, full-width `＠` (U+FF20), small `﹫` (U+FE6B): IDNA maps both to it.
[[nodiscard]] bool is_at_sign(char32_t value);
inline constexpr std::array<std::string_view, 3> kAtSigns = {"@", "\xEF\xBC\xA0", "\xEF\xB9\xAB"};
inline constexpr char kWideAtSignLead = '\xEF';
// Separators of addresses beyond ASCII: blanks, marks, bars, bullets, dashes. Full stops are not,
// since IDNA accepts U+3002, U+FF0E and U+FF61 as the dot between labels.
[[nodiscard]] bool is_wide_separator(char32_t value);

}  // namespace mxbulk::input
