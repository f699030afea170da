// A resolver that is far away: every answer comes after a latency of its own, drawn from a
// lognormal distribution, and hundreds of thousands come a second. It knows one exchange for every
// name, or with `own` one for each, and one address for every host.
//
//   slow_resolver PORT MEAN_MS SIGMA [own]  # SIGMA 0.8: half within 73 % of the mean, 1 % over 4.7
//   x
//
// On SIGTERM it prints the mean latency that it dealt out, from a question's arrival in its socket
// to the sending of the answer: should this program not keep up, that is its latency and no fault
// of whoever asks.
#include <netinet/udp.h>
#include <poll.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "scripted_dns.h"

namespace {

using namespace scripted_dns;

constexpr int64_t kSlotUs = 500;
constexpr double kLatencyMaxMs = 1'500;  // a try of the client's ends at 2,000
constexpr size_t kSlots = 4'096;         // of kSlotUs each: more than the longest latency

volatile std::sig_atomic_t stopping = 0;

int64_t wall_us() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> bytes;
};

// When the kernel put it into the socket, by the wall clock; `unknown_us` where it does not say.
int64_t arrival_us(msghdr& message, int64_t unknown_us) {
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SO_TIMESTAMPNS) return unknown_us;
  timespec time{};
  std::memcpy(&time, CMSG_DATA(header), sizeof time);
  return time.tv_sec * 1'000'000 + time.tv_nsec / 1'000;
}

struct Held {
  sockaddr_in peer{};
  int64_t came_us = 0;
  uint16_t size = 0;
  Bytes bytes{};
};

class SlowResolver {
 public:
  SlowResolver(double mean_ms, double sigma, bool has_own_exchanges)
      : has_own_exchanges_(has_own_exchanges),
        latency_ms_(std::log(mean_ms) - sigma * sigma / 2, sigma) {}

  bool open(uint16_t port) {
    fd_ = open_socket(port);
    if (fd_ < 0) return false;
    const int yes = 1;
    setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
    return true;
  }

  void serve() {
    next_slot_ = now_us() / kSlotUs;
    while (stopping == 0) {
      send_due();
      if (receive()) continue;
      pollfd readable{fd_, POLLIN, 0};
      const timespec one_slot{0, kSlotUs * 1'000};
      ppoll(&readable, 1, &one_slot, nullptr);
    }
  }

  void print() const {
    std::printf("{\"answers\": %zu, \"mean_ms\": %.3f}\n", answers_,
                answers_ == 0
                    ? 0.0
                    : static_cast<double>(latency_sum_us_) / 1e3 / static_cast<double>(answers_));
  }

 private:
  // One batch; false where nothing was there.
  bool receive() {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    std::array<Control, kBatch> controls;
    while (free_.size() < kBatch) {
      free_.push_back(static_cast<uint32_t>(held_.size()));
      held_.emplace_back();
    }
    for (size_t i = 0; i < kBatch; ++i) {
      Held& held = held_[free_[free_.size() - 1 - i]];
      parts[i] = {held.bytes.data(), held.bytes.size()};
      messages[i].msg_hdr.msg_name = &held.peer;
      messages[i].msg_hdr.msg_namelen = sizeof held.peer;
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].bytes.data();
      messages[i].msg_hdr.msg_controllen = controls[i].bytes.size();
    }
    const int count = recvmmsg(fd_, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    const int64_t read_us = now_us();
    const int64_t read_wall_us = wall_us();
    for (int i = 0; i < count; ++i) {
      mmsghdr& message = messages[static_cast<size_t>(i)];
      const int64_t waited_us = read_wall_us - arrival_us(message.msg_hdr, read_wall_us);
      const uint32_t index = free_.back();
      free_.pop_back();
      hold(index, message.msg_len, read_us - std::max<int64_t>(0, waited_us));
    }
    return count > 0;
  }

  void hold(uint32_t index, size_t size, int64_t came_us) {
    Held& held = held_[index];
    held.came_us = came_us;
    const size_t end = name_end(held.bytes, size);
    if (end == 0) {
      free_.push_back(index);
      return;
    }
    held.size = static_cast<uint16_t>(write_answer(held.bytes, end, has_own_exchanges_));
    const double latency_us = std::min(latency_ms_(random_), kLatencyMaxMs) * 1e3;
    const int64_t due_slot = (came_us + static_cast<int64_t>(latency_us)) / kSlotUs;
    ring_[static_cast<size_t>(std::max(due_slot, next_slot_)) % kSlots].push_back(index);
  }

  void send_due() {
    for (const int64_t now_slot = now_us() / kSlotUs; next_slot_ < now_slot; ++next_slot_) {
      std::vector<uint32_t>& due = ring_[static_cast<size_t>(next_slot_) % kSlots];
      send_all(due);
      due.clear();
    }
  }

  // Neighbours of equal peer and size leave as one message of many segments.
  void send_all(std::vector<uint32_t>& due) {
    const auto kind = [this](uint32_t index) {
      return held_[index].peer.sin_port << 16 | held_[index].size;
    };
    std::sort(due.begin(), due.end(), [&](uint32_t a, uint32_t b) { return kind(a) < kind(b); });
    for (size_t at = 0; at < due.size();) {
      size_t end = at + 1;
      while (end < due.size() && end - at < kBatch && kind(due[end]) == kind(due[at])) ++end;
      send_group(
          {due.begin() + static_cast<ptrdiff_t>(at), due.begin() + static_cast<ptrdiff_t>(end)});
      at = end;
    }
  }

  void send_group(const std::vector<uint32_t>& group) {
    std::array<iovec, kBatch> parts{};
    for (size_t i = 0; i < group.size(); ++i) {
      parts[i] = {held_[group[i]].bytes.data(), held_[group[i]].size};
    }
    msghdr message{};
    message.msg_name = &held_[group[0]].peer;
    message.msg_namelen = sizeof(sockaddr_in);
    message.msg_iov = parts.data();
    message.msg_iovlen = group.size();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(uint16_t))> control{};
    if (group.size() > 1) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* const segment = CMSG_FIRSTHDR(&message);
      segment->cmsg_level = SOL_UDP;
      segment->cmsg_type = UDP_SEGMENT;
      segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
      std::memcpy(CMSG_DATA(segment), &held_[group[0]].size, sizeof(uint16_t));
    }
    (void)sendmsg(fd_, &message, 0);
    const int64_t sent_us = now_us();
    for (uint32_t index : group) latency_sum_us_ += sent_us - held_[index].came_us;
    answers_ += group.size();
    free_.insert(free_.end(), group.begin(), group.end());
  }

  int fd_ = -1;
  bool has_own_exchanges_;
  std::mt19937_64 random_{1};
  std::lognormal_distribution<double> latency_ms_;
  std::vector<Held> held_;
  std::vector<uint32_t> free_;
  std::array<std::vector<uint32_t>, kSlots> ring_;
  int64_t next_slot_ = 0;
  size_t answers_ = 0;
  int64_t latency_sum_us_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const bool has_own_exchanges = argc == 5 && std::string_view(argv[4]) == "own";
  if (argc != 4 && !has_own_exchanges) {
    std::fputs("usage: slow_resolver PORT MEAN_MS SIGMA [own]\n", stderr);
    return 2;
  }
  std::signal(SIGTERM, [](int) { stopping = 1; });
  SlowResolver resolver(std::atof(argv[2]), std::atof(argv[3]), has_own_exchanges);
  if (!resolver.open(static_cast<uint16_t>(std::atoi(argv[1])))) {
    std::perror("slow_resolver");
    return 1;
  }
  resolver.serve();
  resolver.print();
  return 0;
}
