// A thread that writes decided domains into the state while the run goes on: a killed run loses
// what was decided in the last seconds.
//
//   StateWriter writer(database, row_of, host_of);
//   writer.start(on_failure);
//   writer.add(decided);            // loop thread; never waits
//   Status status = writer.stop();  // writes the rest, joins
//
// Threads: add() from one thread, flush() from any; start() and stop() from one thread. After
// stop() the connection is the caller's. Ownership: borrows the connection.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/strong_id.h"
#include "mxbulk/status.h"
#include "state/domain_writer.h"

namespace mxbulk::state {

class StateWriter {
 public:
  // Fills the row of a decided domain; false: it is not to be written. Writer's thread.
  using RowOf = std::function<bool(DomainId, DomainRow&)>;

  StateWriter(Database& database, RowOf row_of, DomainWriter::HostOf host_of)
      : rows_(database, std::move(host_of)), row_of_(std::move(row_of)) {}
  ~StateWriter();
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;

  // `on_failure`: called once, on the writer's thread, if writing fails. Nothing is written after
  // that. Errors: kInternal if the system refuses a thread.
  [[nodiscard]] Status start(std::function<void()> on_failure);
  // Takes the ids out of `decided`. They are four octets each: the queue is never longer than the
  // list has domains.
  void add(std::vector<DomainId>& decided);
  // Returns when all that was added before is written, or writing has failed.
  void flush();
  // Writes the rest and ends the thread. Returns the first error.
  [[nodiscard]] Status stop();

  // After stop(). Takes back all that was written.
  [[nodiscard]] Status take_back();
  // After stop().
  [[nodiscard]] uint64_t written() const { return written_.size(); }

 private:
  void work();
  void write(const std::vector<DomainId>& ids);

  DomainWriter rows_;
  RowOf row_of_;
  std::function<void()> on_failure_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DomainId> queue_;
  bool is_stopping_ = false;
  bool is_flushing_ = false;
  bool is_over_ = true;            // the thread does not run
  std::vector<DomainId> written_;  // writer's thread
  std::vector<DomainRow> batch_;   // likewise
  Status failure_;                 // likewise
};

}  // namespace mxbulk::state
