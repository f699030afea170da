// From `--resolver` to addresses: `IP`, `IP:PORT`, `[IP6]:PORT`, `@FILE`, and the system's own.
//
// Threads: pure but for reading files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/endpoint.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

inline constexpr std::string_view kLabResolver = "lab";
// Is the built-in one among those of `--resolver`?
[[nodiscard]] bool has_lab(const std::vector<std::string>& words);

// Errors: kUsage naming the word that is no address; kUsage for a file that cannot be read or
// names no resolver. Empty `words`: /etc/resolv.conf. Requires: no word is "lab".
[[nodiscard]] Result<std::vector<Endpoint>> resolver_list(const std::vector<std::string>& words);

// An address with or without port. Errors: kUsage with what would be right; the caller adds the
// flag's name.
[[nodiscard]] Result<Endpoint> parse_resolver(std::string_view word);
// Ok for all that `--resolver` takes: that, `@FILE` (not looked at) and `lab`. Errors: as above.
[[nodiscard]] Status check_resolver(std::string_view word);

[[nodiscard]] bool is_loopback(const IpAddress& address);

}  // namespace mxbulk::app
