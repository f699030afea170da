// An array that only grows. Its elements never move.
//
// Threads: one thread appends; any thread may read the elements below a size() that it has seen.
// Ownership: owns its elements.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace mxbulk {

template <class T, size_t kChunkBits = 12, size_t kChunksMax = 1U << 15>
class Slab {
 public:
  Slab() : chunks_(std::make_unique<std::array<std::atomic<T*>, kChunksMax>>()) {}
  ~Slab() {
    for (std::atomic<T*>& chunk : *chunks_) delete[] chunk.load(std::memory_order_relaxed);
  }
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  static constexpr size_t capacity() { return kChunksMax << kChunkBits; }
  [[nodiscard]] uint32_t size() const { return size_.load(std::memory_order_acquire); }

  // Appending thread only. The element stays private until publish().
  // Requires: size() < capacity().
  T& prepare() {
    const uint32_t index = size_.load(std::memory_order_relaxed);
    assert(index < capacity());
    std::atomic<T*>& chunk = (*chunks_)[index >> kChunkBits];
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
      chunk.store(new T[size_t{1} << kChunkBits](), std::memory_order_release);
    }
    return at(index);
  }
  // Makes the prepared element visible; returns its index.
  uint32_t publish() {
    const uint32_t index = size_.load(std::memory_order_relaxed);
    size_.store(index + 1, std::memory_order_release);
    return index;
  }

  // Appending thread only. The element at `index`; it and all before it are added if they do not
  // exist.
  T& grow_to(uint32_t index) {
    while (size() <= index) {
      prepare();
      publish();
    }
    return at(index);
  }

  [[nodiscard]] T& operator[](uint32_t index) { return at(index); }
  [[nodiscard]] const T& operator[](uint32_t index) const {
    return const_cast<Slab*>(this)->at(index);
  }

 private:
  T& at(uint32_t index) {
    T* const chunk = (*chunks_)[index >> kChunkBits].load(std::memory_order_acquire);
    return chunk[index & ((size_t{1} << kChunkBits) - 1)];
  }

  std::unique_ptr<std::array<std::atomic<T*>, kChunksMax>> chunks_;
  std::atomic<uint32_t> size_{0};
};

}  // namespace mxbulk
