// Blocks that wait on disk, first in, first out, without any memory per block.
//
// Keys, local parts and row lengths go to a spill file. So do the bytes, unless they are unchanged
// in a plain file, which is read again.
//
// Threads: one at a time. Ownership: owns the spill file; shares the files that are read again.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "model/block.h"
#include "rows/spill_file.h"

namespace mxbulk::rows {

class DeferredBlocks {
 public:
  // `open`: creates the spill file; called before the first block is deferred.
  explicit DeferredBlocks(SpillFileOpener open) : open_(std::move(open)) {}

  // Adds a copy of `block` at the end. Errors: kInternal; then nothing has changed.
  Status defer(const Block& block);
  // Removes the first block. Errors: kInternal if it cannot be read, kInput if its file has
  // changed. Requires: !empty().
  Result<Block> load();

  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] uint64_t rows() const { return rows_; }  // all that were deferred so far

 private:
  struct Record;
  struct SharedFile {
    std::shared_ptr<const PlainFile> file;
    uint64_t blocks;
  };

  void share(const std::shared_ptr<const PlainFile>& file);
  void release_first();
  Status load_rows(const Record& record, Block& block);
  Status load_bytes(const Record& record, Block& block);

  SpillFileOpener open_;
  std::unique_ptr<SpillFile> spill_;
  uint64_t begin_ = 0;  // of what is deferred, in the spill file
  uint64_t end_ = 0;
  uint64_t given_back_ = 0;       // up to here the spill file's disk space was freed
  std::deque<SharedFile> files_;  // in the order of the blocks that are in them
  std::string scratch_;
  uint64_t rows_ = 0;
};

}  // namespace mxbulk::rows
