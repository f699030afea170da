// The network thread: loop, transport and dispatcher, from start to join. Starts the lab where the
// resolver is `lab`.
//
// Threads: made, started and joined by one thread. Ownership: owns loop, transport, prober,
// dispatcher and lab; borrows the rest.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "app/probe_plan.h"
#include "base/clock.h"
#include "engine/dispatcher.h"
#include "enrich/enrich.h"
#include "lab/dns_server.h"
#include "model/trace_sink.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "mxbulk/summary.h"
#include "mxbulk/validator.h"
#include "net/ares_transport.h"
#include "net/loop.h"
#include "probing/probe_stage.h"
#include "probing/prober.h"

namespace mxbulk::app {

class NetRunner {
 public:
  struct Hooks {
    std::function<void(engine::Dispatcher&)> after_turn;  // network thread
    std::function<void()> on_failure;                     // network thread, at most once
    TraceSink* trace = nullptr;
    engine::DecisionObserver* observer = nullptr;  // as in DispatcherSettings
    bool explains = false;                         // likewise
    bool finish_when_down = false;                 // likewise
    bool detects_outage = true;                    // as in CheckSettings
    bool probe_as_they_come = false;               // as in ProbeStageSettings
  };

  // What it borrows.
  struct World {
    table::DomainTable& domains;
    table::HostTable& hosts;
    const enrich::Enricher& enricher;
    Progress& progress;
  };

  static Result<std::unique_ptr<NetRunner>> create(const Options& options, const World& world,
                                                   Hooks hooks);
  ~NetRunner();
  NetRunner(const NetRunner&) = delete;
  NetRunner& operator=(const NetRunner&) = delete;

  Status start();
  // Any thread: new domains were interned, or an intake flag below was changed.
  void wake() { loop_->wake(); }
  void close_intake();
  void set_reader_waits(bool waits);
  // Ends the thread; without close_intake() and all domains done, early.
  void stop();
  void join();

  // After join().
  [[nodiscard]] const Status& failure() const { return dispatcher_->failure(); }
  [[nodiscard]] const engine::Dispatcher& dispatcher() const { return *dispatcher_; }
  void fill(Summary& summary) const;

 private:
  NetRunner(Progress& progress, Hooks hooks) : progress_(progress), hooks_(std::move(hooks)) {}
  [[nodiscard]] Status open_probes(const Options& options, const World& world);
  int64_t turn(int64_t now_us);

  Progress& progress_;
  Hooks hooks_;
  SteadyClock clock_;
  int64_t began_us_ = 0;
  std::unique_ptr<lab::DnsServer> lab_;
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::AresTransport> transport_;
  ProbePlan plan_;
  std::unique_ptr<probing::DrivenProber> prober_;  // none without probing
  std::unique_ptr<probing::ProbeStage> probes_;    // likewise
  std::unique_ptr<engine::Dispatcher> dispatcher_;
  uint32_t qps_default_ = 0;
  uint16_t port_probed_ = 0;
  std::atomic<bool> intake_closed_{false};
  std::atomic<bool> reader_waits_{false};
  std::vector<std::string> resolvers_;
  std::thread thread_;
};

}  // namespace mxbulk::app
