// Blocks on their way from the reader to the writer, in order. Up to a number of bytes they are in
// memory; further blocks are deferred to disk while the writer waits for a verdict, so that the
// reader need not wait. If the writer is only slow, the reader waits: a copy on disk would gain
// nothing.
//
//   front_ (memory) ─ deferred_ (files) ─ back_ (memory)
//
// Threads: one thread pushes; one pops, and says when it waits for a verdict; any thread aborts.
// Ownership: owns the blocks between push() and pop().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "model/block.h"
#include "mxbulk/status.h"
#include "rows/deferred_blocks.h"

namespace mxbulk::rows {

class BlockQueue {
 public:
  BlockQueue(uint64_t bytes_max, SpillFileOpener open_spill)
      : bytes_max_(bytes_max), deferred_(std::move(open_spill)) {}

  // Waits while memory is full and the writer is busy; an empty queue accepts any block. If blocks
  // cannot be deferred it waits for verdicts too, and calls `on_stuck` once before. False if the
  // run was aborted.
  [[nodiscard]] bool push(Block block, const std::function<void()>& on_stuck);
  // No block will be pushed any more.
  void close();
  void abort();
  [[nodiscard]] bool is_aborted();

  // Moves the next block into `block`; its bytes count as in use until the next pop(). False at the
  // end, or if the run was aborted. Errors: as DeferredBlocks::load().
  [[nodiscard]] Result<bool> pop(Block& block);
  // True if pop() would wait.
  [[nodiscard]] bool is_empty();
  // The thread that pops waits for a verdict (true), or no longer does (false).
  void set_writer_waits(bool waits);

  [[nodiscard]] uint64_t rows_deferred();
  // Why blocks could not be deferred, if that was needed; else ok.
  [[nodiscard]] Status deferring_failure();

 private:
  [[nodiscard]] static uint64_t memory_bytes(const Block& block);
  [[nodiscard]] bool has_room(uint64_t bytes) const;
  [[nodiscard]] bool has_next() const;
  void defer(const Block& block);
  void defer_oldest_of_back();

  const uint64_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> front_;
  DeferredBlocks deferred_;
  std::deque<Block> back_;  // empty if no block is deferred
  uint64_t bytes_ = 0;      // of front_, back_ and the popped block
  uint64_t popped_bytes_ = 0;
  Status failure_;  // of deferring; then it is not tried again
  bool writer_waits_ = false;
  bool is_closed_ = false;
  bool is_aborted_ = false;
};

}  // namespace mxbulk::rows
