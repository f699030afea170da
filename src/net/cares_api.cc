#include "net/cares_api.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace mxbulk::net {
namespace {

#if ARES_VERSION >= 0x012200
// 1.34 writes the name of each query twice, reads it twice, and compares what DatagramPort has
// compared already: 2 of the 5 us that a query costs there. So each query is one for the root's MX
// in c-ares; its ID and its time are all that c-ares has to know.
constexpr std::array<uint8_t, 5> kRootMx = {0, 0, 15, 0, 1};
std::span<const uint8_t> question_in_cares(std::span<const uint8_t>) {
  return kRootMx;
}
#else
std::span<const uint8_t> question_in_cares(std::span<const uint8_t> question) {
  return question;
}
#endif

CaresQuery& query_of(void* data) {
  return *static_cast<CaresQuery*>(data);
}

}  // namespace

// Called by c-ares, with a DatagramPort as `data`.
struct PortFunctions {
  static DatagramPort& port_of(void* data) { return *static_cast<DatagramPort*>(data); }

  static ares_socket_t open(int, int, int, void* data) { return port_of(data).open_port(); }

  static int close(ares_socket_t, void* data) {
    port_of(data).close_port();
    return 0;
  }

  static int connect(ares_socket_t, const sockaddr* address, ares_socklen_t size, void* data) {
    DatagramPort& port = port_of(data);
    std::memcpy(&port.peer_.address, address, size);
    port.peer_.size = size;
    return port.connect_port(port.peer_) ? 0 : -1;
  }

  static ares_ssize_t send(const void* bytes, size_t size, void* data) {
    port_of(data).send_packet({static_cast<const uint8_t*>(bytes), size});
    return static_cast<ares_ssize_t>(size);
  }

  // For each query that has ended c-ares reads an empty answer, and calls back. It is REFUSED,
  // whatever the answer says: 1.34 leaves those out of its statistics of latency, by which it would
  // shorten its timeout.
  static ares_ssize_t receive(ares_socket_t, void* buffer, [[maybe_unused]] size_t size, int,
                              sockaddr* from, ares_socklen_t* from_size, void* data) {
    DatagramPort& port = port_of(data);
    const std::optional<DatagramPort::Ended> ended = port.next_ended();
    if (!ended) {
      errno = EAGAIN;
      return -1;
    }
    if (from != nullptr && from_size != nullptr) {
      std::memcpy(from, &port.peer_.address, std::min(*from_size, port.peer_.size));
      *from_size = port.peer_.size;
    }
    const std::array<uint8_t, 12> header = {static_cast<uint8_t>(ended->id >> 8),
                                            static_cast<uint8_t>(ended->id),
                                            0x81,  // QR, RD
                                            0x85,  // RA, REFUSED
                                            0,
                                            1};  // one question
    const std::span<const uint8_t> question = question_in_cares(ended->question);
    assert(header.size() + question.size() <= size);
    auto* const out = std::copy(header.begin(), header.end(), static_cast<uint8_t*>(buffer));
    std::copy(question.begin(), question.end(), out);
    return static_cast<ares_ssize_t>(header.size() + question.size());
  }
};

#if ARES_VERSION >= 0x012200

namespace {

// Null: out of memory.
ares_dns_record_t* root_mx_query() {
  ares_dns_record_t* query = nullptr;
  if (ares_dns_record_create(&query, 0, ARES_FLAG_RD, ARES_OPCODE_QUERY, ARES_RCODE_NOERROR) !=
      ARES_SUCCESS) {
    return nullptr;
  }
  (void)ares_dns_record_query_add(query, ".", ARES_REC_TYPE_MX, ARES_CLASS_IN);
  return query;
}

}  // namespace

int set_version_options(ares_options& options) {
  options.qcache_max_ttl = 0;            // each question is asked once in a run anyway
  options.maxtimeout = options.timeout;  // else 5 s at most
  return ARES_OPT_QUERY_CACHE | ARES_OPT_MAXTIMEOUTMS;
}

void use_port(ares_channel channel, DatagramPort& port) {
  ares_socket_functions_ex functions{};
  functions.version = 1;
  functions.flags = ARES_SOCKFUNC_FLAG_NONBLOCKING;  // else it reads one datagram a call
  functions.asocket = PortFunctions::open;
  functions.aclose = PortFunctions::close;
  functions.asetsockopt = [](ares_socket_t, ares_socket_opt_t, const void*, ares_socklen_t, void*) {
    errno = ENOSYS;  // it takes that for our decision
    return -1;
  };
  functions.aconnect = [](ares_socket_t fd, const sockaddr* address, ares_socklen_t size, unsigned,
                          void* data) { return PortFunctions::connect(fd, address, size, data); };
  functions.arecvfrom = PortFunctions::receive;
  functions.asendto = [](ares_socket_t, const void* bytes, size_t size, int, const sockaddr*,
                         ares_socklen_t,
                         void* data) { return PortFunctions::send(bytes, size, data); };
  ares_set_socket_functions_ex(channel, &functions, &port);
}

void send_over_port(ares_channel channel, std::span<const uint8_t>, CaresQuery& query) {
  static const ares_dns_record_t* const kQuery = root_mx_query();
  const auto done = [](void* data, ares_status_t status, size_t, const ares_dns_record_t*) {
    query_of(data).on_done(static_cast<int>(status), {});
  };
  (void)ares_send_dnsrec(channel, kQuery, done, &query, nullptr);
}

void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  ares_dns_record_t* record = nullptr;
  const ares_status_t parsed = ares_dns_parse(packet.data(), packet.size(), 0, &record);
  if (parsed != ARES_SUCCESS) {
    query.on_done(static_cast<int>(parsed), {});
    return;
  }
  const auto done = [](void* data, ares_status_t status, size_t, const ares_dns_record_t* answer) {
    unsigned char* bytes = nullptr;
    size_t size = 0;
    if (status == ARES_SUCCESS) status = ares_dns_write(answer, &bytes, &size);
    query_of(data).on_done(static_cast<int>(status), {bytes, size});
    ares_free_string(bytes);
  };
  (void)ares_send_dnsrec(channel, record, done, &query, nullptr);
  ares_dns_record_destroy(record);
}

#else

int set_version_options(ares_options& options) {
#ifdef ARES_OPT_QUERY_CACHE  // 1.31
  options.qcache_max_ttl = 0;
  return ARES_OPT_QUERY_CACHE;
#else
  (void)options;
  return 0;
#endif
}

void use_port(ares_channel channel, DatagramPort& port) {
  // c-ares keeps a pointer to this table.
  static const ares_socket_functions kFunctions = {
      PortFunctions::open, PortFunctions::close, PortFunctions::connect, PortFunctions::receive,
      [](ares_socket_t, const iovec* packet, int count, void* data) {
        assert(count == 1);
        (void)count;
        return PortFunctions::send(packet->iov_base, packet->iov_len, data);
      }};
  ares_set_socket_functions(channel, &kFunctions, &port);
}

void send_over_port(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  const auto done = [](void* data, int status, int, unsigned char*, int) {
    query_of(data).on_done(status, {});
  };
  ares_send(channel, packet.data(), static_cast<int>(packet.size()), done, &query);
}

void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  const auto done = [](void* data, int status, int, unsigned char* bytes, int size) {
    query_of(data).on_done(status, {bytes, static_cast<size_t>(size)});
  };
  ares_send(channel, packet.data(), static_cast<int>(packet.size()), done, &query);
}

#endif

}  // namespace mxbulk::net
