// Is a DNS message whole: can all of it be read? A second, slower reader than src/dns, so that each
// tests the other.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>

namespace mxbulk::test {

// The four sections fill `message` exactly. All owners, and the names in the data of MX, CNAME,
// DNAME, NS, PTR and SOA, can be followed: pointers go back, but not into the header, labels are of
// type 00, and a name has 255 octets at most. Of the additional section only
// the lengths count.
[[nodiscard]] bool is_whole_message(std::span<const uint8_t> message);

}  // namespace mxbulk::test
