// Runs a task on a loop over a DNS transport, a prober, or both: the one place that knows what an
// iteration of the loop consists of. A run is such a task, and so is each measurement of `doctor`.
//
//   auto driver = Driver::create();
//   if (!driver.ok()) return driver.status();
//   asking::DnsTransport& transport = driver.value()->open_transport(resolvers, timeout_us);
//   MyTask task(transport);  // asks in iterate(), receives in reply_sink()
//   driver.value()->run(task);
//
// Threads: one at a time; wake() and stop() may be called from any.
// Ownership: a Driver owns loop, transport and prober, and must outlive what uses them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/probe_plan.h"
#include "app/resolvers.h"
#include "asking/lookup_runner.h"
#include "base/clock.h"
#include "base/timer_wheel.h"
#include "model/endpoint.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"
#include "net/ares_transport.h"
#include "net/loop.h"
#include "probing/prober.h"
#include "table/host_table.h"

namespace mxbulk::app {

// All calls are made by Driver::run(). Times begin with the run; they are never 0.
class LoopTask {
 public:
  virtual ~LoopTask() = default;

  // Takes the replies that have arrived by `now_us`. Not nullptr if there is a transport.
  virtual asking::DnsReplySink* reply_sink(int64_t /*now_us*/) { return nullptr; }
  // Likewise, with a prober.
  virtual probing::ProbeSink* probe_sink(int64_t /*now_us*/) { return nullptr; }
  // Once an iteration, after the replies; what is asked here is sent at its end. False: the task is
  // done.
  [[nodiscard]] virtual bool iterate(int64_t now_us) = 0;
  // When the next iteration is due if nothing arrives.
  [[nodiscard]] virtual int64_t next_wake_us() const { return kNeverUs; }
};

class Driver {
 public:
  // Errors: kInternal if the system refuses a loop.
  [[nodiscard]] static Result<std::unique_ptr<Driver>> create();

  // Each once, before run().
  net::AresTransport& open_transport(const std::vector<Endpoint>& resolvers, int64_t timeout_us);
  // The prober that make_prober() chooses. Errors: as there.
  [[nodiscard]] Result<probing::Prober*> open_prober(const Options& options, const ProbePlan& plan);

  // Returns when the task is done, or after stop().
  void run(LoopTask& task);
  void wake() { loop_->wake(); }
  void stop() { loop_->stop(); }

  // Not the time of the task, which does not advance within an iteration.
  [[nodiscard]] int64_t clock_us() const { return clock_.now_us(); }

 private:
  Driver() = default;
  int64_t iterate(LoopTask& task, int64_t now_us);

  SteadyClock clock_;
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::AresTransport> transport_;  // may be nullptr
  std::unique_ptr<probing::DrivenProber> prober_;  // likewise
};

// A task that asks questions as a run asks them: with its windows, attempts and timeouts. Derived
// classes call runner_.turn() in iterate().
class LookupTask : public LoopTask {
 protected:
  LookupTask(Driver& driver, const std::vector<Endpoint>& resolvers, const DnsOptions& options);

  asking::LookupSettings settings_;
  table::HostTable hosts_;
  asking::LookupRunner runner_;

 private:
  asking::DnsReplySink* reply_sink(int64_t now_us) final;
  [[nodiscard]] int64_t next_wake_us() const override { return runner_.next_wake_us(); }
};

// If `lab` is among the resolvers, a prober that opens no socket: the addresses of that world
// belong to others. The one place that makes a net::SmtpProber. `plan` is that of `options`; `loop`
// must outlive the prober. Requires: the depth is not kOff. Errors: kInput if the built-in world
// cannot be read.
[[nodiscard]] Result<std::unique_ptr<probing::DrivenProber>> make_prober(const Options& options,
                                                                         const ProbePlan& plan,
                                                                         net::Loop& loop);

}  // namespace mxbulk::app
