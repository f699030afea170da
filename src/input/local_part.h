// Checks the local part of an address, and finds where it ends.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mxbulk::input {

enum class LocalFault : uint8_t {
  kNone,
  kDots,  // a leading, trailing or doubled dot and nothing else: such mailboxes exist
  kBad,
};

struct LocalVerdict {
  LocalFault fault = LocalFault::kNone;
  size_t at = 0;  // if kBad: the offset of the first octet that is not allowed; may be local.size()
};

// RFC 5321 §4.1.2: Dot-string or Quoted-string; RFC 6531 §3.3 adds UTF-8. A blank or a wide `＠`
// beyond ASCII is as invalid as those of ASCII. Requires: `local` is clean text (see
// is_clean_text). Its length is not checked here.
[[nodiscard]] LocalVerdict check_local_part(std::string_view local);

// The offset of the first invisible character (zero-width, bidi control); npos if none. A joiner
// between two characters beyond ASCII is text, and so is a variation selector after one.
[[nodiscard]] size_t find_invisible(std::string_view local);

struct AtSign {
  size_t at = 0;
  size_t octets = 0;  // 1; 3 for the wide forms; 0 if there is none
};

// The `@` before the domain: the last one outside a quoted local part.
[[nodiscard]] AtSign find_at_sign(std::string_view address);

struct AddressParts {
  std::string_view local;   // into the address
  std::string_view domain;  // likewise
  bool is_trimmed = false;  // the sign was a wide one, or invisible characters were around it
};

// None if there is no `@`.
[[nodiscard]] std::optional<AddressParts> split_address(std::string_view address);

// The offset of the quote that closes the first one; npos if none does. Requires: text begins with
// `"`.
[[nodiscard]] size_t closing_quote(std::string_view text);

}  // namespace mxbulk::input
