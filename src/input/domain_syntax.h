// Checks the syntax of a mail domain, and converts it to A-labels.
//
// Threads: one DomainSyntax per thread. Ownership: results borrow from it until the next call.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "input/idna.h"
#include "model/domain_name.h"
#include "mxbulk/verdict.h"

namespace mxbulk::input {

struct DomainVerdict {
  std::optional<Reason> reason;  // none: `wire` is set
  NameView wire;                 // into the DomainSyntax
  size_t octets = 0;             // as A-labels, without the trailing dot
  LintSet lints;                 // kBadAlabel, kIdna2008; of a valid domain
};

class DomainSyntax {
 public:
  // Requires: `text` is clean text (see is_clean_text).
  DomainVerdict check(std::string_view text);

 private:
  DomainVerdict check_ascii(std::string_view text, bool has_trailing_dot);
  DomainVerdict check_unicode(std::string_view text);

  Idna idna_;
  std::array<char, limits::kNameWireOctetsMax> wire_{};
};

}  // namespace mxbulk::input
