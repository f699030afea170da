// The bytes of one input: a file or a pipe, inflated if its first bytes are those of gzip or zstd.
//
// Threads: one reader thread. Ownership: a source owns its descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/plain_file.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

// Ends a wait for a pipe from another thread: set() may be called by any thread, at any time.
// Owns its descriptor.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void set() const;
  // Waits until `descriptor` can be read or has ended. False: the signal was set.
  [[nodiscard]] bool wait_readable(int descriptor) const;

 private:
  int event_;  // eventfd(2); -1 if the system refused it: then a wait cannot be ended
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Waits until there are bytes. Returns 0 at the end, or if the wait was cancelled. Errors:
  // kInput, with the offset in the file. Requires: !to.empty().
  virtual Result<size_t> read(std::span<char> to) = 0;
  // False: read() would wait.
  virtual bool is_ready() = 0;
  // A pipe, a terminal, a socket: no bytes may come for hours.
  [[nodiscard]] virtual bool is_stream() const = 0;
  // In octets of the file as it is stored; the total is 0 for a stream.
  [[nodiscard]] virtual uint64_t bytes_read() const = 0;
  [[nodiscard]] virtual uint64_t bytes_total() const = 0;
  // The number of octet sequences that became U+FFFD.
  [[nodiscard]] virtual uint64_t replaced() const { return 0; }
  // `gzip`, `zstd`; empty if the bytes are stored as they are.
  [[nodiscard]] virtual std::string_view compression() const { return {}; }
  // The file with the bytes that read() gives, from offset 0 on; nullptr if they cannot be read
  // again.
  [[nodiscard]] virtual std::shared_ptr<const PlainFile> plain_file() const { return nullptr; }
};

// "-" is standard input. gzip and zstd are known by their magic bytes. `stop` ends a wait for a
// pipe; it outlives the source.
// Errors: kInput (missing, a folder, unreadable).
Result<std::unique_ptr<ByteSource>> open_source(const std::string& path, const StopSignal& stop);

// The name of the source in messages: the path, or `standard input`.
[[nodiscard]] std::string source_name(const std::string& path);

// isa-l as compiled against, zstd as loaded.
[[nodiscard]] std::vector<std::string> inflate_versions();

}  // namespace mxbulk::input
