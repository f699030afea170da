// The summary at the end of a run, for people. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mxbulk/summary.h"

namespace mxbulk::output {

// What the rows of the run are.
enum class Counted : uint8_t {
  kAddresses,  // with verdicts
  kDomains,    // with verdicts; each row is a domain
  kSyntax,     // addresses whose syntax was checked, without lookups
};

struct SummaryStyle {
  bool color = false;
  Counted counted = Counted::kAddresses;
};

// Several lines, each ended by LF. The last one names the output file.
[[nodiscard]] std::string summary_text(const Summary& summary, SummaryStyle style);
// 1234567 -> "1,234,567"
[[nodiscard]] std::string with_thousands(uint64_t number);

}  // namespace mxbulk::output
