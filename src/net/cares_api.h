// What differs between the versions of c-ares, in one form: 1.18 (Debian 12) and 1.34 (Debian 13).
//
// Threads: a channel belongs to one loop thread. Ownership: borrows everything.
#pragma once

#include <ares.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <span>

namespace mxbulk::net {

// Sets what only some versions have; returns its bits for the mask of ares_init_options(3).
// Requires: options.timeout is set.
[[nodiscard]] int set_version_options(ares_options& options);

// What c-ares uses in place of a UDP socket of its own. It is called within calls into c-ares only,
// and outlives the channel.
class DatagramPort {
 public:
  struct Ended {
    uint16_t id = 0;                    // of the packet that send_packet() got
    std::span<const uint8_t> question;  // as in the packet that was to be sent
  };

  struct Peer {
    sockaddr_storage address{};
    ares_socklen_t size = 0;
  };

  virtual ~DatagramPort() = default;
  // Returns a descriptor, or ARES_SOCKET_BAD.
  virtual ares_socket_t open_port() = 0;
  virtual void close_port() = 0;
  // False: errno says why.
  virtual bool connect_port(const Peer& peer) = 0;
  // Takes every packet. Only its ID counts: see send_over_port().
  virtual void send_packet(std::span<const uint8_t> packet) = 0;
  // The next query that has its answer or is overdue: c-ares calls its on_done(). None:
  // no more for now.
  virtual std::optional<Ended> next_ended() = 0;

 private:
  friend struct PortFunctions;
  Peer peer_;  // c-ares wants to see it as the sender of each answer
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

// Over a DatagramPort, which sends `packet` with the ID that send_packet() gets: 1.34 gives every
// query another one.
void send_over_port(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query);
// Over a socket of c-ares. 1.34 writes the answer anew too, from what it has read.
void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query);

}  // namespace mxbulk::net
