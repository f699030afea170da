// Removes from a cell what people and programs put around an address.
//
// Threads: pure functions. Ownership: views into the cell.
#pragma once

#include <optional>
#include <string_view>

#include "mxbulk/verdict.h"

namespace mxbulk::input {

struct CleanedCell {
  std::string_view text;  // into the cell: the address, or what is in its place
  LintSet lints;          // kTrimmed, kDisplayName
  // kEmpty, kBadEncoding or kSeveral, if that is already known.
  std::optional<Reason> reason;
};

// The same for a bare domain: removes blanks and invisible characters at both ends, and one
// trailing dot.
[[nodiscard]] std::string_view clean_domain(std::string_view cell);

// Removes, in linear time and in any order and nesting: blanks and invisible characters of every
// kind; quotes of any kind around the whole; `="…"` as spreadsheets write text; a leading `,` `;`
// and a trailing `,` `;` `.` `:`, also full-width; `mailto:…?…` (RFC 6068); comments before and
// after (RFC 5322 §3.2.2); `<…>`, with or without a display name (RFC 5322 §3.4).
//
// Keeps a quote or an apostrophe that is not closed at the end of the cell, since a local part can
// begin with it (`"a b"@x.org`, `'tis@x.org`).
//
// Two different addresses are kSeveral, even if one of them is in a comment or a display name. The
// same address twice (letter case aside) is one address: the one in angle brackets, else the first.
// Line breaks and tabs may separate addresses; elsewhere they are kBadEncoding.
[[nodiscard]] CleanedCell clean_cell(std::string_view cell);

}  // namespace mxbulk::input
