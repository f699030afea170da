// Memory for bytes that are kept until the arena is destroyed, and that never move.
//
// Threads: one thread stores. Any thread may read bytes after their address was passed to it.
// Ownership: owns the bytes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace mxbulk {

class Arena {
 public:
  static constexpr size_t kChunkBytes = 64U << 10;

  // A copy that lives as long as the arena. Requires: bytes.size() <= kChunkBytes.
  std::string_view store(std::string_view bytes) {
    char* const copy = allocate(bytes.size());
    std::memcpy(copy, bytes.data(), bytes.size());
    return {copy, bytes.size()};
  }

  // Space for `count` objects of a trivial type, not initialised; at most kChunkBytes.
  template <class T>
  T* store_array(size_t count) {
    const size_t misfit = used_ % alignof(T);
    if (misfit != 0) used_ = std::min(used_ + alignof(T) - misfit, kChunkBytes);
    return reinterpret_cast<T*>(allocate(count * sizeof(T)));
  }

 private:
  char* allocate(size_t size) {
    assert(size <= kChunkBytes);
    if (chunks_.empty() || used_ + size > kChunkBytes) {
      chunks_.push_back(std::make_unique<char[]>(kChunkBytes));
      used_ = 0;
    }
    char* const start = chunks_.back().get() + used_;
    used_ += size;
    return start;
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t used_ = kChunkBytes;
};

}  // namespace mxbulk
