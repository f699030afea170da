// One e-mail address, judged by its syntax alone. No network.
//
// Threads: `parse_address` is pure and may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mxbulk/verdict.h"

namespace mxbulk {

struct Address {
  // The local part as written, without the dirt around it. Empty where `invalid` is set.
  std::string local_part;
  // Lower case, A-labels, no trailing dot. Set for `invalid` only where the domain itself is good.
  std::string domain;
  // Why the address is refused (a Reason of Verdict::kInvalid); none for a good one.
  std::optional<Reason> invalid;
  LintSet lints;
};

// Judges one cell by RFC 5321 §4.1.2, RFC 6531 and UTS #46. Ordinary dirt (blanks, `<…>`,
// `mailto:`) is cleaned and leaves the lint `trimmed`. `cell` may hold any bytes, at any length.
[[nodiscard]] Address parse_address(std::string_view cell);

}  // namespace mxbulk
