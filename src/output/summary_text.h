// The summary at the end, for a person. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mxbulk/summary.h"

namespace mxbulk::output {

// What the rows of the run were.
enum class Counted : uint8_t {
  kAddresses,  // judged
  kDomains,    // judged; rows are domains
  kSyntax,     // addresses judged by syntax alone: no domain was counted, nobody asked
};

struct SummaryStyle {
  bool color = false;
  Counted counted = Counted::kAddresses;
};

// Several lines, each ended by LF; the last names the output file.
[[nodiscard]] std::string summary_text(const Summary& summary, SummaryStyle style);
// 1234567 -> "1,234,567"
[[nodiscard]] std::string with_thousands(uint64_t number);

}  // namespace mxbulk::output
