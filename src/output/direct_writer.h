// Writes most of a big file past the page cache (O_DIRECT in open(2)): the kernel need not find,
// fill and free a page per 4 KiB, and other files stay in the cache.
//
// Threads: one writer; a second thread writes full pieces to the disk. Ownership: borrows the
// descriptor; nothing else writes to it until finish().
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
  // Offsets, sizes and addresses are multiples of it: enough for every disk.
  static constexpr size_t kAlignment = 4'096;

  // False if the file system cannot do it; then nothing has changed.
  [[nodiscard]] static bool is_possible(int fd);

  // A writer that begins at `offset`. nullptr if there is no memory or no thread; then nothing has
  // changed. Requires: is_possible(fd), offset % kAlignment == 0.
  [[nodiscard]] static std::unique_ptr<DirectWriter> start(int fd, uint64_t offset);
  ~DirectWriter();
  DirectWriter(const DirectWriter&) = delete;
  DirectWriter& operator=(const DirectWriter&) = delete;

  // Takes all of `bytes`. Returns the errno of this call or of an earlier write; 0 = no error.
  [[nodiscard]] int write(std::string_view bytes);
  // Returns after all bytes are written. A last piece of an odd size goes through the page cache.
  [[nodiscard]] int finish();

 private:
  static constexpr size_t kPieceBytes = 1U << 20;  // reaches the disk's speed; more gains nothing
  static constexpr size_t kPieces =
      4;  // one being written, one being filled, two to even out delays

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
  uint64_t
      offset_;  // of the next piece; used by the second thread until it is joined, like is_direct_
  bool is_direct_ = true;
  std::array<std::unique_ptr<char, Free>, kPieces> pieces_;
  size_t filled_ = 0;  // octets in the piece being filled

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t handed_over_ = 0;  // number of pieces passed to the second thread
  size_t carried_ = 0;
  int error_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mxbulk::output
