// Brings every domain of the table to its verdict: walks its route, shares the lookups of hosts
// among all domains that name them (single flight), watches over the resolvers.
//
//   DomainTable ─ids─► RouteWalk ─asks─► asking::LookupRunner ─► asking::DnsTransport
//                         ▲                   │
//                         └──── outcomes ─────┘
//
// Threads: one loop thread. Ownership: borrows tables, transport and trace.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "asking/dns_transport.h"
#include "asking/lookup_runner.h"
#include "asking/resolver_watch.h"
#include "asking/vetter.h"
#include "base/slab.h"
#include "model/trace_sink.h"
#include "mxbulk/status.h"
#include "mxbulk/validator.h"
#include "probing/probe_stage.h"
#include "route/host_walk.h"
#include "route/route_walk.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::engine {

struct DispatcherSettings {
  asking::LookupSettings lookup;
  int64_t dns_deadline_us = 20'000'000;  // of asking time for one domain
  bool explains = false;                 // `check`: asks all, and keeps what it heard
  const route::AddressPolicy* policy = &route::AddressPolicy::internet();
  bool collect_done = false;        // keep ids for take_done()
  bool watch_resolver = true;       // give up with StatusCode::kResolver when it is down
  asking::VettingSettings vetting;  // give up so too where nobody honest is left
  // A resolver that is down ends no run: what is undecided becomes unknown/dns_timeout unasked.
  bool finish_when_down = false;
  int64_t unix_start_s = 0;  // wall clock at time 0 of the engine's clock
};

// What the dispatcher may expect of the reader.
struct Intake {
  bool closed = false;        // no more domains will come
  bool reader_waits = false;  // none will come before rows are written
};

class Dispatcher final : private asking::LookupSink {
 public:
  // `probes`: the second stage, where there is to be one.
  Dispatcher(DispatcherSettings settings, table::DomainTable& domains, table::HostTable& hosts,
             asking::DnsTransport& transport, TraceSink* trace,
             probing::ProbeStage* probes = nullptr);

  // Takes new domains from the table as room allows, fires timers. Call after the transport has
  // delivered its replies to sink() of the same time.
  void turn(int64_t now_us, Intake intake);
  [[nodiscard]] int64_t next_wake_us() const {
    const int64_t probes_us =
        probes_ == nullptr ? TimerWheel<int>::kNever : probes_->next_wake_us();
    if (has_given_up_) return probes_us;
    return std::min({runner_.next_wake_us(), vetter_.next_wake_us(), probes_us});
  }
  // For the replies that have come by `now_us`.
  [[nodiscard]] asking::DnsReplySink& sink(int64_t now_us) {
    now_us_ = now_us;
    runner_.set_now(now_us);
    return runner_;
  }

  // Domains of the table that are no longer waiting for room.
  [[nodiscard]] uint32_t domains_begun() const { return next_domain_; }
  // Every domain interned so far has its record.
  [[nodiscard]] bool idle() const { return domains_done_ == domains_.size(); }
  // All that, no more will come, and the resolvers were vetted since.
  [[nodiscard]] bool finished() const {
    return is_closed_ && idle() && (has_given_up_ || vetter_.has_ended());
  }
  // Not ok once the resolver was found to lie, or to be down: no more records follow, and what it
  // lied about is not to be used. With settings.finish_when_down to be down is no failure.
  [[nodiscard]] const Status& failure() const {
    static const Status kOk;
    if (!vetter_.failure().ok()) return vetter_.failure();
    return settings_.finish_when_down ? kOk : watch_.failure();
  }
  // One line for each resolver that lies and is asked no more, while others are.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return vetter_.left_out(); }

  void report_progress(Progress& progress) const;
  [[nodiscard]] const asking::LookupCounters& counters() const { return runner_.counters(); }
  // Moves the ids of domains decided since the last call behind those in `done`.
  void take_done(std::vector<DomainId>& done) {
    done.insert(done.end(), done_.begin(), done_.end());
    done_.clear();
  }
  // With settings.explains: every address found for a host.
  [[nodiscard]] const std::vector<IpAddress>& addresses(HostId host) const;
  // Of a host that was asked for, or nothing known.
  [[nodiscard]] const route::HostFacts& facts(HostId host) const;
  // With settings.explains: the route of the domain decided last.
  [[nodiscard]] const route::MailRoute& last_route() const { return last_route_; }

 private:
  enum class OwnerKind : uint8_t { kMx, kConfirm, kHost, kSpf, kWatch, kVet };
  struct DomainJob {
    route::RouteWalk walk;
    DomainId domain;
    int64_t began_us = 0;
    int64_t asked_us = 0;  // MX, its confirmation and the batches of hosts before this one
    int64_t batch_began_us = 0;
    int64_t batch_asked_us = 0;  // of the host that took longest: they are asked side by side
    uint8_t mx_upstream = 0;
    bool is_open = false;  // its record is not yet published
  };
  struct Waiter {
    uint32_t job;
    uint16_t exchange;
  };
  struct HostJob {
    route::HostWalk walk{false};
    HostId host;
    int64_t asked_us = 0;
    std::vector<Waiter> waiters;
  };
  struct KnownHost {
    enum class State : uint8_t { kNew, kAsking, kKnown };
    route::HostFacts facts;
    uint32_t job = 0;  // while kAsking
    State state = State::kNew;
  };
  struct ReadyHost {  // a waiter whose host has become known
    Waiter waiter;
    HostId host;
    int64_t asked_us = 0;  // 0: it was known before
  };

  void on_lookup(const asking::LookupReport& report) override;
  void on_round_failed() override;
  void on_good_answer() override;

  void begin_domain(DomainId domain);
  void follow(uint32_t job, const route::RouteWalk::Step& step);
  void ask(uint32_t job, route::Ask ask);
  void ask_host(uint32_t job, uint16_t exchange);
  void begin_host(HostId host, Waiter waiter);
  void on_host_lookup(uint32_t host_job, const asking::LookupReport& report);
  void ask_for_host(uint32_t host_job, RecordType type);
  void deliver_ready_hosts();
  void deliver(const ReadyHost& ready);
  [[nodiscard]] bool asks_all() const { return settings_.explains || probes_ != nullptr; }
  [[nodiscard]] route::RouteWalk::Wishes wishes() const {
    return {.all_exchanges = asks_all(), .spf = settings_.explains};
  }
  void turn_dns(Intake intake);
  void turn_probes(Intake intake);
  void finish_domain(uint32_t job);
  void publish(uint32_t job);
  void publish_held();
  void publish_unasked(uint32_t job);
  [[nodiscard]] DomainRecord record_of(uint32_t job);
  void put(uint32_t job, const DomainRecord& record);
  void close_job(uint32_t job);
  void note_done(DomainId domain);
  void give_up();
  void finish_new_unasked();
  void begin_free_domains();
  void ask_watch_questions();
  void ask_for_watch(uint32_t number, NameView name, RecordType type);
  void on_watch_outcome(uint32_t number, const LookupOutcome& outcome);
  [[nodiscard]] bool may_begin_domain() const;

  DispatcherSettings settings_;
  table::DomainTable& domains_;
  table::HostTable& hosts_;
  TraceSink* trace_;
  probing::ProbeStage* probes_;  // or none
  asking::LookupRunner runner_;
  asking::ResolverWatch watch_;
  asking::Vetter vetter_;

  std::vector<DomainJob> jobs_;
  std::vector<uint32_t> free_jobs_;
  std::vector<HostJob> host_jobs_;
  std::vector<uint32_t> free_host_jobs_;
  Slab<KnownHost> hosts_known_;                         // by HostId
  std::vector<std::vector<IpAddress>> host_addresses_;  // by HostId, with `explains` only
  std::deque<ReadyHost> ready_;
  std::vector<probing::ProbeDecision> probed_;  // scratch
  std::vector<HostId> exchange_ids_;            // scratch
  route::MailRoute last_route_;
  std::vector<DomainId> done_;           // decided, not yet taken
  std::vector<DomainName> watch_names_;  // that the watch asks for
  std::vector<uint32_t> held_;           // jobs that failed while the resolver itself is in doubt
  uint32_t next_domain_ = 0;
  uint32_t domains_done_ = 0;
  int64_t now_us_ = 0;
  bool is_delivering_ = false;
  bool is_closed_ = false;                       // no more domains will come
  Reason unasked_reason_ = Reason::kDnsTimeout;  // of domains that are given up with the resolver
  uint8_t unasked_rcode_ = 0;
  bool has_given_up_ = false;  // finish_when_down, and it is
};

}  // namespace mxbulk::engine
