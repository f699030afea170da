#include "net/cares_api.h"

#include <sys/uio.h>

#include <cerrno>
#include <memory>

namespace mxbulk::net {
namespace {

DatagramPort& port_of(void* data) {
  return *static_cast<DatagramPort*>(data);
}

CaresQuery& query_of(void* data) {
  return *static_cast<CaresQuery*>(data);
}

ares_socket_t on_open(int, int, int, void* port) {
  return port_of(port).open_port();
}

int on_close(ares_socket_t, void* port) {
  port_of(port).close_port();
  return 0;
}

ares_ssize_t on_receive(ares_socket_t, void* buffer, size_t size, int, sockaddr* from,
                        ares_socklen_t* from_size, void* port) {
  return port_of(port).receive_packet({static_cast<uint8_t*>(buffer), size}, from, from_size);
}

}  // namespace

#if ARES_VERSION >= 0x012200

int set_version_options(ares_options& options) {
  options.qcache_max_ttl = 0;            // each question is asked once in a run anyway
  options.maxtimeout = options.timeout;  // else it takes 5 s for the longest timeout
  return ARES_OPT_QUERY_CACHE | ARES_OPT_MAXTIMEOUTMS;
}

void use_port(ares_channel channel, DatagramPort& port) {
  ares_socket_functions_ex functions{};
  functions.version = 1;
  functions.flags = ARES_SOCKFUNC_FLAG_NONBLOCKING;  // else it reads one datagram a call
  functions.asocket = on_open;
  functions.aclose = on_close;
  functions.asetsockopt = [](ares_socket_t, ares_socket_opt_t, const void*, ares_socklen_t, void*) {
    errno = ENOSYS;  // it takes that for our decision
    return -1;
  };
  functions.aconnect = [](ares_socket_t, const sockaddr* address, ares_socklen_t size, unsigned,
                          void* data) {
    return port_of(data).connect_port(address, size) ? 0 : -1;
  };
  functions.arecvfrom = on_receive;
  functions.asendto = [](ares_socket_t, const void* bytes, size_t size, int, const sockaddr*,
                         ares_socklen_t, void* data) {
    port_of(data).send_packet({static_cast<const uint8_t*>(bytes), size});
    return static_cast<ares_ssize_t>(size);
  };
  ares_set_socket_functions_ex(channel, &functions, &port);
}

namespace {

void send(ares_channel channel, std::span<const uint8_t> packet, ares_callback_dnsrec done,
          CaresQuery& query) {
  ares_dns_record_t* record = nullptr;
  const ares_status_t status = ares_dns_parse(packet.data(), packet.size(), 0, &record);
  if (status == ARES_SUCCESS) {
    (void)ares_send_dnsrec(channel, record, done, &query, nullptr);
    ares_dns_record_destroy(record);
  } else {
    query.on_done(static_cast<int>(status), {});
  }
}

}  // namespace

void send_over_port(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  send(
      channel, packet,
      [](void* data, ares_status_t status, size_t, const ares_dns_record_t*) {
        query_of(data).on_done(static_cast<int>(status), {});
      },
      query);
}

void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  send(
      channel, packet,
      [](void* data, ares_status_t status, size_t, const ares_dns_record_t* answer) {
        unsigned char* bytes = nullptr;
        size_t size = 0;
        if (status == ARES_SUCCESS) status = ares_dns_write(answer, &bytes, &size);
        query_of(data).on_done(static_cast<int>(status), {bytes, size});
        ares_free_string(bytes);
      },
      query);
}

#else

int set_version_options(ares_options&) {
#ifdef ARES_OPT_QUERY_CACHE
  options.qcache_max_ttl = 0;
  return ARES_OPT_QUERY_CACHE;
#else
  return 0;
#endif
}

void use_port(ares_channel channel, DatagramPort& port) {
  // c-ares keeps a pointer to this table.
  static const ares_socket_functions kFunctions = {
      on_open, on_close,
      [](ares_socket_t, const sockaddr* address, ares_socklen_t size, void* data) {
        return port_of(data).connect_port(address, size) ? 0 : -1;
      },
      on_receive,
      [](ares_socket_t, const iovec* parts, int count, void* data) {
        ares_ssize_t total = 0;
        for (const iovec& part : std::span(parts, static_cast<size_t>(count))) {
          port_of(data).send_packet({static_cast<const uint8_t*>(part.iov_base), part.iov_len});
          total += static_cast<ares_ssize_t>(part.iov_len);
        }
        return total;
      }};
  ares_set_socket_functions(channel, &kFunctions, &port);
}

void send_over_port(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  ares_send(
      channel, packet.data(), static_cast<int>(packet.size()),
      [](void* data, int status, int, unsigned char*, int) { query_of(data).on_done(status, {}); },
      &query);
}

void send_over_tcp(ares_channel channel, std::span<const uint8_t> packet, CaresQuery& query) {
  ares_send(
      channel, packet.data(), static_cast<int>(packet.size()),
      [](void* data, int status, int, unsigned char* bytes, int size) {
        query_of(data).on_done(status, {bytes, static_cast<size_t>(size)});
      },
      &query);
}

#endif

}  // namespace mxbulk::net
