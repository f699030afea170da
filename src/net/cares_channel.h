// One c-ares channel for one resolver, set up so that no file and no variable is read and so that
// every reply, whatever its rcode, is a success with its bytes.
//
// Threads: one loop thread. Ownership: owns the channel.
#pragma once

#include <ares.h>

#include <cstdint>
#include <span>

#include "model/endpoint.h"

namespace mxbulk::net {

class CaresChannel {
 public:
  // Called with the descriptors that c-ares wants watched; both false: no longer.
  using SocketState = void (*)(void* data, ares_socket_t fd, int readable, int writable);

  // `proto_flags`: ARES_FLAG_USEVC for TCP, else 0.
  CaresChannel(const Endpoint& resolver, int proto_flags, int64_t timeout_us,
               SocketState socket_state, void* data);
  ~CaresChannel();
  CaresChannel(const CaresChannel&) = delete;
  CaresChannel& operator=(const CaresChannel&) = delete;

  // False: out of memory, the only way in which setting up can fail.
  [[nodiscard]] bool ok() const { return channel_ != nullptr; }
  [[nodiscard]] ares_channel get() const { return channel_; }

 private:
  ares_channel channel_ = nullptr;
};

}  // namespace mxbulk::net
