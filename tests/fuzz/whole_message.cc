#include "fuzz/whole_message.h"

#include <cstddef>

namespace mxbulk::test {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kNameOctetsMax = 255;

class Reader {
 public:
  explicit Reader(std::span<const uint8_t> message) : message_(message) {}

  bool is_whole() {
    if (message_.size() < kHeaderBytes) return false;
    for (size_t i = 0; i < number(4); ++i) {
      if (!take_name(message_.size()) || !take(4)) return false;
    }
    for (size_t i = 0; i < number(6) + number(8); ++i) {
      if (!take_record(true)) return false;
    }
    for (size_t i = 0; i < number(10); ++i) {
      if (!take_record(false)) return false;
    }
    return at_ == message_.size();
  }

 private:
  [[nodiscard]] size_t number(size_t at) const {
    return static_cast<size_t>(message_[at] << 8 | message_[at + 1]);
  }

  bool take(size_t size) {
    at_ += size;
    return at_ <= message_.size();
  }

  bool take_record(bool reads_names) {
    if (!(reads_names ? take_name(message_.size()) : pass_name())) return false;
    const size_t fixed = at_;
    if (!take(10)) return false;
    const size_t end = at_ + number(fixed + 8);
    if (end > message_.size()) return false;
    if (reads_names && !are_names_whole(number(fixed), end)) return false;
    at_ = end;
    return true;
  }

  bool are_names_whole(size_t type, size_t end) {
    switch (type) {
      case 15:  // MX
        at_ += 2;
        return at_ >= end || take_name(end);
      case 2:
      case 5:
      case 12:
      case 39:  // NS, CNAME, PTR, DNAME
        return at_ == end || take_name(end);
      case 6:  // SOA
        return (at_ == end || take_name(end)) && (at_ == end || take_name(end));
      default: return true;
    }
  }

  bool pass_name() {
    while (at_ < message_.size()) {
      const uint8_t length = message_[at_];
      if (length >= 0xC0) return take(2);
      if (length >= 0x40) return false;
      at_ += 1U + length;
      if (length == 0) return true;
    }
    return false;
  }

  // The name at `at_`, the unfolded form of which must end before `end` or with a pointer there.
  bool take_name(size_t end) {
    const size_t begin = at_;
    if (!pass_name() || at_ > end) return false;
    size_t octets = 0;
    size_t at = begin;
    size_t lowest = message_.size();
    while (at < message_.size()) {
      const uint8_t length = message_[at];
      if (length >= 0xC0) {
        const size_t target = number(at) & 0x3FFFU;
        if (target < kHeaderBytes || target >= at || target >= lowest) return false;
        at = lowest = target;
        continue;
      }
      octets += 1U + length;
      if (length >= 0x40 || octets > kNameOctetsMax) return false;
      if (length == 0) return true;
      at += 1U + length;
    }
    return false;
  }

  std::span<const uint8_t> message_;
  size_t at_ = kHeaderBytes;
};

}  // namespace

bool is_whole_message(std::span<const uint8_t> message) {
  return Reader(message).is_whole();
}

}  // namespace mxbulk::test
