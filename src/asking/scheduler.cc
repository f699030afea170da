#include "asking/scheduler.h"

#include <algorithm>
#include <cassert>

namespace mxbulk::asking {

Scheduler::Scheduler(size_t upstreams, uint32_t fixed_window, uint32_t qps)
    : upstreams_(upstreams, fixed_window), rate_(qps), queues_(upstreams) {
  assert(upstreams >= 1 && upstreams <= 32);
}

bool Scheduler::has_room() const {
  return rate_.may_send() && has_room_at(choose(-1));
}

uint8_t Scheduler::choose(int avoid) const {
  const uint32_t usable = ~upstreams_.unresponsive(now_us_);
  const uint32_t avoided = avoid >= 0 ? 1U << avoid : 0;
  if ((upstreams_.responsive(now_us_) & usable & ~avoided) == 0) {
    return least_loaded(upstreams_.not_excluded());
  }
  return least_loaded(usable & ~avoided);
}

// The smallest load of the resolvers whose bits are set.
uint8_t Scheduler::least_loaded(uint32_t candidates) const {
  size_t best = 0;
  double best_load = -1;
  for (size_t i = 0; i < upstreams_.size(); ++i) {
    if ((candidates >> i & 1U) == 0) continue;
    const double load = upstreams_[i].load(queues_[i].size());
    if (best_load >= 0 && load >= best_load) continue;
    best = i;
    best_load = load;
  }
  return static_cast<uint8_t>(best);
}

bool Scheduler::may_send(const Question& question) const {
  if (question.request.is_urgent) return true;
  return rate_.may_send() && has_room_at(question.lookup.next_try().upstream);
}

void Scheduler::enqueue(Question& question) {
  assert(question.state == Question::State::kAsking);
  question.state = Question::State::kQueued;
  question.queued_for = question.lookup.next_try().upstream;
  queues_[question.queued_for].push_back(question);
}

// One of each queue in turn: under a rate limit, one resolver's queue must not starve another's.
Question* Scheduler::next_to_send() {
  if (!rate_.may_send()) return nullptr;
  for (size_t tried = 0; tried < queues_.size(); ++tried) {
    const size_t upstream = next_queue_;
    next_queue_ = (next_queue_ + 1) % queues_.size();
    if (queues_[upstream].empty() || !upstreams_[upstream].has_room()) continue;
    Question& question = queues_[upstream].pop_front();
    question.state = Question::State::kAsking;
    return &question;
  }
  return nullptr;
}

void Scheduler::on_sent(size_t upstream) {
  upstreams_[upstream].on_sent();
  rate_.on_sent();
}

void Scheduler::complete(Attempt& attempt) {
  if (!attempt.is_in_window) return;
  attempt.is_in_window = false;
  upstreams_[attempt.upstream].on_completed();
}

void Scheduler::complete_refused(Attempt& attempt, double jitter) {
  Upstream& upstream = upstreams_[attempt.upstream];
  const int64_t held_until_us = attempt.sent_us + upstream.place_held_us(jitter);
  const bool holds = !upstream.has_fixed_window() && upstream.is_overloaded();
  if (!attempt.is_in_window || !holds || held_until_us <= now_us_) return complete(attempt);
  attempt.is_in_window = false;
  upstream.on_place_held();
  held_places_.push({held_until_us, attempt.upstream});
}

void Scheduler::set_timer(Question& question, int64_t due_us) {
  timers_.cancel(question.timer);
  question.timer = timers_.add(due_us, question.handle);
}

void Scheduler::retry_later(Question& question, int64_t due_us) {
  assert(question.state == Question::State::kAsking);
  question.state = Question::State::kRetryQueue;
  retry_queue_.push_back(question);
  set_timer(question, due_us);
}

void Scheduler::dequeue(Question& question) {
  switch (question.state) {
    case Question::State::kAsking: return;
    case Question::State::kQueued: queues_[question.queued_for].remove(question); break;
    case Question::State::kRetryQueue:
      retry_queue_.remove(question);
      cancel_timer(question);
      break;
  }
  question.state = Question::State::kAsking;
}

void Scheduler::release_places() {
  while (!held_places_.empty() && held_places_.top().until_us <= now_us_) {
    upstreams_[held_places_.top().upstream].on_place_released();
    held_places_.pop();
  }
}

int64_t Scheduler::next_wake_us() const {
  int64_t next_us = timers_.next_due_us();
  if (!held_places_.empty()) next_us = std::min(next_us, held_places_.top().until_us);
  // Not only for what is queued: a new domain may be waiting for has_room().
  if (!rate_.may_send()) next_us = std::min(next_us, now_us_ + rate_.wait_us());
  return next_us;
}

}  // namespace mxbulk::asking
