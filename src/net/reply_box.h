// Replies on their way from c-ares' callbacks to the engine: callbacks record, the loop acts.
//
// Threads: one loop thread. Ownership: copies the bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "asking/dns_transport.h"

namespace mxbulk::net {

class ReplyBox {
 public:
  void add(uint64_t ticket, std::span<const uint8_t> bytes, bool kept_case = true) {
    entries_.push_back({ticket, asking::ReplyKind::kBytes, kept_case, bytes_.size(), bytes.size()});
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void add(uint64_t ticket, asking::ReplyKind kind) {
    entries_.push_back({ticket, kind, true, 0, 0});
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // Hands all to `sink`, which may cause new ones: those wait for the next call. Returns how many.
  size_t deliver(asking::DnsReplySink& sink) {
    entries_.swap(delivering_);
    bytes_.swap(delivering_bytes_);
    for (const Entry& entry : delivering_) {
      sink.on_reply({.ticket = entry.ticket,
                     .kind = entry.kind,
                     .bytes = {delivering_bytes_.data() + entry.offset, entry.size},
                     .kept_case = entry.kept_case});
    }
    const size_t count = delivering_.size();
    delivering_.clear();
    delivering_bytes_.clear();
    return count;
  }

 private:
  struct Entry {
    uint64_t ticket;
    asking::ReplyKind kind;
    bool kept_case;
    size_t offset;
    size_t size;
  };
  std::vector<Entry> entries_;
  std::vector<uint8_t> bytes_;
  std::vector<Entry> delivering_;
  std::vector<uint8_t> delivering_bytes_;
};

}  // namespace mxbulk::net
