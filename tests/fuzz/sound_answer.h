// The invariants of a dns::Answer, whatever bytes it was read from. Threads: pure functions.
#pragma once

#include <string>

#include "dns/message.h"

namespace mxbulk::test {

// The first violation; empty if `answer`, read for a question of `type`, is sound.
[[nodiscard]] std::string complaint_about(const dns::Answer& answer, RecordType type);

// Both say the same.
[[nodiscard]] bool is_same(const dns::Answer& a, const dns::Answer& b);

// Labels of 63 octets at most, no upper case, 255 octets in all, and a zero only at the end.
[[nodiscard]] bool is_canonical(NameView name);

}  // namespace mxbulk::test
