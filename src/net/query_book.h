// The queries of one channel that have no reply yet: by ID, and by age.
//
// Threads: one loop thread. Ownership: owns the entries; they never move.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/limits.h"
#include "net/cares_api.h"

namespace mxbulk::net {

class UdpChannel;

// A query of one channel, from ask() until c-ares calls back.
struct OpenQuery final : CaresQuery {
  UdpChannel* channel = nullptr;
  uint64_t ticket = 0;
  int64_t deadline_us = 0;
  uint16_t drawn_id = 0;  // ours; some versions of c-ares put another one into the packet
  uint16_t wire_id = 0;   // the ID that the answer must have
  bool takes_any_case = false;
  bool waits = false;               // for an answer, or for its deadline
  bool is_reported = false;         // its reply is in the reply box
  bool kept_case = true;            // of the answer
  std::span<const uint8_t> answer;  // as it arrived, in the batch that is being read; else empty
  uint16_t question_size = 0;
  std::array<uint8_t, limits::kNameWireOctetsMax + 4> question;  // as sent, header not counted

  [[nodiscard]] std::span<const uint8_t> asked() const {
    return std::span(question).first(question_size);
  }
  void on_done(int status, std::span<const uint8_t> answer) override;

 private:
  friend class QueryBook;
  bool is_filed_ = false;
  OpenQuery* next_in_bucket_ = nullptr;
  OpenQuery* older_ = nullptr;
  OpenQuery* newer_ = nullptr;
};

class QueryBook {
 public:
  // For about so many at a time.
  explicit QueryBook(size_t capacity);

  // A new query that waits; deadlines must not decrease from one to the next.
  [[nodiscard]] OpenQuery& open(int64_t deadline_us);
  // From now on find() finds it. Requires: it waits; no other waits with that ID.
  void file(OpenQuery& query, uint16_t wire_id);
  // The one that waits with that ID, or none.
  [[nodiscard]] OpenQuery* find(uint16_t wire_id) const;
  // The oldest that waits, if its deadline has come; else none.
  [[nodiscard]] OpenQuery* overdue(int64_t now_us) const;
  // It was answered or given up.
  void stop_waiting(OpenQuery& query);
  // Requires: it does not wait.
  void release(OpenQuery& query);
  // Those not yet released.
  [[nodiscard]] size_t size() const { return pool_.size() - free_.size(); }

 private:
  [[nodiscard]] size_t bucket_of(uint16_t id) const { return id & (buckets_.size() - 1); }

  std::vector<OpenQuery*> buckets_;  // IDs are random, so they spread
  std::deque<OpenQuery> pool_;
  std::vector<OpenQuery*> free_;
  OpenQuery* oldest_ = nullptr;
  OpenQuery* newest_ = nullptr;
};

}  // namespace mxbulk::net
