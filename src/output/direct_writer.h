// The bulk of a big file, past the page cache (O_DIRECT in open(2)): the kernel need not find, fill
// and give back a page for each 4 KiB, and whatever else the machine keeps in its cache stays
// there.
//
// Threads: one writer; a thread of its own carries full pieces to the disk meanwhile. Ownership:
// borrows the descriptor, which nobody else writes to until finish().
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace mxbulk::output {

class DirectWriter {
 public:
  // Offsets, sizes and addresses are multiples of it, whatever the disk.
  static constexpr size_t kAlignment = 4'096;

  // False if the file system cannot: then nothing has changed.
  [[nodiscard]] static bool is_possible(int fd);

  // Writes from `offset` on. Null if there is no memory or no thread for it: then nothing has
  // changed. Requires: is_possible(fd), offset % kAlignment == 0.
  [[nodiscard]] static std::unique_ptr<DirectWriter> start(int fd, uint64_t offset);
  ~DirectWriter();
  DirectWriter(const DirectWriter&) = delete;
  DirectWriter& operator=(const DirectWriter&) = delete;

  // Takes all of `bytes`. Returns the errno of what failed, now or earlier; 0: nothing did.
  [[nodiscard]] int write(std::string_view bytes);
  // Returns once all is written; a last piece of an odd size goes through the page cache.
  [[nodiscard]] int finish();

 private:
  static constexpr size_t kPieceBytes = 1U << 20;  // the disk's speed, as good as any more
  static constexpr size_t kPieces = 4;  // one on its way, one being filled, two for unevenness

  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };

  DirectWriter(int fd, uint64_t offset) : fd_(fd), offset_(offset) {}
  [[nodiscard]] bool begin();
  void carry();
  [[nodiscard]] int put(const char* bytes, size_t size);
  [[nodiscard]] bool leave_direct();
  [[nodiscard]] int hand_over();
  void stop();

  int fd_;
  uint64_t offset_;  // of the next piece; the thread's until it is joined, as is_direct_
  bool is_direct_ = true;
  std::array<std::unique_ptr<char, Free>, kPieces> pieces_;
  size_t filled_ = 0;  // octets in the piece being filled

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t handed_over_ = 0;  // pieces, in turn; the next one is being filled
  size_t carried_ = 0;
  int error_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mxbulk::output
