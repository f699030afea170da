#include "support/fault_profile.h"

#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "support/packet.h"

namespace mxbulk::test {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr unsigned kNxdomain = 3;
constexpr uint16_t kPayloadBytes = 1'232;
constexpr int kGarbageBytes = 40;
constexpr uint32_t kFalseTtlS = 300;
constexpr std::string_view kFalseIpv4("\x50\x51\x01\x01",
                                      4);  // public, as those of search pages are
constexpr std::string_view kFalseIpv6("\x2a\x02\x02\xe0\x03\xfe\0\0\0\0\0\0\0\0\0\x01", 16);
constexpr std::string_view kInvalid("\x07invalid\0", 9);

// A valid question.
class Question {
 public:
  explicit Question(std::span<const uint8_t> query) : query_(query.begin(), query.end()) {
    size_t at = kHeaderBytes;
    while (query_[at] != 0) at += 1 + static_cast<uint8_t>(query_[at]);
    name_end_ = at + 1;
  }

  [[nodiscard]] std::string name() const {  // in lower case
    return ascii_lower_copy(
        std::string_view(query_).substr(kHeaderBytes, name_end_ - kHeaderBytes));
  }
  [[nodiscard]] uint16_t type() const { return number(name_end_); }

  // A response with this question alone.
  [[nodiscard]] std::string reply(unsigned rcode) const {
    std::string bytes = query_.substr(0, end());
    bytes[2] = static_cast<char>(0x80 | (query_[2] & 0x01));  // QR, RD as asked
    bytes[3] = static_cast<char>(0x80 | rcode);               // RA
    bytes.replace(6, 6, 6, '\0');
    return bytes;
  }
  // Ends `bytes` with an OPT record if the query has one.
  [[nodiscard]] std::string with_opt(std::string bytes) const {
    const bool has_opt =
        number(10) > 0 && query_.size() >= end() + 11 && number(end() + 1) == kTypeOpt;
    if (!has_opt) return bytes;
    bytes[11] = 1;
    return bytes + wire(".") + u16(kTypeOpt) + u16(kPayloadBytes) + u32(0) + u16(0);
  }

 private:
  [[nodiscard]] size_t end() const { return name_end_ + 4; }
  [[nodiscard]] uint16_t number(size_t at) const {
    return static_cast<uint16_t>(static_cast<uint8_t>(query_[at]) << 8 |
                                 static_cast<uint8_t>(query_[at + 1]));
  }

  std::string query_;
  size_t name_end_ = 0;
};

std::string truncated(const Question& question) {
  std::string bytes = question.reply(0);
  bytes[2] = static_cast<char>(bytes[2] | 0x02);
  return question.with_opt(std::move(bytes));
}

// Any question for an address has an answer; of any other type there is nothing.
std::string address_for_all(const Question& question) {
  std::string bytes = question.reply(0);
  const bool is_ipv4 = question.type() == kTypeA;
  if (is_ipv4 || question.type() == kTypeAaaa) {
    const std::string data(is_ipv4 ? kFalseIpv4 : kFalseIpv6);
    bytes[7] = 1;
    bytes += pointer(kHeaderBytes) + u16(question.type()) + u16(kClassIn) + u32(kFalseTtlS) +
             u16(static_cast<uint32_t>(data.size())) + data;
  }
  return question.with_opt(std::move(bytes));
}

std::string garbage(const Question& question, std::mt19937_64& random) {
  std::string bytes = question.reply(0);
  bytes[7] = 9;  // answers announced
  for (int i = 0; i < kGarbageBytes; ++i) bytes.push_back(static_cast<char>(random() | 0x40));
  return bytes;
}

// Like a resolver that folds the case of names for its cache (RFC 1035 §2.3.3 allows it).
void fold_question(std::string& answer) {
  for (size_t at = kHeaderBytes; answer[at] != 0;) {
    for (const size_t end = at + 1 + static_cast<uint8_t>(answer[at]); ++at < end;) {
      answer[at] = ascii_lower(answer[at]);
    }
  }
}

// Changes the case of every letter of the name. False if it has none.
bool change_case(std::string& answer) {
  bool has_letters = false;
  for (size_t at = kHeaderBytes; answer[at] != 0;) {
    for (const size_t end = at + 1 + static_cast<uint8_t>(answer[at]); ++at < end;) {
      const char lower = static_cast<char>(answer[at] | 0x20);
      if (lower < 'a' || lower > 'z') continue;
      answer[at] = static_cast<char>(answer[at] ^ 0x20);
      has_letters = true;
    }
  }
  return has_letters;
}

// A UDP socket of another port than the server's.
class OtherPort {
 public:
  OtherPort() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  ~OtherPort() { close(fd_); }
  OtherPort(const OtherPort&) = delete;
  OtherPort& operator=(const OtherPort&) = delete;

  void send(const std::string& bytes, const sockaddr_in& to) const {
    (void)sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
  }

 private:
  int fd_;
};

class Player {
 public:
  explicit Player(const FaultProfile& profile) : profile_(profile), random_(profile.seed) {}

  void play(lab::Exchange& exchange) {
    if (profile_.loss > 0 && share() < profile_.loss) {
      exchange.messages.clear();
      exchange.closes_tcp = false;
      return;
    }
    const Question question(exchange.query);
    replace_answer(question, exchange);
    if (exchange.messages.empty()) return;
    if (profile_.folds_case) fold_question(exchange.messages[0]);
    if (profile_.forge && !exchange.over_tcp && !question.name().ends_with(kInvalid)) {
      forge(exchange);
    }
    exchange.delay_us = int64_t{profile_.delay_ms} * 1'000;
    if (profile_.jitter_ms > 0) {
      exchange.delay_us += static_cast<int64_t>(share() * profile_.jitter_ms * 1'000);
    }
  }

 private:
  double share() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void replace_answer(const Question& question, lab::Exchange& exchange) {
    const auto answer = [&exchange](std::string bytes) {
      exchange.messages = {std::move(bytes)};
      exchange.closes_tcp = false;
    };
    const bool is_root = question.name().size() == 1;
    if (exchange.over_tcp && profile_.drop_tcp) {
      exchange.messages.clear();
      exchange.closes_tcp = true;
    } else if (profile_.rcode >= 0) {
      answer(question.with_opt(question.reply(static_cast<unsigned>(profile_.rcode))));
    } else if (profile_.denies_all) {
      answer(question.with_opt(question.reply(kNxdomain)));
    } else if (profile_.answers_all && !is_root) {
      answer(address_for_all(question));
    } else if (profile_.garbage) {
      answer(garbage(question, random_));
    } else if (profile_.truncate_udp && !exchange.over_tcp) {
      answer(truncated(question));
    }
  }

  void forge(lab::Exchange& exchange) {
    const std::string truth = exchange.messages[0];
    std::string wrong_id = truth;
    wrong_id[0] = static_cast<char>(wrong_id[0] ^ 0x55);
    std::string denial = truth;
    denial[3] = static_cast<char>(0x80 | kNxdomain);
    other_port_.send(denial, exchange.peer);
    std::string wrong_question = denial;
    wrong_question[kHeaderBytes + 1] = static_cast<char>(wrong_question[kHeaderBytes + 1] ^ 0x01);
    exchange.messages = {std::move(wrong_id), std::move(wrong_question)};
    if (change_case(denial)) exchange.messages.push_back(std::move(denial));
    exchange.messages.push_back(truth);
  }

  const FaultProfile profile_;
  std::mt19937_64 random_;
  const OtherPort other_port_;
};

}  // namespace

lab::AnswerHook play(const FaultProfile& profile) {
  return [player = std::make_shared<Player>(profile)](lab::Exchange& exchange) {
    player->play(exchange);
  };
}

}  // namespace mxbulk::test
