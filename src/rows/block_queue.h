// Blocks on their way from the reader to the writer, in order: so many bytes of them in memory, and
// behind those any number deferred, so that the reader need not wait where the writer waits for a
// verdict. Where the writer is merely slow the reader waits, for then nothing is gained by copies.
//
//   front_ (memory) ─ deferred_ (files) ─ back_ (memory)
//
// Threads: one pushes; one pops and says when it waits; anyone aborts.
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

  // Waits while memory is full and the writer at work; an empty queue takes any block. Where blocks
  // cannot be deferred it waits for verdicts too, and calls `on_stuck` once before. False when the
  // run was aborted.
  [[nodiscard]] bool push(Block block, const std::function<void()>& on_stuck);
  // No more will be pushed.
  void close();
  void abort();
  [[nodiscard]] bool is_aborted();

  // Takes the next block into `block`, whose room is free again at the next pop(). False at the
  // end, or when the run was aborted. Errors: as DeferredBlocks::load().
  [[nodiscard]] Result<bool> pop(Block& block);
  // True where pop() would wait.
  [[nodiscard]] bool is_empty();
  // The thread that pops waits for a verdict, or does so no more.
  void set_writer_waits(bool waits);

  [[nodiscard]] uint64_t rows_deferred();
  // Why blocks could not be deferred, where they should have been; else ok.
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
  std::deque<Block> back_;  // empty where nothing is deferred
  uint64_t bytes_ = 0;      // of front_, back_ and the popped block
  uint64_t popped_bytes_ = 0;
  Status failure_;  // of deferring; it is not tried again
  bool writer_waits_ = false;
  bool is_closed_ = false;
  bool is_aborted_ = false;
};

}  // namespace mxbulk::rows
