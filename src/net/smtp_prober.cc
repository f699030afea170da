#include "net/smtp_prober.h"

#include <algorithm>
#include <utility>

namespace mxbulk::net {

SmtpProber::SmtpProber(Loop& loop, const ProbeSettings& settings)
    : tls_(settings.depth == ProbeDepth::kStarttls ? std::make_unique<TlsContext>() : nullptr),
      rules_{.script = probe::make_script(settings.depth, settings.helo),
             .port = settings.port,
             .timeout_us = settings.timeout_us,
             .source = settings.source,
             .tls = tls_.get()},
      sockets_(loop) {}

void SmtpProber::dial(const probing::ProbeDial& dial) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(sessions_.size()));
    sessions_.emplace_back();
  }
  const uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = sessions_[index];
  ++slot.generation;
  slot.watched_events = 0;
  slot.timer_us = kNeverUs;
  slot.session.dial(rules_, dial, now_us_);
  after_event(index);
}

void SmtpProber::after_event(uint32_t index) {
  Slot& slot = sessions_[index];
  if (!slot.session.is_over()) watch(index);
  if (slot.session.is_over()) {
    ended_.push_back(index);
  } else if (slot.session.limit_us() < slot.timer_us) {
    slot.timer_us = slot.session.limit_us();
    timers_.add(slot.timer_us, {index, slot.generation});
  }
}

void SmtpProber::watch(uint32_t index) {
  Slot& slot = sessions_[index];
  const uint32_t events = slot.session.events();
  if (events == slot.watched_events) return;
  if (slot.watched_events != 0) {
    sockets_.change(slot.session.fd(), events, index);
  } else if (!sockets_.add(slot.session.fd(), events, index)) {
    slot.session.give_up();
  }
  slot.watched_events = events;
}

// A limit may change after its timer is set. So a timer may belong to an earlier connection, or
// come early.
void SmtpProber::on_timer(TimerKey key) {
  Slot& slot = sessions_[key.index];
  if (slot.generation != key.generation || slot.session.is_over()) return;
  slot.timer_us = kNeverUs;
  if (slot.session.limit_us() <= now_us_) slot.session.on_limit(now_us_);
  after_event(key.index);
}

// Serves each that is ready once, before limits are checked: if this machine was suspended, what
// arrived in time still counts.
void SmtpProber::serve_ready() {
  size_t left = open();
  bool has_more = true;
  while (has_more) {
    const std::span<const epoll_event> events = sockets_.ready();
    for (const epoll_event& event : events) {
      sessions_[event.data.u32].session.on_ready(event.events, buffer_, now_us_);
      after_event(event.data.u32);
    }
    has_more = events.size() == limits::kProbeEventsMax && events.size() < left;
    left -= std::min(left, events.size());
  }
}

void SmtpProber::deliver(probing::ProbeSink& sink, int64_t now_us) {
  now_us_ = now_us;
  if (sockets_.is_ready() || timers_.next_due_us() <= now_us) serve_ready();
  timers_.advance(now_us, [this](TimerKey key) { on_timer(key); });
  std::swap(ended_, reporting_);  // the sink may dial, and that may end at once
  for (const uint32_t index : reporting_) {
    sink.on_probe(sessions_[index].session.report());
    free_.push_back(index);
  }
  reporting_.clear();
}

int64_t SmtpProber::next_wake_us() const {
  if (!ended_.empty()) return now_us_;
  return open() == 0 ? kNeverUs : timers_.next_due_us();
}

}  // namespace mxbulk::net
