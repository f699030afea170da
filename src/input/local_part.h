// The local part of an address, and where it ends.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxbulk::input {

enum class LocalFault : uint8_t {
  kNone,
  kDots,  // a leading, trailing or doubled dot and nothing else: such mailboxes exist
  kBad,
};

// RFC 5321 §4.1.2: Dot-string or Quoted-string; RFC 6531 §3.3 adds UTF-8.
// Requires: `local` is clean text (see is_clean_text). Its length is not judged here.
[[nodiscard]] LocalFault judge_local_part(std::string_view local);

// Where the `@` before the domain stands: the last one outside a quoted local part; npos if none.
[[nodiscard]] size_t find_at_sign(std::string_view address);

}  // namespace mxbulk::input
