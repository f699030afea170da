// Converts domains that are not ASCII to A-labels, as browsers do: UTS #46, nontransitional. The
// only user of ICU and libidn2.
//
// ICU converts. libidn2 only finds what IDNA 2008 (RFC 5892) also refuses: symbols, emoji. Two
// things are done before ICU, so that a verdict does not depend on the age of its tables: `ẞ`
// becomes `ß` (UTS #46 since Unicode 15.1; `ss` before), and a code point that ICU does not know is
// encoded unchanged.
//
// Threads: one Idna per thread. Ownership: results belong to the Idna, and are valid until the next
// call. If memory runs out, all functions throw std::bad_alloc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk::input {

struct IdnaAnswer {
  // Lower case, labels joined by dots, no trailing dot; not checked for letters, digits and
  // hyphens. If `is_refused`, the text as it was given.
  std::string ascii;
  size_t label_count = 1;
  bool is_refused = false;  // UTS #46 gives no A-labels
  bool has_trailing_dot = false;
  bool has_non_ldh = false;  // the text has an ASCII character that no host name has
  // kBadAlabel: an `xn--` label that does not round-trip, and is kept as it is. kIdna2008.
  LintSet lints;
};

class Idna {
 public:
  // `domain`: well-formed UTF-8 up to limits::kIdnaOctetsMax octets, not empty. Labels are
  // separated by `.` and by the ideographic full stops U+3002, U+FF0E, U+FF61.
  const IdnaAnswer& to_ascii(std::string_view domain);

 private:
  struct Slot {
    std::string domain;
    IdnaAnswer answer;
  };
  std::vector<Slot> slots_;  // by hash; empty until the first call
};

// True if a label begins with `xn--`, in any case.
[[nodiscard]] bool has_alabel_prefix(std::string_view label);

// Why UTS #46 refuses a label, for a person: `U+0301 may not begin a label`. Empty if it does not.
// `label`: well-formed UTF-8, as it was written.
[[nodiscard]] std::string idna_fault_of(std::string_view label);

// Octets of the dot at the front of `text`, ideographic full stops included; 0 if there is none.
[[nodiscard]] size_t dot_at_front(std::string_view text);

// The versions of ICU and libidn2, as loaded.
[[nodiscard]] std::vector<std::string> idna_versions();

// Punycode (RFC 3492): one label of code points as letters, digits and hyphens, and back. Own code,
// since no public function of ICU or libidn2 2.3.3 takes code points that are newer than its
// tables.

// Without the prefix `xn--`. None if a number overflows (RFC 3492 §6.4); no name is that long.
[[nodiscard]] std::optional<std::string> punycode_of(std::u32string_view label);
// None if it is not Punycode, or if a number is not a Unicode scalar value.
[[nodiscard]] std::optional<std::u32string> from_punycode(std::string_view encoded);

}  // namespace mxbulk::input
