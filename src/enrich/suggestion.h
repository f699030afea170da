// Which domain was probably meant: of a domain that takes no mail, and of text that is no address.
//
// Threads: pure functions. Ownership: what they return is a view into the lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "enrich/domain_lists.h"
#include "mxbulk/verdict.h"

namespace mxbulk::enrich {

// One slip of the finger, by how often it happens.
enum class Slip : uint8_t {
  kSwapped,  // two neighbours: `gmial`
  kMissing,  // a letter too few: `gmil`
  kExtra,    // a letter too many: `gmaiil`
  kOther,    // another letter: `gmaul`
};

// The one slip that makes `typed` of `meant`; none if they are equal or further apart
// (Damerau-Levenshtein distance 1). Linear in the length.
[[nodiscard]] std::optional<Slip> slip_between(std::string_view typed, std::string_view meant);

// The big domain that `domain` is a slip of; empty if none. In the order: a listed typo, a typo of
// the top level (`ymail.con`), one slip (swapped before missing, extra and other letters, then the
// longest common beginning), a wrong country (`gmail.co.uk`).
// Requires: `domain` in lower case; no list knows it.
[[nodiscard]] std::string_view meant_by_domain(const DomainLists& lists, std::string_view domain);

// Of text that is no domain, as `gmail,com`, `gmail..com`, `gmail`, `gmailcom`. Any bytes.
[[nodiscard]] std::string_view meant_by_bad_domain(const DomainLists& lists, std::string_view text);

// Of a cell that is no address, cleaned: `bob@gmail,com`, `bob@@gmail.com`, `bob.gmail.com`. Empty
// too if the fault is not at or after the at sign: to name the domain again would help nobody.
// Any bytes; costs less than a microsecond.
[[nodiscard]] std::string_view meant_by_bad_address(const DomainLists& lists, std::string_view text,
                                                    Reason reason);

}  // namespace mxbulk::enrich
