// Checks the syntax of one e-mail address. No network.
//
// Threads: pure functions, callable from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mxbulk/verdict.h"

namespace mxbulk {

struct Address {
  // The local part as written, without what was cleaned off. Empty if `invalid` is set.
  std::string local_part;
  // Lower case, A-labels, no trailing dot. If `invalid` is set: empty unless the domain itself is
  // valid.
  std::string domain;
  // Why the address is refused (a Reason of Verdict::kInvalid); none if it is valid.
  std::optional<Reason> invalid;
  LintSet lints;
};

// Parses one cell by RFC 5321 §4.1.2, RFC 6531 and UTS #46. `cell` may hold any bytes and have any
// length; the time is linear in the length.
//
// What programs and people often put around an address is cleaned off, and leaves the lint
// `trimmed`: blanks of every Unicode kind and invisible characters (zero-width, bidi marks, soft
// hyphens, BOM) at both ends; quotes of any kind around the whole; `="…"`; a leading `,` `;` and a
// trailing `,` `;` `.` `:`, also full-width; `mailto:` with its header fields; comments before and
// after (RFC 5322 §3.2.2); `<…>`; a full-width `＠`. A display name before `<…>` leaves the lint
// `display_name`. An invisible character inside the local part is kBadEncoding; inside a domain UTS
// #46 decides.
//
// kSeveral: two different addresses, even if one of them is in a comment or a display name. The
// same address twice (letter case aside) is one address: the one in angle brackets, or the first.
// kEmpty: nothing but blanks, quotes and marks, or a word for no value: `NULL`, `\N`, `n/a`,
// `none`, `-`, and what programs write alike (`NaN`, `NA`, `nil`, `undefined`, `#N/A`, `(null)`).
//
// Domains that are not ASCII are converted by UTS #46, nontransitional. `ẞ` becomes `ß`, and code
// points newer than the tables are kept. A domain that only IDNA 2008 refuses has the lint
// `idna2008`, in both spellings (`☃.net`, `xn--n3h.net`). A domain with an `xn--` label that does
// not round-trip has `bad_alabel`. Throws std::bad_alloc if memory runs out.
[[nodiscard]] Address parse_address(std::string_view cell);

// Why parse_address() refuses the cell, in one line for a person: which octet or label (counted
// from 1), the RFC, and what would be accepted. Empty if the cell is valid. The text may hold
// octets of the cell: escape it for a terminal.
[[nodiscard]] std::string explain_address(std::string_view cell);

}  // namespace mxbulk
