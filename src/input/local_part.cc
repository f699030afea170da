#include "input/local_part.h"

#include "input/char_class.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;

// Offset of the quote that closes the one at the front; npos where none does.
size_t closing_quote(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // quoted-pairSMTP
    } else if (text[i] == '"') {
      return i;
    }
  }
  return kNone;
}

LocalFault judge_quoted(std::string_view local) {
  if (closing_quote(local) != local.size() - 1) return LocalFault::kBad;
  // Controls are gone already, so that all that is left is qtextSMTP, but a quoted pair takes only
  // one octet of printable ASCII.
  for (size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] != '\\') continue;
    ++i;
    if (!is_ascii(local[i])) return LocalFault::kBad;
  }
  return LocalFault::kNone;
}

LocalFault judge_dot_string(std::string_view local) {
  bool after_dot = true;
  bool has_bad_dot = false;
  bool has_atom = false;
  for (char c : local) {
    if (c == '.') {
      has_bad_dot |= after_dot;
      after_dot = true;
      continue;
    }
    if (!is_atext(c) && is_ascii(c)) return LocalFault::kBad;
    after_dot = false;
    has_atom = true;
  }
  if (!has_atom) return LocalFault::kBad;
  return has_bad_dot || after_dot ? LocalFault::kDots : LocalFault::kNone;
}

}  // namespace

LocalFault judge_local_part(std::string_view local) {
  return local.starts_with('"') ? judge_quoted(local) : judge_dot_string(local);
}

size_t find_at_sign(std::string_view address) {
  size_t from = 0;
  if (address.starts_with('"')) {
    const size_t close = closing_quote(address);
    if (close != kNone) from = close + 1;  // an unclosed quote quotes nothing
  }
  const size_t at = address.rfind('@');
  return at == kNone || at < from ? kNone : at;
}

}  // namespace mxbulk::input
