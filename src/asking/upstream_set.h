// The resolvers of a run together: who is asked next, whose word is wanted, who is asked no more.
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
      : all_(count, Upstream(fixed_window)), mixed_unheard_(count) {}

  [[nodiscard]] size_t size() const { return all_.size(); }
  [[nodiscard]] Upstream& operator[](size_t index) { return all_[index]; }
  [[nodiscard]] const Upstream& operator[](size_t index) const { return all_[index]; }

  // Bit set: its word is wanted, for it answers well these days.
  [[nodiscard]] uint32_t trusted(int64_t now_us) const;
  // Bit set: it fell silent just now, or is left out.
  [[nodiscard]] uint32_t silent(int64_t now_us) const;
  [[nodiscard]] uint32_t in_flight() const;

  // It lies: it is asked nothing more, and nothing that it still says is heard.
  void leave_out(size_t index) { left_out_ |= 1U << index; }
  [[nodiscard]] bool is_left_out(size_t index) const { return (left_out_ >> index & 1U) != 0; }
  // Its answers repeat the letters of a question as they were written.
  void set_keeps_case(size_t index, bool keeps);
  [[nodiscard]] bool keeps_case(size_t index) const { return (keeps_case_ >> index & 1U) != 0; }
  // A copy in mixed case was answered.
  void on_mixed_answered(size_t index) { mixed_unheard_[index] = 0; }
  // None was, and the last copy, in lower case, is: time after time that is a resolver that has
  // begun to fold them.
  void on_mixed_unheard(size_t index);

  // The one with most room. `queues[i]` wait for resolver i. `avoid` >= 0: a second opinion is
  // wanted of another that answers these days; where there is none, of the same.
  template <class Queues>
  [[nodiscard]] uint8_t choose(int avoid, int64_t now_us, const Queues& queues) const {
    const bool has_other = avoid >= 0 && (trusted(now_us) & ~silent(now_us) & ~(1U << avoid)) != 0;
    size_t best = 0;
    double best_load = -1;
    for (size_t i = 0; i < all_.size(); ++i) {
      if (is_left_out(i) || (has_other && static_cast<int>(i) == avoid)) continue;
      const double load = all_[i].load(queues[i].size());
      if (best_load >= 0 && load >= best_load) continue;
      best = i;
      best_load = load;
    }
    return static_cast<uint8_t>(best);
  }

 private:
  std::vector<Upstream> all_;
  std::vector<uint32_t> mixed_unheard_;  // in a row, by upstream
  uint32_t left_out_ = 0;
  uint32_t keeps_case_ = 0;
};

}  // namespace mxbulk::asking
