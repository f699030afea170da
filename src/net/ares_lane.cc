#include "net/ares_lane.h"

#include <netinet/in.h>
#include <sys/uio.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace mxbulk::net {
namespace {

// RFC 1035 §4.1.1
constexpr uint8_t kNoError = 0;
constexpr uint8_t kNxDomain = 3;

bool is_same_but_case(uint8_t a, uint8_t b) {
  return ascii_lower(a) == ascii_lower(b);
}

}  // namespace

AresLane::AresLane(Shared& shared, const Endpoint& resolver, int64_t timeout_us)
    : shared_(shared),
      timeout_us_(timeout_us),
      port_(std::make_unique<UdpPort>()),
      // Opened here and not by the first query, so that its capacity is known before.
      is_open_(port_->open(resolver.address.is_v4() ? AF_INET : AF_INET6)),
      capacity_(std::min(port_->receive_capacity(), limits::kLaneInFlightMax)),
      book_(capacity_),
      channel_(std::make_unique<AresChannel>(resolver, 0, timeout_us, nullptr, nullptr)) {
  if (channel_->ok()) {
    take_over_sockets();
  } else {
    is_open_ = false;
  }
}

AresLane::~AresLane() = default;

#if ARES_VERSION >= 0x012200
// From 1.34 on c-ares reads one datagram a call, unless it is told that another read cannot block:
// the rest of a batch would be lost to the next lane.
void AresLane::take_over_sockets() {
  ares_socket_functions_ex functions{};
  functions.version = 1;
  functions.flags = ARES_SOCKFUNC_FLAG_NONBLOCKING;
  functions.asocket = on_socket;
  functions.aclose = on_close;
  functions.asetsockopt = [](ares_socket_t, ares_socket_opt_t, const void*, ares_socklen_t, void*) {
    errno = ENOSYS;  // it takes that for our decision
    return -1;
  };
  functions.aconnect = [](ares_socket_t fd, const sockaddr* address, ares_socklen_t size, unsigned,
                          void* lane) { return on_connect(fd, address, size, lane); };
  functions.arecvfrom = on_receive;
  functions.asendto = [](ares_socket_t fd, const void* octets, size_t size, int, const sockaddr*,
                         ares_socklen_t, void* lane) {
    const iovec part{const_cast<void*>(octets), size};
    return on_send(fd, &part, 1, lane);
  };
  ares_set_socket_functions_ex(channel_->get(), &functions, this);
}
#else
void AresLane::take_over_sockets() {
  // c-ares keeps a pointer to this table.
  static const ares_socket_functions kFunctions = {on_socket, on_close, on_connect, on_receive,
                                                   on_send};
  ares_set_socket_functions(channel_->get(), &kFunctions, this);
}
#endif

void AresLane::ask(const asking::DnsQuery& query) {
  assert(has_room());
  OpenQuery& open = book_.open(shared_.loop.now_us() + timeout_us_);
  open.lane = this;
  open.ticket = query.ticket;
  open.takes_any_case = query.letter_case == asking::LetterCase::kProbe;
  open.drawn_id = ids_.take(shared_.random);
  open.question_size = static_cast<uint16_t>(dns::question_end(query.name) - dns::kHeaderBytes);
  std::array<uint8_t, dns::kQueryBytesMax> packet;
  const size_t size = dns::build_query(packet, open.drawn_id, query.name, query.type, query.edns);
  if (query.letter_case != asking::LetterCase::kLower) {
    dns::mix_case(std::span(packet).subspan(dns::kHeaderBytes, query.name.size()),
                  shared_.random.take<uint64_t>());
  }
  ++asked_;
  open.is_with_cares = true;
  asking_ = &open;
  packet_ = std::span(packet).first(size);
  ares_send(channel_->get(), packet.data(), static_cast<int>(size), on_done, &open);
  asking_ = nullptr;
}

void AresLane::flush() {
  if (!port_ || !port_->has_queued()) return;
  watch(port_->flush() == SendQueue::Result::kBlocked);
}

void AresLane::expire(int64_t now_us) {
  if (idle()) return;
  ares_process_fd(channel_->get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  while (OpenQuery* const query = book_.overdue(now_us)) {
    settle(*query, asking::ReplyKind::kTimeout);
  }
}

// --- the socket functions that c-ares calls --------------------------------------------------

ares_socket_t AresLane::on_socket(int, int, int, void* data) {
  auto* const lane = static_cast<AresLane*>(data);
  return lane->is_open_ ? lane->port_->fd() : ARES_SOCKET_BAD;
}

int AresLane::on_close(ares_socket_t, void* data) {
  auto* const lane = static_cast<AresLane*>(data);
  lane->is_open_ = false;
  lane->watch_.reset();
  lane->port_.reset();
  return 0;
}

int AresLane::on_connect(ares_socket_t fd, const sockaddr* address, ares_socklen_t size,
                         void* data) {
  auto* const lane = static_cast<AresLane*>(data);
  std::memcpy(&lane->peer_, address, size);
  lane->peer_size_ = size;
  if (connect(fd, address, size) != 0) return -1;
  lane->watch_ = std::make_unique<SocketWatch>(
      lane->shared_.loop.handle(), fd, [lane](bool readable, bool writable) {
        if (writable) lane->flush();
        if (!readable) return;
        lane->receive_budget_ = limits::kReceiveBatchesMax;
        lane->shared_.received.clear();  // of another lane that was closed meanwhile
        ares_process_fd(lane->channel_->get(), lane->port_->fd(), ARES_SOCKET_BAD);
      });
  if (!lane->watch_->ok()) {
    errno = ENOBUFS;  // any error closes the lane: nobody would hear its answers
    return -1;
  }
  lane->watch(false);
  return 0;
}

// Always takes everything: a full buffer or an ICMP message must not fail what is in flight.
ares_ssize_t AresLane::on_send(ares_socket_t, const iovec* parts, int count, void* data) {
  auto* const lane = static_cast<AresLane*>(data);
  ares_ssize_t total = 0;
  for (int i = 0; i < count; ++i) {
    const std::span packet(static_cast<const uint8_t*>(parts[i].iov_base), parts[i].iov_len);
    lane->send_asked(packet);
    total += static_cast<ares_ssize_t>(packet.size());
  }
  return total;
}

// c-ares from 1.30 on writes packets anew, with an ID of its own, and a cookie (RFC 7873) that the
// longest name leaves no room for: its ID counts, and what goes out is our packet.
void AresLane::send_asked(std::span<const uint8_t> rewritten) {
  OpenQuery* const query = std::exchange(asking_, nullptr);
  if (query == nullptr || rewritten.size() < dns::kHeaderBytes) return;
  std::copy_n(rewritten.begin(), 2, packet_.begin());
  const auto question = packet_.subspan(dns::kHeaderBytes, query->question_size);
  std::copy(question.begin(), question.end(), query->question.begin());
  book_.file(*query, static_cast<uint16_t>(packet_[0] << 8 | packet_[1]));
  port_->queue(packet_);
}

ares_ssize_t AresLane::on_receive(ares_socket_t, void* buffer, size_t size, int, sockaddr* from,
                                  ares_socklen_t* from_size, void* data) {
  auto* const lane = static_cast<AresLane*>(data);
  if (from != nullptr && from_size != nullptr) {
    std::memcpy(from, &lane->peer_, std::min(*from_size, lane->peer_size_));
    *from_size = lane->peer_size_;
  }
  return lane->receive({static_cast<uint8_t*>(buffer), size});
}

// Passes over forgeries; keeps the bytes of a true answer and gives c-ares its header and question.
ares_ssize_t AresLane::receive(std::span<uint8_t> out) {
  while (const auto datagram = next_datagram()) {
    const auto [query, kept_case] = match(*datagram);
    if (query == nullptr) {
      ++shared_.forged;
      continue;
    }
    shared_.replies.add(query->ticket, *datagram, kept_case);
    book_.stop_waiting(*query);
    if (!query->is_with_cares) {
      let_go(*query);
      continue;
    }
    const std::span<const uint8_t> asked = query->asked();
    assert(dns::kHeaderBytes + asked.size() <= out.size());
    std::memcpy(out.data(), datagram->data(), 2);
    std::memset(out.data() + 2, 0, dns::kHeaderBytes - 2);
    out[2] = 0x81;  // QR, RD
    out[3] = 0x80;  // RA, NOERROR
    out[5] = 1;     // one question
    std::memcpy(out.data() + dns::kHeaderBytes, asked.data(), asked.size());
    return static_cast<ares_ssize_t>(dns::kHeaderBytes + asked.size());
  }
  errno = EAGAIN;
  return -1;
}

// A batch is read to its end, for the next lane uses the same.
std::optional<std::span<const uint8_t>> AresLane::next_datagram() {
  if (const auto datagram = shared_.received.next()) return datagram;
  if (receive_budget_ == 0 || !shared_.received.fill(port_->fd())) return std::nullopt;
  --receive_budget_;
  return shared_.received.next();
}

// ID and question octet by octet (RFC 5452 §9.1). A refusal may leave the question out, for it says
// nothing about a name; NXDOMAIN does.
AresLane::Match AresLane::match(std::span<const uint8_t> datagram) const {
  if (datagram.size() < dns::kHeaderBytes) return {};
  OpenQuery* const query = book_.find(static_cast<uint16_t>(datagram[0] << 8 | datagram[1]));
  const bool is_response = (datagram[2] & 0x80) != 0;
  if (query == nullptr || !is_response) return {};
  const std::span<const uint8_t> rest = datagram.subspan(dns::kHeaderBytes);
  const bool has_no_question = datagram[4] == 0 && datagram[5] == 0;
  const uint8_t rcode = datagram[3] & 0x0F;
  const bool is_refusal = rcode != kNoError && rcode != kNxDomain;
  if (has_no_question) return {is_refusal && rest.empty() ? query : nullptr};
  const std::span<const uint8_t> asked = query->asked();
  if (rest.size() < asked.size()) return {};
  if (std::equal(asked.begin(), asked.end(), rest.begin())) return {query};
  if (!query->takes_any_case) return {};
  const bool is_same_name = std::equal(asked.begin(), asked.end(), rest.begin(), is_same_but_case);
  return {is_same_name ? query : nullptr, false};
}

void AresLane::on_done(void* data, int status, int, unsigned char*, int) {
  OpenQuery& query = *static_cast<OpenQuery*>(data);
  AresLane& lane = *query.lane;
  query.is_with_cares = false;
  if (!query.waits) {
    lane.let_go(query);
  } else if (status != ARES_ETIMEOUT) {  // whose time is over, expire() says
    lane.settle(query, asking::ReplyKind::kLocalTrouble);
  }
}

void AresLane::settle(OpenQuery& query, asking::ReplyKind kind) {
  shared_.replies.add(query.ticket, kind);
  book_.stop_waiting(query);
  if (!query.is_with_cares) let_go(query);
}

void AresLane::let_go(OpenQuery& query) {
  ids_.give_back(query.drawn_id);
  book_.release(query);
}

void AresLane::watch(bool for_room) {
  if (watch_) watch_->want(true, for_room);
}

}  // namespace mxbulk::net
