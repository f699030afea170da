#include "net/udp_channel.h"

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

UdpChannel::UdpChannel(Shared& shared, const Endpoint& resolver, int64_t timeout_us)
    : shared_(shared),
      timeout_us_(timeout_us),
      port_(std::make_unique<UdpPort>()),
      // Opened here and not by the first query, so that its capacity is known before.
      is_open_(port_->open(resolver.address.is_v4() ? AF_INET : AF_INET6)),
      capacity_(std::min(port_->receive_capacity(), limits::kUdpChannelInFlightMax)),
      book_(capacity_),
      channel_(std::make_unique<CaresChannel>(resolver, 0, 2 * timeout_us, nullptr, nullptr)) {
  if (channel_->ok()) {
    use_port(channel_->get(), *this);
  } else {
    is_open_ = false;
  }
}

UdpChannel::~UdpChannel() = default;

void UdpChannel::ask(const asking::DnsQuery& query) {
  assert(has_room());
  OpenQuery& open = book_.open(shared_.loop.now_us() + timeout_us_);
  open.channel = this;
  open.ticket = query.ticket;
  open.takes_any_case = query.letter_case == asking::LetterCase::kTest;
  open.drawn_id = ids_.take(shared_.random);
  open.question_size = static_cast<uint16_t>(dns::question_end(query.name) - dns::kHeaderBytes);
  std::array<uint8_t, dns::kQueryBytesMax> packet;
  const size_t size = dns::build_query(packet, open.drawn_id, query.name, query.type, query.edns);
  if (query.letter_case != asking::LetterCase::kLower) {
    dns::mix_case(std::span(packet).subspan(dns::kHeaderBytes, query.name.size()),
                  shared_.random.take<uint64_t>());
  }
  ++asked_;
  asking_ = &open;
  packet_ = std::span(packet).first(size);
  send_over_port(channel_->get(), packet_, open);
  asking_ = nullptr;
}

void UdpChannel::flush() {
  if (!port_ || !port_->has_queued()) return;
  watch(port_->flush() == SendQueue::Result::kBlocked);
}

void UdpChannel::expire(int64_t now_us) {
  if (book_.overdue(now_us) == nullptr) return;
  expired_by_us_ = now_us;
  process();
}

// A batch at a time: the answers of a batch must be reported before the next one takes its place.
void UdpChannel::read() {
  for (uint32_t batch = 0; batch < limits::kReceiveBatchesMax && port_; ++batch) {
    if (!shared_.received.fill(port_->fd())) return;
    process();
    if (!shared_.received.was_full()) return;
  }
}

// Lets c-ares read all that has arrived and all that is overdue.
void UdpChannel::process() {
  ares_process_fd(channel_->get(), port_ ? port_->fd() : ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  shared_.received.clear();
  // c-ares has called back for each of them, except that 1.34.7 and 1.34.8 may never call back for
  // about one query in 10,000: those are reported here, and stay in book_ until c-ares calls back.
  while (OpenQuery* const query = end_next()) ended_.push_back(query);
  for (OpenQuery* const query : ended_) {
    if (!query->is_reported) report(*query, asking::ReplyKind::kTimeout);
  }
  ended_.clear();
}

// The next query that ends: its answer has arrived, or its time is over.
OpenQuery* UdpChannel::end_next() {
  while (const auto datagram = shared_.received.next()) {
    const auto [query, kept_case] = match(*datagram);
    if (query == nullptr) {
      ++shared_.forged;
      continue;
    }
    query->answer = *datagram;
    query->kept_case = kept_case;
    book_.stop_waiting(*query);
    return query;
  }
  OpenQuery* const query = book_.overdue(expired_by_us_);
  if (query != nullptr) book_.stop_waiting(*query);
  return query;
}

// --- the socket of c-ares ------------------------------------------------------------------------

ares_socket_t UdpChannel::open_port() {
  return is_open_ ? port_->fd() : ARES_SOCKET_BAD;
}

void UdpChannel::close_port() {
  is_open_ = false;
  watch_.reset();
  port_.reset();
}

bool UdpChannel::connect_port(const Peer& peer) {
  const auto* const address = reinterpret_cast<const sockaddr*>(&peer.address);
  if (connect(port_->fd(), address, peer.size) != 0) return false;
  watch_ = std::make_unique<SocketWatch>(shared_.loop.handle(), port_->fd(),
                                         [this](bool readable, bool writable) {
                                           if (writable) flush();
                                           if (readable) read();
                                         });
  if (!watch_->ok()) {
    errno = ENOBUFS;  // any error closes the channel: its answers could not be read
    return false;
  }
  watch(false);
  return true;
}

// A full buffer or an ICMP message must not fail what is in flight: what cannot be sent is lost.
// c-ares from 1.30 on writes packets again, with an ID of its own, and a cookie (RFC 7873) that the
// longest name leaves no room for. So c-ares chooses the ID; all other octets sent are ours.
void UdpChannel::send_packet(std::span<const uint8_t> packet) {
  OpenQuery* const query = std::exchange(asking_, nullptr);
  if (query == nullptr || packet.size() < dns::kHeaderBytes) return;
  std::copy_n(packet.begin(), 2, packet_.begin());
  const auto question = packet_.subspan(dns::kHeaderBytes, query->question_size);
  std::copy(question.begin(), question.end(), query->question.begin());
  book_.file(*query, static_cast<uint16_t>(packet_[0] << 8 | packet_[1]));
  port_->queue(packet_);
}

std::optional<DatagramPort::Ended> UdpChannel::next_ended() {
  OpenQuery* const query = end_next();
  if (query == nullptr) return std::nullopt;
  ended_.push_back(query);
  return Ended{query->wire_id, query->asked()};
}

// ID and question octet by octet (RFC 5452 §9.1). A refusal may leave the question out, for it says
// nothing about a name; NXDOMAIN does.
UdpChannel::Match UdpChannel::match(std::span<const uint8_t> datagram) const {
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

void OpenQuery::on_done(int status, std::span<const uint8_t>) {
  channel->on_done(*this, status);
}

void UdpChannel::on_done(OpenQuery& query, int status) {
  if (query.waits) {  // c-ares could not send it, or is being taken down
    book_.stop_waiting(query);
    report(query, status == ARES_ETIMEOUT ? asking::ReplyKind::kTimeout
                                          : asking::ReplyKind::kLocalTrouble);
  } else if (!query.is_reported) {
    report(query, asking::ReplyKind::kTimeout);
  }
  ids_.give_back(query.drawn_id);
  book_.release(query);
}

void UdpChannel::report(OpenQuery& query, asking::ReplyKind without_answer) {
  query.is_reported = true;
  if (query.answer.empty()) {
    shared_.replies.add(query.ticket, without_answer);
  } else {
    shared_.replies.add(query.ticket, query.answer, query.kept_case);
  }
}

void UdpChannel::watch(bool for_room) {
  if (watch_) watch_->want(true, for_room);
}

}  // namespace mxbulk::net
