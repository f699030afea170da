// Asks one DNS question over UDP. It shares no code with the program, so that it cannot share its
// faults.
//
// Threads: any. Blocks for at most `wait_ms`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mxbulk::test {

// The response code of 127.0.0.1:`port` to "SOA of `name`", `name` without its last dot and "" for
// the root; none if no answer came.
[[nodiscard]] std::optional<int> ask_soa(uint16_t port, std::string_view name, int wait_ms);

// A port of 127.0.0.1 where neither UDP nor TCP is in use now. It is below the range that the
// kernel gives to sockets that name none: a server may close it and open it again.
[[nodiscard]] uint16_t free_port();

}  // namespace mxbulk::test
