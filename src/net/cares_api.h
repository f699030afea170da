// What differs between the versions of c-ares, in one form: 1.18 (Debian 12) and 1.34 (Debian 13).
//
// Threads: a channel belongs to one loop thread. Ownership: borrows everything.
#pragma once

#include <ares.h>

#include <cstdint>
#include <span>

namespace mxbulk::net {

// Sets what only some versions have; returns its bits for the mask of ares_init_options(3).
// Requires: options.timeout is set.
[[nodiscard]] int set_version_options(ares_options& options);

// What c-ares uses in place of a UDP socket of its own. It is called within calls into c-ares only,
// and outlives the channel.
class DatagramPort {
 public:
  virtual ~DatagramPort() = default;
  // Returns a descriptor, or ARES_SOCKET_BAD.
  virtual ares_socket_t open_port() = 0;
  virtual void close_port() = 0;
  // False: errno says why.
  virtual bool connect_port(const sockaddr* address, ares_socklen_t size) = 0;
  // Takes every packet.
  virtual void send_packet(std::span<const uint8_t> packet) = 0;
  // Writes the next packet and the address that it came from; returns its size, or -1 with EAGAIN
  // if there is none.
  virtual ares_ssize_t receive_packet(std::span<uint8_t> packet, sockaddr* from,
                                      ares_socklen_t* from_size) = 0;
};

// Requires: the channel has sent nothing yet.
void use_port(ares_channel channel, DatagramPort& port);

// A query that c-ares has taken over. It must live until on_done().
class CaresQuery {
 public:
  virtual ~CaresQuery() = default;
  // Called once, perhaps within the call that sends the query. `status` is ARES_SUCCESS if an
  // answer came; `answer` is set over TCP only.
  virtual void on_done(int status, std::span<const uint8_t> answer) = 0;
};

// Over a DatagramPort. What send_packet() gets is a query with the same question, but 1.34 writes
// it anew, with an ID of its own.
void send_over_port(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query);
// Over a socket of c-ares. 1.34 writes the answer anew too, from what it has read.
void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query);

}  // namespace mxbulk::net
