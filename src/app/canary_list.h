// From `--canary` to names: domains that must have MX.
//
// Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/domain_name.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// Errors: kUsage with what would be right; the caller adds the flag's name.
[[nodiscard]] Result<DomainName> parse_canary(std::string_view word);
// Errors: kUsage naming the word that is no domain, or too many.
[[nodiscard]] Result<std::vector<DomainName>> canary_list(const std::vector<std::string>& words);

}  // namespace mxbulk::app
