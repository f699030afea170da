// The network thread of a run: it drives transport, prober and dispatcher. Starts the built-in
// server if the resolver is `lab`.
//
//   auto net = NetRunner::create(options, {domains, hosts, enricher, progress}, std::move(hooks));
//   if (!net.ok()) return net.status();
//   Status status = net.value()->run({.read = …, .close = …, .write = …, .abort = …});
//   net.value()->fill(summary);
//
// Threads: made, started and joined by one thread. Ownership: owns driver, dispatcher and built-in
// server; borrows the rest.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/driver.h"
#include "app/probe_plan.h"
#include "engine/dispatcher.h"
#include "enrich/enrich.h"
#include "lab/dns_server.h"
#include "model/trace_sink.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "mxbulk/validator.h"
#include "net/ares_transport.h"
#include "probing/probe_stage.h"

namespace mxbulk::app {

class NetRunner final : private LoopTask {
 public:
  struct Hooks {
    std::function<void(engine::Dispatcher&)> after_turn;  // network thread
    TraceSink* trace = nullptr;
    engine::DecisionObserver* observer = nullptr;  // as in DispatcherSettings
    engine::Recall* recall = nullptr;              // likewise
    bool explains = false;                         // likewise
    bool finish_when_down = false;                 // likewise
    bool detects_outage = true;                    // as in CheckSettings
    bool probe_as_they_come = false;               // as in ProbeStageSettings
  };

  // Must outlive the runner.
  struct Borrowed {
    table::DomainTable& domains;
    table::HostTable& hosts;
    const enrich::Enricher& enricher;
    Progress& progress;
  };

  // The threads of a run besides this one.
  struct RowWork {
    std::function<Status()> read;   // reader thread: interns the domains of all rows
    std::function<void()> close;    // reader thread, after read(): no more rows will come
    std::function<Status()> write;  // calling thread
    // Any thread, any number of times: read() and write() return soon, whatever they wait for.
    std::function<void()> abort;
  };

  static Result<std::unique_ptr<NetRunner>> create(const Options& options, const Borrowed& borrowed,
                                                   Hooks hooks);
  ~NetRunner() override;
  NetRunner(const NetRunner&) = delete;
  NetRunner& operator=(const NetRunner&) = delete;

  // Runs `work` and the network thread until all rows are written, or something fails. Errors: by
  // first_failure().
  Status run(const RowWork& work);

  // The steps of run(), for callers that have no rows. Errors: kInternal if the system refuses a
  // thread.
  Status start();
  // Any thread: tells the loop that new domains were interned.
  void wake() { driver_->wake(); }
  void close_intake();
  void set_reader_waits(bool waits);
  // Ends the thread, also before all domains are decided.
  void stop();
  void join();

  // After join().
  [[nodiscard]] const Status& failure() const { return dispatcher_->failure(); }
  [[nodiscard]] const engine::Dispatcher& dispatcher() const { return *dispatcher_; }
  void fill(Summary& summary) const;

 private:
  NetRunner(Progress& progress, Hooks hooks) : progress_(progress), hooks_(std::move(hooks)) {}
  [[nodiscard]] Status open_probes(const Options& options, const Borrowed& borrowed);

  // Network thread.
  asking::DnsReplySink* reply_sink(int64_t now_us) override;
  probing::ProbeSink* probe_sink(int64_t now_us) override;
  bool iterate(int64_t now_us) override;
  [[nodiscard]] int64_t next_wake_us() const override { return dispatcher_->next_wake_us(); }

  Progress& progress_;
  Hooks hooks_;
  std::function<void()> abort_rows_;  // may be empty
  std::unique_ptr<lab::DnsServer> lab_;
  ProbePlan plan_;
  std::unique_ptr<Driver> driver_;
  net::AresTransport* transport_ = nullptr;      // the driver's
  std::unique_ptr<probing::ProbeStage> probes_;  // nullptr without probing
  std::unique_ptr<engine::Dispatcher> dispatcher_;
  uint32_t qps_default_ = 0;
  uint16_t port_probed_ = 0;
  std::atomic<bool> intake_closed_{false};
  std::atomic<bool> reader_waits_{false};
  std::vector<std::string> resolvers_;
  std::thread thread_;
};

}  // namespace mxbulk::app
