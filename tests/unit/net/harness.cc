#include "unit/net/harness.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace mxbulk::test {
namespace {

constexpr int64_t kPatienceUs = 20'000'000;
constexpr int64_t kServeEveryUs = 1'000;  // how often the scripted resolver is served

int bound_socket(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int buffer = 1 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

PlayedResolver::PlayedResolver(Script script, uint16_t port)
    : script_(std::move(script)), fd_(bound_socket(port)), port_(port_of(fd_)) {}

PlayedResolver::~PlayedResolver() {
  close(fd_);
}

void PlayedResolver::serve() {
  while (true) {
    Bytes question(4'096);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = recvfrom(fd_, question.data(), question.size(), 0,
                                 reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) return;
    ++questions_;
    peers_.insert(ntohs(from.sin_port));
    question.resize(static_cast<size_t>(got));
    for (const Bytes& answer : script_(question)) {
      EXPECT_EQ(sendto(fd_, answer.data(), answer.size(), 0,
                       reinterpret_cast<const sockaddr*>(&from), size),
                static_cast<ssize_t>(answer.size()));
    }
  }
}

Bytes empty_answer(const Bytes& question) {
  size_t end = dns::kHeaderBytes;
  while (question[end] != 0) end += 1U + question[end];
  Bytes answer(question.begin(), question.begin() + static_cast<ptrdiff_t>(end) + 5);
  answer[2] = 0x81;
  answer[3] = 0x80;
  std::fill(answer.begin() + 6, answer.begin() + 12, uint8_t{0});
  return answer;
}

uint16_t closed_port() {
  const int fd = bound_socket(0);
  const uint16_t port = port_of(fd);
  close(fd);
  return port;
}

Endpoint loopback(uint16_t port) {
  constexpr std::array<uint8_t, 4> kLoopback = {127, 0, 0, 1};
  return {IpAddress::v4(kLoopback), port};
}

namespace {

std::vector<Endpoint> on_loopback(const std::vector<uint16_t>& ports) {
  std::vector<Endpoint> resolvers;
  for (const uint16_t port : ports) resolvers.push_back(loopback(port));
  return resolvers;
}

}  // namespace

Harness::Harness(const std::vector<uint16_t>& ports, int64_t timeout_us)
    : Harness(on_loopback(ports), timeout_us) {}

Harness::Harness(std::vector<Endpoint> resolvers, int64_t timeout_us) : timeout_us_(timeout_us) {
  loop_ = std::move(net::Loop::create(clock_).value());
  transport_ = std::make_unique<net::AresTransport>(*loop_, resolvers, timeout_us);
}

uint64_t Harness::ask(std::string_view name, RecordType type, Proto proto, uint8_t upstream) {
  const DomainName wire = DomainName::from_text(name).value();
  transport_->ask({.ticket = asked_,
                   .name = wire.view(),
                   .type = type,
                   .upstream = upstream,
                   .proto = proto,
                   .letter_case = letter_case_,
                   .timeout_us = timeout_us_});
  return asked_++;
}

void Harness::run() {
  const int64_t end_us = clock_.now_us() + kPatienceUs;
  loop_->run([&](int64_t now_us) {
    transport_->deliver(*this, now_us);
    transport_->flush();
    if (resolver_ != nullptr) resolver_->serve();
    if (replies_.size() == asked_ || now_us > end_us) loop_->stop();
    return now_us + kServeEveryUs;
  });
  EXPECT_EQ(replies_.size(), asked_) << "questions without a reply";
}

const Harness::Reply& Harness::reply_to(uint64_t ticket) const {
  const auto is_it = [ticket](const Reply& reply) { return reply.ticket == ticket; };
  EXPECT_EQ(std::count_if(replies_.begin(), replies_.end(), is_it), 1) << ticket;
  return *std::find_if(replies_.begin(), replies_.end(), is_it);
}

size_t Harness::count(asking::ReplyKind kind) const {
  return static_cast<size_t>(std::count_if(replies_.begin(), replies_.end(),
                                           [kind](const Reply& r) { return r.kind == kind; }));
}

void Harness::on_reply(const asking::DnsReply& reply) {
  replies_.push_back({.ticket = reply.ticket,
                      .kind = reply.kind,
                      .bytes = {reply.bytes.begin(), reply.bytes.end()},
                      .kept_case = reply.kept_case});
  const Reply copy = replies_.back();
  if (then_) then_(copy);
}

}  // namespace mxbulk::test
