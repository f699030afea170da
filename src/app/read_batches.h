// The reading loop of a run. Threads: one reader thread. Ownership: keeps nothing.
#pragma once

#include "input/row_reader.h"
#include "mxbulk/status.h"
#include "mxbulk/validator.h"
#include "rows/row_keys.h"

namespace mxbulk::app {

// Reads all rows and interns their domains. `take(batch)` gets each batch with its row keys; false
// ends the reading. Errors: as RowReader::next() and RowKeys::fill().
template <class Take>
[[nodiscard]] Status read_batches(input::RowReader& reader, rows::RowKeys& keys, Progress& progress,
                                  Take take) {
  input::RowBatch batch;
  while (true) {
    const Result<bool> more = reader.next(batch);
    if (!more.ok()) return more.status();
    progress.bytes_read.store(reader.bytes_read(), std::memory_order_relaxed);
    if (!more.value()) return {};
    if (Status status = keys.fill(batch); !status.ok()) return status;
    progress.rows_read.fetch_add(batch.block.keys.size(), std::memory_order_relaxed);
    if (!take(batch)) return {};
  }
}

}  // namespace mxbulk::app
