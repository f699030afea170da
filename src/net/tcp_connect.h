// Begins one TCP connection without waiting for it, and says what the system's errors mean: which
// are facts about the peer, and which are local failures.
//
// Threads: any. Ownership: the caller closes the descriptor it is given.
#pragma once

#include <cstdint>
#include <optional>

#include "model/endpoint.h"

namespace mxbulk::net {

enum class ConnectState : uint8_t {
  kUnderWay,
  kOpen,
  kRefused,
  kUnreachable,
  kTimeout,
  kNoRoom,   // ours: no descriptor, port or memory
  kNoRoute,  // ours: no way there from this machine, or none that we may use
};

struct ConnectStart {
  int fd = -1;  // if kUnderWay or kOpen; never blocks
  ConnectState state = ConnectState::kNoRoom;
};

// `source`: connections come from it; of the peer's family, else kNoRoute.
[[nodiscard]] ConnectStart begin_connect(const Endpoint& peer,
                                         const std::optional<IpAddress>& source);
// The socket became writable, or failed.
[[nodiscard]] ConnectState finish_connect(int fd);

// An error that connect(2) returns at once is this machine's, except a refusal by a local peer.
[[nodiscard]] ConnectState meaning_at_once(int error);
// An error from SO_ERROR, later, came from the network.
[[nodiscard]] ConnectState meaning_later(int error);
// Descriptors, buffers or memory are short: says nothing about a peer.
[[nodiscard]] bool is_shortage(int error);

}  // namespace mxbulk::net
