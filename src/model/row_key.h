// What is known of a row before DNS is asked, in four bytes: the id of its domain; or why it is
// invalid, and which domain was probably meant; or that it is passed through. Also the lints of the
// row itself. Plain value.
#pragma once

#include <cassert>
#include <cstdint>

#include "base/limits.h"
#include "base/strong_id.h"
#include "mxbulk/verdict.h"

namespace mxbulk {

class RowKey {
 public:
  RowKey() = default;
  // Requires: domain.value() < limits::kDomainsMax.
  static RowKey waiting_for(DomainId domain, LintSet row_lints, bool is_role) {
    assert(domain.value() < limits::kDomainsMax);
    return RowKey(domain.value(), row_lints, is_role);
  }
  // `suggestion`: which domain was probably meant, as the enrich room numbers them; 0 = none.
  // Requires: verdict_of(reason) is kInvalid; suggestion < limits::kSuggestionsMax.
  static RowKey invalid(Reason reason, LintSet row_lints, uint32_t suggestion = 0) {
    assert(suggestion < limits::kSuggestionsMax);
    return RowKey(kInvalidBase + suggestion * kReasonsMax + static_cast<uint32_t>(reason),
                  row_lints, false);
  }

  // A blank line, a title or a footer: it is written as it is, and is not counted.
  static RowKey passed() { return RowKey(kPassed, {}, false); }

  // False for a row that is passed through.
  [[nodiscard]] bool is_invalid() const {
    return payload() - kInvalidBase < kPassed - kInvalidBase;
  }
  [[nodiscard]] bool is_passed() const { return payload() == kPassed; }
  [[nodiscard]] bool has_domain() const { return payload() < kInvalidBase; }
  // Requires: has_domain().
  [[nodiscard]] DomainId domain() const { return DomainId(payload()); }
  // Requires: is_invalid().
  [[nodiscard]] Reason reason() const {
    return static_cast<Reason>((payload() - kInvalidBase) % kReasonsMax);
  }
  // Requires: is_invalid().
  [[nodiscard]] uint32_t suggestion() const { return (payload() - kInvalidBase) / kReasonsMax; }
  // The address belongs to a function, not to a person (`info@`): RFC 2142 and common use.
  [[nodiscard]] bool is_role() const { return (bits_ >> kRoleShift & 1U) != 0; }
  [[nodiscard]] LintSet row_lints() const {
    return LintSet::from_bits(bits_ >> kPayloadBits & kRowLintMask);
  }
  // Role and row lints together: 0 for an ordinary row, else under 64.
  [[nodiscard]] uint32_t flag_bits() const { return bits_ >> kPayloadBits; }
  // Domain, or reason and suggestion, without flags: under 2^26.
  [[nodiscard]] uint32_t payload() const { return bits_ & ((1U << kPayloadBits) - 1); }
  // The whole key: two keys are equal if their bits are.
  [[nodiscard]] uint32_t bits() const { return bits_; }

 private:
  static constexpr uint32_t kPayloadBits = 26;
  static constexpr uint32_t kRowLintMask = 0x1F;  // kTrimmed to kDuplicate
  static constexpr uint32_t kRoleShift = 31;
  static constexpr uint32_t kInvalidBase = limits::kDomainsMax;
  static constexpr uint32_t kReasonsMax = 64;
  // The last suggestion with a number that no reason has.
  static constexpr uint32_t kPassed = (1U << kPayloadBits) - 1;
  static_assert(kReasonCount < kReasonsMax);
  static_assert(kInvalidBase + kReasonsMax * limits::kSuggestionsMax <= 1U << kPayloadBits);
  static_assert(static_cast<uint32_t>(Lint::kDuplicate) == 4, "row lints are the lowest five bits");

  RowKey(uint32_t payload, LintSet row_lints, bool is_role)
      : bits_(payload | (row_lints.bits() & kRowLintMask) << kPayloadBits |
              static_cast<uint32_t>(is_role) << kRoleShift) {}

  uint32_t bits_ = 0;
};

}  // namespace mxbulk
