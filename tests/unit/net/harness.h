// The real transport on a real loop, and a scripted resolver in the test.
//
// Threads: one; the resolver is served between two iterations of the loop. Ownership: owns all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/ares_transport.h"
#include "net/loop.h"

namespace mxbulk::test {

using Bytes = std::vector<uint8_t>;

// A UDP socket on 127.0.0.1 that answers as `script` says.
class PlayedResolver {
 public:
  // The datagrams to send for one question, in order.
  using Script = std::function<std::vector<Bytes>(const Bytes& question)>;

  // `port` 0: any free one.
  explicit PlayedResolver(Script script, uint16_t port = 0);
  ~PlayedResolver();
  PlayedResolver(const PlayedResolver&) = delete;
  PlayedResolver& operator=(const PlayedResolver&) = delete;

  [[nodiscard]] uint16_t port() const { return port_; }
  [[nodiscard]] size_t questions() const { return questions_; }
  // Source ports that were seen.
  [[nodiscard]] const std::set<uint16_t>& peers() const { return peers_; }
  // Answers what has arrived.
  void serve();

 private:
  Script script_;
  int fd_;
  uint16_t port_ = 0;
  size_t questions_ = 0;
  std::set<uint16_t> peers_;
};

// The empty answer (NODATA) to `question`.
[[nodiscard]] Bytes empty_answer(const Bytes& question);
// A port of 127.0.0.1 where nothing listens.
[[nodiscard]] uint16_t closed_port();
[[nodiscard]] Endpoint loopback(uint16_t port);

class Harness final : public asking::DnsReplySink {
 public:
  struct Reply {
    uint64_t ticket;
    asking::ReplyKind kind;
    Bytes bytes;
    bool kept_case;
  };

  explicit Harness(std::vector<Endpoint> resolvers, int64_t timeout_us = 5'000'000);
  explicit Harness(const std::vector<uint16_t>& ports, int64_t timeout_us = 5'000'000);
  explicit Harness(uint16_t port, int64_t timeout_us = 5'000'000)
      : Harness(std::vector<uint16_t>{port}, timeout_us) {}

  // Asks; the ticket is the number of the question, from 0.
  uint64_t ask(std::string_view name, RecordType type = RecordType::kMx, Proto proto = Proto::kUdp,
               uint8_t upstream = 0);
  // How the letters of the questions that follow are written; at first in lower case.
  void set_letter_case(asking::LetterCase letter_case) { letter_case_ = letter_case; }
  // Runs the loop once, until every question has its reply; more than 20 s fail the test.
  void run();

  void set_resolver(PlayedResolver* resolver) { resolver_ = resolver; }
  // Called after each reply; may ask on.
  void set_then(std::function<void(const Reply&)> then) { then_ = std::move(then); }

  [[nodiscard]] const std::vector<Reply>& replies() const { return replies_; }
  [[nodiscard]] const Reply& reply_to(uint64_t ticket) const;
  [[nodiscard]] size_t count(asking::ReplyKind kind) const;
  [[nodiscard]] uint64_t forged() const { return transport_->forged(); }
  [[nodiscard]] size_t channels() const { return transport_->channels(); }

  void on_reply(const asking::DnsReply& reply) override;

 private:
  SteadyClock clock_;
  int64_t timeout_us_;
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::AresTransport> transport_;  // goes before the loop
  PlayedResolver* resolver_ = nullptr;
  std::function<void(const Reply&)> then_;
  std::vector<Reply> replies_;
  uint64_t asked_ = 0;
  asking::LetterCase letter_case_ = asking::LetterCase::kLower;
};

}  // namespace mxbulk::test
