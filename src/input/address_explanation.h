// Explains to a person why an address or a domain is invalid: which octet or label, the rule, and
// what would be accepted. Not for the hot path: it parses again.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::input {

// `blank at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)`. Empty for
// what AddressParser::parse accepts. Octets are counted from 1. It may hold any octets of the cell:
// escape it for a terminal.
[[nodiscard]] std::string explain_address(std::string_view cell);
// The same for what AddressParser::parse_domain refuses.
[[nodiscard]] std::string explain_domain(std::string_view cell);

}  // namespace mxbulk::input
