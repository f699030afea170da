// The resolvers of a run together: which are responsive, which are excluded, which keep the case of
// names, which drop queries with EDNS.
//
// Threads: a plain value of one loop thread. Time comes in as an argument, in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "asking/upstream.h"

namespace mxbulk::asking {

class UpstreamSet {
 public:
  // Requires: count is 1..32. `fixed_window` as in Upstream.
  UpstreamSet(size_t count, uint32_t fixed_window)
      : all_(count, Upstream(fixed_window)), mixed_unanswered_(count), edns_(count) {}

  [[nodiscard]] size_t size() const { return all_.size(); }
  [[nodiscard]] Upstream& operator[](size_t index) { return all_[index]; }
  [[nodiscard]] const Upstream& operator[](size_t index) const { return all_[index]; }

  // Bit set: it gave good answers lately, and its confirmation is wanted.
  [[nodiscard]] uint32_t responsive(int64_t now_us) const;
  // Bit set: it gave a good answer in this run.
  [[nodiscard]] uint32_t answered() const;
  // Bit set: its last questions were all lost, or it is excluded.
  [[nodiscard]] uint32_t unresponsive(int64_t now_us) const;
  [[nodiscard]] uint32_t not_excluded() const { return ~excluded_; }
  [[nodiscard]] uint32_t in_flight() const;
  // Attempts at one question, at one resolver after the other, after which chance alone explains
  // less than one failure in 10^7; at most limits::kAttemptsMax. Unresponsive resolvers count
  // only if all are.
  [[nodiscard]] uint32_t attempts_wanted(int64_t now_us) const;

  // Its answers were proven false: it is asked no more questions, and its late answers are ignored.
  void exclude(size_t index) { excluded_ |= 1U << index; }
  [[nodiscard]] bool is_excluded(size_t index) const { return (excluded_ >> index & 1U) != 0; }
  // Its answers repeat the letters of a question as they were written.
  void set_keeps_case(size_t index, bool keeps);
  [[nodiscard]] bool keeps_case(size_t index) const { return (keeps_case_ >> index & 1U) != 0; }
  // An attempt in mixed case was answered.
  void on_mixed_answered(size_t index) { mixed_unanswered_[index] = 0; }
  // Only the last attempt at a question, in lower case, was answered. limits::kMixedUnansweredMax
  // times in a row: the resolver has begun to change the case.
  void on_mixed_unanswered(size_t index);

  // Queries with EDNS get no answer from it, others do: some old forwarders and firewalls drop them
  // (RFC 6891 §7 requires FORMERR). From then on its queries have none.
  [[nodiscard]] bool drops_edns(size_t index) const { return (drops_edns_ >> index & 1U) != 0; }
  // An attempt over UDP was answered, or its time ran out.
  void on_answered(size_t index, bool with_edns);
  void on_unanswered(size_t index, bool with_edns);

 private:
  struct Edns {
    bool was_answered = false;  // in this run
    uint32_t unanswered = 0;    // attempts with it
  };

  std::vector<Upstream> all_;
  std::vector<uint32_t> mixed_unanswered_;  // in a row, by upstream
  std::vector<Edns> edns_;                  // by upstream
  uint32_t excluded_ = 0;
  uint32_t keeps_case_ = 0;
  uint32_t drops_edns_ = 0;
};

}  // namespace mxbulk::asking
