// Decides when a question is asked, and of which resolver: the resolvers' windows, the limit of
// queries a second, a queue of questions for each resolver that has no room, and the retry queue.
//
//   may_send() ─yes─► sent
//        └──no──► the queue of that resolver ─ next_to_send() ─► sent
//   a round failed ─► the retry queue ─ its timer ─► the next round
//   refused by load ─► keeps its place in the window for a while, although it is over
//
// Threads: a plain value of the loop thread. Ownership: borrows the questions; a question is in one
// queue at most (Question::state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "asking/question.h"
#include "asking/rate_limit.h"
#include "asking/upstream_set.h"
#include "base/linked_list.h"
#include "base/timer_wheel.h"

namespace mxbulk::asking {

class Scheduler {
 public:
  // Requires: `upstreams` is 1..32. `fixed_window` 0: each is found by measurement. `qps` 0: no
  // limit.
  Scheduler(size_t upstreams, uint32_t fixed_window, uint32_t qps);

  [[nodiscard]] UpstreamSet& upstreams() { return upstreams_; }
  [[nodiscard]] const UpstreamSet& upstreams() const { return upstreams_; }

  void set_now(int64_t now_us) { now_us_ = now_us; }
  // True while a new question could be sent at once, to the resolver that it would be given.
  [[nodiscard]] bool has_room() const;
  // Attempts whose answer is waited for in a window.
  [[nodiscard]] size_t in_flight() const { return upstreams_.in_flight() - held_places_.size(); }
  // The resolver with most room, but no unresponsive one while another answers. `avoid` >= 0:
  // another one, if one is responsive.
  [[nodiscard]] uint8_t choose(int avoid) const;

  // The next attempt may be sent now.
  [[nodiscard]] bool may_send(const Question& question) const;
  // Until there is room at the resolver of its next attempt.
  void enqueue(Question& question);
  // Takes the next question out of its queue, resolver by resolver in turn; nullptr if none may be
  // sent.
  [[nodiscard]] Question* next_to_send();
  void on_sent(size_t upstream);
  // Calls `visit` for each question that waits for an excluded resolver, or for one that lost
  // questions lately while others answer. `visit` takes it out of that queue, or queues it there
  // again.
  template <class Visit>
  void revise_queues(Visit visit);
  void on_lost(size_t upstream) { lost_by_ |= 1U << upstream; }
  // An attempt is over for the resolver's window: it was answered, or is taken for lost.
  void complete(Attempt& attempt);
  // Likewise, but the resolver failed at it. If it refuses questions because they are too many, the
  // attempt keeps its place in the window for about as long as one that got no answer.
  void complete_refused(Attempt& attempt, double jitter);

  // Replaces the question's timer.
  void set_timer(Question& question, int64_t due_us);
  void cancel_timer(Question& question) { timers_.cancel(question.timer); }
  // Calls `fire(handle)` for each question whose timer is due.
  template <class Fire>
  void fire_timers(Fire fire) {
    rate_.refill(now_us_);
    for (size_t i = 0; i < upstreams_.size(); ++i) upstreams_[i].evaluate_refusals(now_us_);
    release_places();
    timers_.advance(now_us_, fire);
  }

  // Puts it into the retry queue until `due_us`.
  void retry_later(Question& question, int64_t due_us);
  [[nodiscard]] size_t retry_queue_size() const { return retry_queue_.size(); }

  // Takes it out of the queue that it is in, if any; its state becomes kAsking.
  void dequeue(Question& question);

  [[nodiscard]] int64_t next_wake_us() const;

 private:
  using Queue = LinkedList<Question>;

  [[nodiscard]] uint8_t least_loaded(uint32_t candidates) const;
  [[nodiscard]] bool has_room_at(size_t upstream) const {
    return queues_[upstream].empty() && upstreams_[upstream].has_room();
  }

  struct HeldPlace {
    int64_t until_us = 0;
    size_t upstream = 0;
    bool operator>(const HeldPlace& other) const { return until_us > other.until_us; }
  };

  void release_places();

  UpstreamSet upstreams_;
  RateLimit rate_;
  std::priority_queue<HeldPlace, std::vector<HeldPlace>, std::greater<>> held_places_;
  std::vector<Queue> queues_;  // by upstream
  size_t next_queue_ = 0;      // is served first
  uint32_t lost_by_ = 0;       // bit set: that upstream lost a question since revise_queues()
  Queue retry_queue_;
  TimerWheel<Handle<Question>> timers_;
  int64_t now_us_ = 0;
};

// An unresponsive resolver has little room: its queue would last for hours.
template <class Visit>
void Scheduler::revise_queues(Visit visit) {
  const uint32_t unresponsive = upstreams_.unresponsive(now_us_);
  const bool others_answer = (upstreams_.responsive(now_us_) & ~unresponsive) != 0;
  for (size_t i = 0; i < queues_.size(); ++i) {
    const bool has_lost = (lost_by_ & unresponsive) >> i & 1U;
    if (!(has_lost && others_answer) && !upstreams_.is_excluded(i)) continue;
    // One pass: a question that `visit` queues here again comes after the last one of this pass.
    size_t left = queues_[i].size();
    for (; left > 0 && !queues_[i].empty(); --left) visit(queues_[i].front());
  }
  lost_by_ = 0;
}

}  // namespace mxbulk::asking
