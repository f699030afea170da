// Is this the name of a mail domain? Syntax alone.
//
// Threads: one DomainSyntax a thread. Ownership: verdicts borrow from it until the next call.
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
  LintSet lints;                 // kBadAlabel, kIdna2008; of a good domain
};

class DomainSyntax {
 public:
  // Requires: `text` is clean text (see is_clean_text).
  DomainVerdict judge(std::string_view text);

 private:
  DomainVerdict judge_ascii(std::string_view text, bool has_trailing_dot);
  DomainVerdict judge_unicode(std::string_view text);

  Idna idna_;
  std::array<char, limits::kNameWireOctetsMax> wire_{};
};

}  // namespace mxbulk::input
