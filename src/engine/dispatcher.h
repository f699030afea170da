// Decides every domain of the table: evaluates its route, asks the questions that the route needs,
// and publishes the record.
//
//   DomainTable ─ ids ─► RouteEvaluation ─ asks ─► LookupRunner, HostLookups ─► DnsTransport
//                          ▲ └─ done ─► publish ─► DecisionObserver
//                          └────── outcomes ──────┘
//
// Threads: one loop thread. Ownership: borrows tables, transport, trace, probes and observer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "asking/lookup_runner.h"
#include "asking/resolver_checker.h"
#include "asking/wildcard_checks.h"
#include "base/pool.h"
#include "engine/exchange_names.h"
#include "engine/host_lookups.h"
#include "engine/recall.h"
#include "model/trace_sink.h"
#include "mxbulk/status.h"
#include "mxbulk/validator.h"
#include "probing/probe_stage.h"
#include "route/route_evaluation.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::engine {

// Is told of each domain once, when its record is published. On the loop thread: it must not wait.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;
  virtual void on_decided(DomainId domain, const DomainRecord& record) = 0;
  // When the resolvers should be checked for what was decided; kNeverUs: when they are anyway.
  // After a turn at that time it must be later.
  [[nodiscard]] virtual int64_t check_due_us() const { return kNeverUs; }
};

struct DispatcherSettings {
  asking::LookupSettings lookup;
  int64_t dns_deadline_us = 20'000'000;  // of asking time for one domain
  bool explains = false;                 // `check`: asks everything, and keeps what it found
  const route::AddressPolicy* policy = &route::AddressPolicy::internet();
  asking::CheckSettings checks;  // of the resolvers; their failure ends the run
  // A resolver that is down does not end the run: what is undecided becomes `unknown` without being
  // asked, with the failure of the outage as its reason (ResolverChecker::outage_status(): timeout,
  // SERVFAIL or REFUSED).
  bool finish_when_down = false;
  int64_t unix_start_s = 0;              // wall clock at time 0 of the engine's clock
  DecisionObserver* observer = nullptr;  // may be nullptr
  Recall* recall = nullptr;              // likewise: every domain is asked for
  // Then what is undecided becomes `unknown/not_attempted` without being asked, and what is not
  // probed yet `mx_ok/probe_skipped`. kNeverUs: there is none.
  int64_t deadline_us = kNeverUs;
};

// What the dispatcher may expect of the reader.
struct Intake {
  bool closed = false;        // no more domains will come
  bool reader_waits = false;  // none will come before rows are written
};

// A domain on its way to its verdict.
struct DomainJob {
  route::RouteEvaluation evaluation;
  DomainId domain;
  int64_t began_us = 0;
  int64_t asked_us = 0;  // MX, its confirmation and the batches of hosts before this one
  int64_t batch_began_us = 0;
  int64_t batch_asked_us = 0;  // of the host that took longest: they are asked side by side
  uint8_t mx_upstream = 0;
};

class Dispatcher final {
 public:
  // `probes`: the second stage; nullptr without probing.
  Dispatcher(DispatcherSettings settings, table::DomainTable& domains, table::HostTable& hosts,
             asking::DnsTransport& transport, TraceSink* trace,
             probing::ProbeStage* probes = nullptr);
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Takes new domains from the table as there is room, and fires timers. Call it after the
  // transport has delivered its replies to sink() of the same time.
  void turn(int64_t now_us, Intake intake);
  // kNeverUs: nothing is due.
  [[nodiscard]] int64_t next_wake_us() const;
  // For the replies that were received by `now_us`.
  [[nodiscard]] asking::DnsReplySink& sink(int64_t now_us) {
    now_us_ = now_us;
    runner_.set_now(now_us);
    return runner_;
  }

  // Domains of the table that are no longer waiting for room.
  [[nodiscard]] uint32_t domains_begun() const { return next_domain_; }
  // Every domain of the table has its record.
  [[nodiscard]] bool idle() const { return domains_done_ == domains_.size(); }
  // Likewise, no more will come, and the resolvers were checked since.
  [[nodiscard]] bool finished() const {
    return is_closed_ && idle() && (given_up_ == GivenUp::kDown || checker_.has_ended());
  }
  // Not ok if a resolver gave false answers that were used, or is down: no more records follow, and
  // those published are not to be used. With finish_when_down an outage is no failure.
  [[nodiscard]] const Status& failure() const {
    static const Status kOk;
    if (!checker_.failure().ok()) return checker_.failure();
    return settings_.finish_when_down ? kOk : checker_.outage();
  }
  // The deadline came while something was undecided.
  [[nodiscard]] bool has_missed_deadline() const { return has_missed_deadline_; }
  // As in ResolverChecker.
  [[nodiscard]] int64_t checked_until_us() const { return checker_.checked_until_us(); }
  [[nodiscard]] bool uses_unchecked() const { return checker_.uses_unchecked(); }
  // Of the last turn.
  [[nodiscard]] int64_t now_us() const { return now_us_; }
  // One line for each resolver that was excluded while others are used.
  [[nodiscard]] const std::vector<std::string>& excluded() const { return checker_.excluded(); }

  void report_progress(Progress& progress) const;
  [[nodiscard]] const asking::LookupCounters& counters() const { return runner_.counters(); }
  // With settings.explains: every address found for a host.
  [[nodiscard]] const std::vector<IpAddress>& addresses(HostId host) const {
    return host_lookups_.addresses(host);
  }
  // Of a host that was asked for; else nothing is set.
  [[nodiscard]] const route::HostFacts& facts(HostId host) const {
    return host_lookups_.facts(host);
  }
  // With settings.explains: the route of the domain that was decided last.
  [[nodiscard]] const route::MailRoute& last_route() const { return last_route_; }

 private:
  using JobHandle = Handle<DomainJob>;

  // Gives the outcome of one kind of question to its member function.
  class Client final : public asking::LookupClient {
   public:
    using OnOutcome = void (Dispatcher::*)(JobHandle, const asking::LookupReport&);
    Client(Dispatcher& dispatcher, OnOutcome on_outcome)
        : dispatcher_(dispatcher), on_outcome_(on_outcome) {}
    void on_lookup(const asking::LookupReport& report) override {
      (dispatcher_.*on_outcome_)(JobHandle::unpacked(report.token), report);
    }

   private:
    Dispatcher& dispatcher_;
    OnOutcome on_outcome_;
  };

  // Why what is undecided is not asked for any more.
  enum class GivenUp : uint8_t {
    kNo,
    kDown,      // finish_when_down, and the resolver is down
    kDeadline,  // the resolvers are still checked: what was found rests on them
  };

  void turn_dns(Intake intake);
  void turn_probes(Intake intake);
  [[nodiscard]] bool may_begin_domain() const;
  void begin_next_domain();
  void begin_domains_without_queries();
  [[nodiscard]] bool recall_next_domain();
  void deliver_ready();
  void deliver(JobHandle handle, const HostLookups::Ready& ready);
  void ask_wildcard(JobHandle handle);

  void on_mx(JobHandle handle, const asking::LookupReport& report);
  void on_confirm(JobHandle handle, const asking::LookupReport& report);
  void on_spf(JobHandle handle, const asking::LookupReport& report);

  void follow(JobHandle handle, const route::RouteEvaluation::Step& step);
  void ask(JobHandle handle, const route::Ask& ask);
  void ask_host(JobHandle handle, uint16_t exchange);
  [[nodiscard]] bool asks_all() const { return settings_.explains || probes_ != nullptr; }

  void finish_domain(JobHandle handle);
  void publish_held();
  void give_up(GivenUp why);
  void end_probes();
  void finish_new_unasked();
  void publish(JobHandle handle);
  void publish_unasked(JobHandle handle);
  [[nodiscard]] DomainRecord record_of(const DomainJob& job);
  void put(JobHandle handle, const DomainRecord& record);
  void note_decided(DomainId domain, const DomainRecord& record);
  [[nodiscard]] int64_t check_due_us() const {
    return settings_.observer == nullptr ? kNeverUs : settings_.observer->check_due_us();
  }
  [[nodiscard]] uint32_t unix_now_s() const {
    return static_cast<uint32_t>(settings_.unix_start_s + now_us_ / 1'000'000);
  }

  DispatcherSettings settings_;
  table::DomainTable& domains_;
  table::HostTable& hosts_;
  ExchangeNames exchange_names_;
  TraceSink* trace_;
  probing::ProbeStage* probes_;  // may be nullptr
  asking::LookupRunner runner_;
  asking::ResolverChecker checker_;
  HostLookups host_lookups_;
  asking::WildcardChecks wildcards_;
  Client mx_client_{*this, &Dispatcher::on_mx};
  Client confirm_client_{*this, &Dispatcher::on_confirm};
  Client spf_client_{*this, &Dispatcher::on_spf};

  Pool<DomainJob> jobs_;
  std::vector<JobHandle> held_;                 // failed while the resolver itself is in doubt
  std::vector<probing::ProbeDecision> probed_;  // scratch
  std::vector<HostId> exchange_ids_;            // scratch
  route::MailRoute last_route_;
  uint32_t next_domain_ = 0;
  uint32_t domains_done_ = 0;
  int64_t now_us_ = 0;
  uint32_t known_ = 0;  // domains of the table that may begin
  bool is_closed_ = false;
  bool needs_turn_ = false;  // at once
  GivenUp given_up_ = GivenUp::kNo;
  bool has_missed_deadline_ = false;
};

}  // namespace mxbulk::engine
