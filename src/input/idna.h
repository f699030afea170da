// Non-ASCII domains to A-labels by UTS #46, nontransitional. The only user of libidn2.
//
// Threads: one Idna a thread. Ownership: answers belong to the Idna, until the next call.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::input {

struct IdnaAnswer {
  // Lower case, labels joined by dots, no trailing dot; not judged for letters-digits-hyphen.
  // Where `is_refused`, the text as it came.
  std::string ascii;
  size_t label_count = 1;
  bool is_refused = false;  // UTS #46 has no A-labels for it
  bool has_trailing_dot = false;
  bool has_non_ldh = false;     // an ASCII character that no host name has, as it was written
  bool has_bad_alabel = false;  // an `xn--` label that does not round-trip; it stays as it is
};

class Idna {
 public:
  // `domain`: well-formed UTF-8 up to limits::kIdnaOctetsMax octets, not empty. Labels are parted
  // by `.` and by the ideographic full stops U+3002, U+FF0E, U+FF61.
  const IdnaAnswer& to_ascii(std::string_view domain);

 private:
  struct Slot {
    std::string domain;
    IdnaAnswer answer;
  };
  std::vector<Slot> slots_;  // by hash; empty until the first question
};

// True where a label begins with `xn--`, in any case.
[[nodiscard]] bool has_alabel_prefix(std::string_view label);

}  // namespace mxbulk::input
