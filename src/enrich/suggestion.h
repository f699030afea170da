// Which domain was probably meant by a domain that accepts no mail, or by text that is not an
// address.
//
// Threads: pure functions. Ownership: results are views into the lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "enrich/domain_lists.h"
#include "mxbulk/verdict.h"

namespace mxbulk::enrich {

// A typing mistake of one key; the most frequent first.
enum class Slip : uint8_t {
  kSwapped,  // two neighbours: `gmial`
  kMissing,  // a letter too few: `gmil`
  kExtra,    // a letter too many: `gmaiil`
  kOther,    // another letter: `gmaul`
};

// The slip by which `typed` differs from `meant`; none if they are equal or differ by more
// (Damerau-Levenshtein distance over 1). Linear in the length.
[[nodiscard]] std::optional<Slip> slip_between(std::string_view typed, std::string_view meant);

// The big domain that was meant by `domain`; empty if none. Tried in this order: a listed typo, a
// typo of the top level (`ymail.con`), one slip (swapped before missing, extra and other letters,
// then the longest common beginning), a wrong country (`gmail.co.uk`). Requires: `domain` in lower
// case; no list knows it.
[[nodiscard]] std::string_view meant_by_domain(const DomainLists& lists, std::string_view domain);

// The same for text that is not a domain, as `gmail,com`, `gmail..com`, `gmail`, `gmailcom`. Any
// bytes.
[[nodiscard]] std::string_view meant_by_bad_domain(const DomainLists& lists, std::string_view text);

// The same for a cleaned cell that is not an address: `bob@gmail,com`, `bob@@gmail.com`,
// `bob.gmail.com`. Empty if the fault is before the at sign: then the domain is right. Any bytes;
// takes less than a microsecond.
[[nodiscard]] std::string_view meant_by_bad_address(const DomainLists& lists, std::string_view text,
                                                    Reason reason);

}  // namespace mxbulk::enrich
