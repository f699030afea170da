#include "engine/host_lookups.h"

namespace mxbulk::engine {

void HostLookups::want(HostId host, HostWaiter waiter) {
  const Known& known = known_.grow_to(host.value());
  switch (known.state) {
    case Known::State::kKnown: ready_.push_back({waiter, host, 0}); return;
    case Known::State::kAsking: jobs_[known.job].waiters.push_back(waiter); return;
    case Known::State::kNew: begin(host, waiter); return;
  }
}

void HostLookups::begin(HostId host, HostWaiter waiter) {
  const Handle<Job> handle = jobs_.create();
  Job& job = jobs_[handle];
  job.evaluation = route::HostEvaluation(settings_.asks_all_types, *settings_.policy);
  job.host = host;
  job.asked_us = 0;
  job.waiters.assign(1, waiter);
  Known& known = known_[host.value()];
  known.state = Known::State::kAsking;
  known.job = handle;
  ask(handle, route::HostEvaluation::first_question());
}

void HostLookups::ask(Handle<Job> handle, RecordType type) {
  const Job& job = jobs_[handle];
  runner_.start({.client = this,
                 .token = handle.packed(),
                 .name = hosts_.name(job.host),
                 .type = type,
                 .budget_us = settings_.budget_us - job.asked_us,
                 .accepts_nodata = job.evaluation.facts().has_public});
}

void HostLookups::on_lookup(const asking::LookupReport& report) {
  checker_.on_domain_lookup(report);
  const auto handle = Handle<Job>::unpacked(report.token);
  Job& job = jobs_[handle];
  job.asked_us += report.asked_us;
  if (settings_.keeps_addresses) {
    addresses_.resize(hosts_.size());
    std::vector<IpAddress>& all = addresses_[job.host.value()];
    all.insert(all.end(), report.outcome.addresses.begin(), report.outcome.addresses.end());
  }
  const bool had_public = job.evaluation.facts().has_public;
  const auto next = job.evaluation.on(report.outcome);
  const bool gave_address = !had_public && job.evaluation.facts().has_public;
  if (gave_address) known_[job.host.value()].upstream = report.upstream;
  if (next) {
    ask(handle, *next);
  } else {
    finish(handle);
  }
}

void HostLookups::finish(Handle<Job> handle) {
  Job& job = jobs_[handle];
  Known& known = known_[job.host.value()];
  known.facts = job.evaluation.facts();
  known.state = Known::State::kKnown;
  if (known.facts.has_public) hosts_.set_address(job.host, job.evaluation.address());
  if (probes_ != nullptr) probes_->set_addresses(job.host, known.facts, job.evaluation.addresses());
  for (const HostWaiter& waiter : job.waiters) ready_.push_back({waiter, job.host, job.asked_us});
  jobs_.release(handle);
}

std::optional<HostLookups::Ready> HostLookups::next_ready() {
  if (ready_.empty()) return std::nullopt;
  const Ready ready = ready_.front();
  ready_.pop_front();
  return ready;
}

const route::HostFacts& HostLookups::facts(HostId host) const {
  static const route::HostFacts kNothing;
  return host.value() < known_.size() ? known_[host.value()].facts : kNothing;
}

const std::vector<IpAddress>& HostLookups::addresses(HostId host) const {
  static const std::vector<IpAddress> kNone;
  return host.value() < addresses_.size() ? addresses_[host.value()] : kNone;
}

}  // namespace mxbulk::engine
