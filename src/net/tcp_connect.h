// Begins one TCP connection without waiting for it, and says what the system's errors mean: which
// are facts about the peer, and which are our own trouble.
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

// What connect(2) returns at once speaks of this machine, but for a peer on it that refuses.
[[nodiscard]] ConnectState meaning_at_once(int error);
// What SO_ERROR tells later came from the network.
[[nodiscard]] ConnectState meaning_later(int error);
// Descriptors, buffers, memory: never a fact about a peer.
[[nodiscard]] bool is_shortage(int error);

}  // namespace mxbulk::net
