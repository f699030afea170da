#include "net/ares_lane.h"

#include <netinet/in.h>
#include <sys/uio.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace mxbulk::net {
namespace {

// Datagrams read before other sockets and timers get their turn.
constexpr uint32_t kReceiveBudget = 512;
// RFC 1035 §4.1.1
constexpr uint8_t kNoError = 0;
constexpr uint8_t kNxDomain = 3;

bool is_same_but_case(uint8_t a, uint8_t b) {
  return ascii_lower(a) == ascii_lower(b);
}

}  // namespace

AresLane::AresLane(Loop& loop, const Endpoint& resolver, int64_t timeout_us, ReplyBox& replies,
                   uint64_t& forged)
    : loop_(loop), replies_(replies), forged_(forged) {
  // c-ares keeps a pointer to this table.
  static const ares_socket_functions kFunctions = {on_socket, on_close, on_connect, on_receive,
                                                   on_send};
  channel_ = std::make_unique<AresChannel>(resolver, 0, timeout_us, nullptr, nullptr);
  if (!channel_->ok()) return;
  ares_set_socket_functions(channel_->get(), &kFunctions, this);
  // Opened here and not by the first query, so that its capacity is known before.
  port_ = std::make_unique<UdpPort>();
  is_open_ = port_->open(resolver.address.is_v4() ? AF_INET : AF_INET6);
  capacity_ = std::min(port_->receive_capacity(), limits::kLaneInFlightMax);
  by_id_.resize(std::bit_ceil(capacity_));
}

AresLane::~AresLane() = default;

void AresLane::ask(const engine::DnsQuery& query) {
  assert(has_room());
  if (free_.empty()) {
    pool_.emplace_back();
    free_.push_back(&pool_.back());
  }
  Pending* const pending = free_.back();
  free_.pop_back();
  std::array<uint8_t, dns::kQueryBytesMax> packet{};
  pending->lane = this;
  pending->ticket = query.ticket;
  pending->has_reply = false;
  pending->takes_any_case = query.letter_case == engine::LetterCase::kProbe;
  pending->id = ids_.take(random_);
  const size_t size = dns::build_query(packet, pending->id, query.name, query.type, query.edns);
  if (query.letter_case != engine::LetterCase::kLower) {
    dns::mix_case(std::span(packet).subspan(dns::kHeaderBytes, query.name.size()),
                  random_.take<uint64_t>());
  }
  pending->question_size = static_cast<uint16_t>(dns::question_end(query.name) - dns::kHeaderBytes);
  std::memcpy(pending->question.data(), packet.data() + dns::kHeaderBytes, pending->question_size);
  pending->next = std::exchange(bucket_of(pending->id), pending);
  ++in_flight_;
  ares_send(channel_->get(), packet.data(), static_cast<int>(size), on_done, pending);
}

void AresLane::flush() {
  if (!port_ || !port_->has_queued()) return;
  watch(port_->flush() == SendQueue::Result::kBlocked);
}

void AresLane::expire() {
  if (in_flight_ > 0) ares_process_fd(channel_->get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
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
  lane->watch_ =
      std::make_unique<SocketWatch>(lane->loop_.handle(), fd, [lane](bool readable, bool writable) {
        if (writable) lane->flush();
        if (!readable) return;
        lane->receive_budget_ = kReceiveBudget;
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
    lane->port_->queue({static_cast<const uint8_t*>(parts[i].iov_base), parts[i].iov_len});
    total += static_cast<ares_ssize_t>(parts[i].iov_len);
  }
  return total;
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
  while (receive_budget_ > 0) {
    --receive_budget_;
    const auto datagram = port_->next_datagram();
    if (!datagram) break;
    const auto [pending, kept_case] = match(*datagram);
    if (pending == nullptr) {
      ++forged_;
      continue;
    }
    pending->has_reply = true;
    replies_.add(pending->ticket, *datagram, kept_case);
    const size_t size = dns::kHeaderBytes + pending->question_size;
    assert(size <= out.size());
    std::memcpy(out.data(), datagram->data(), 2);
    std::memset(out.data() + 2, 0, dns::kHeaderBytes - 2);
    out[2] = 0x81;  // QR, RD
    out[3] = 0x80;  // RA, NOERROR
    out[5] = 1;     // one question
    std::memcpy(out.data() + dns::kHeaderBytes, pending->question.data(), pending->question_size);
    return static_cast<ares_ssize_t>(size);
  }
  errno = EAGAIN;
  return -1;
}

AresLane::Pending* AresLane::find(uint16_t id) {
  Pending* pending = bucket_of(id);
  while (pending != nullptr && pending->id != id) pending = pending->next;
  return pending;
}

// Requires: it is in flight.
void AresLane::forget(const Pending& pending) {
  Pending** at = &bucket_of(pending.id);
  while (*at != &pending) at = &(*at)->next;
  *at = pending.next;
}

// ID and question octet by octet (RFC 5452 §9.1). A refusal may leave the question out, for it says
// nothing about a name; NXDOMAIN does.
AresLane::Match AresLane::match(std::span<const uint8_t> datagram) {
  if (datagram.size() < dns::kHeaderBytes) return {};
  Pending* const pending = find(static_cast<uint16_t>(datagram[0] << 8 | datagram[1]));
  if (pending == nullptr || pending->has_reply) return {};
  const bool is_response = (datagram[2] & 0x80) != 0;
  if (!is_response) return {};
  const std::span<const uint8_t> rest = datagram.subspan(dns::kHeaderBytes);
  const bool has_no_question = datagram[4] == 0 && datagram[5] == 0;
  const uint8_t rcode = datagram[3] & 0x0F;
  const bool is_refusal = rcode != kNoError && rcode != kNxDomain;
  if (has_no_question) return {is_refusal && rest.empty() ? pending : nullptr};
  if (rest.size() < pending->question_size) return {};
  const std::span<const uint8_t> asked = std::span(pending->question).first(pending->question_size);
  if (std::equal(asked.begin(), asked.end(), rest.begin())) return {pending};
  if (!pending->takes_any_case) return {};
  const bool is_same_name = std::equal(asked.begin(), asked.end(), rest.begin(), is_same_but_case);
  return {is_same_name ? pending : nullptr, false};
}

void AresLane::on_done(void* data, int status, int, unsigned char*, int) {
  auto* const pending = static_cast<Pending*>(data);
  pending->lane->settle(*pending, status);
}

void AresLane::settle(Pending& pending, int status) {
  if (!pending.has_reply) {
    const bool is_timeout = status == ARES_ETIMEOUT;
    replies_.add(pending.ticket,
                 is_timeout ? engine::ReplyKind::kTimeout : engine::ReplyKind::kLocalTrouble);
  }
  forget(pending);
  ids_.give_back(pending.id);
  --in_flight_;
  free_.push_back(&pending);
}

void AresLane::watch(bool for_room) {
  if (watch_) watch_->want(true, for_room);
}

}  // namespace mxbulk::net
