#include "net/cares_memory.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/limits.h"

#if defined(__has_feature)
#define MXBULK_HAS(feature) __has_feature(feature)
#else
#define MXBULK_HAS(feature) 0
#endif

namespace mxbulk::net {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    MXBULK_HAS(address_sanitizer) || MXBULK_HAS(thread_sanitizer)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

// Sizes are rounded up to classes of 16 octets. Larger blocks are malloc's.
constexpr size_t kClassBytes = 16;
constexpr size_t kClasses = 64;

// In front of each block, which it aligns.
struct alignas(std::max_align_t) Header {
  size_t size_class = 0;  // 0: not kept
  Header* next = nullptr;
};

// The freed blocks of one thread. No destructor: c-ares may free after those of the thread have
// run.
struct Kept {
  std::array<Header*, kClasses> first{};  // by class
  size_t bytes = 0;
  bool is_closed = false;
};
constinit thread_local Kept kept;

// Gives them back when the thread ends.
struct KeptEnd {
  ~KeptEnd() {
    kept.is_closed = true;
    for (Header*& first : kept.first) {
      while (first != nullptr) std::free(std::exchange(first, first->next));
    }
  }
};

size_t size_of(size_t size_class) {
  return sizeof(Header) + size_class * kClassBytes;
}

void* allocate_new(size_t size_class, size_t bytes) {
  auto* const header = static_cast<Header*>(std::malloc(sizeof(Header) + bytes));
  if (header == nullptr) return nullptr;
  header->size_class = size_class;
  return header + 1;
}

void* allocate(size_t bytes) {
  const size_t size_class = (bytes + kClassBytes - 1) / kClassBytes;
  if (size_class >= kClasses) return allocate_new(0, bytes);
  Header* const header = kept.first[size_class];
  if (header == nullptr) return allocate_new(size_class, size_class * kClassBytes);
  kept.first[size_class] = header->next;
  kept.bytes -= size_of(size_class);
  return header + 1;
}

void release(void* block) {
  if (block == nullptr) return;
  auto* const header = static_cast<Header*>(block) - 1;
  const size_t size_class = header->size_class;
  const bool is_full = kept.bytes + size_of(size_class) > limits::kCaresKeptBytesMax;
  if (size_class == 0 || is_full || kept.is_closed) {
    std::free(header);
    return;
  }
  static thread_local const KeptEnd end;
  header->next = std::exchange(kept.first[size_class], header);
  kept.bytes += size_of(size_class);
}

void* reallocate(void* block, size_t bytes) {
  if (block == nullptr) return allocate(bytes);
  auto* const header = static_cast<Header*>(block) - 1;
  if (header->size_class == 0) {
    auto* const larger = static_cast<Header*>(std::realloc(header, sizeof(Header) + bytes));
    return larger == nullptr ? nullptr : larger + 1;
  }
  const size_t old_bytes = header->size_class * kClassBytes;
  if (bytes <= old_bytes) return block;
  void* const larger = allocate(bytes);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, old_bytes);
  release(block);
  return larger;
}

}  // namespace

bool use_cares_memory() {
  static const bool is_used = [] {
    if (kIsSanitized) return ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
    return ares_library_init_mem(ARES_LIB_INIT_ALL, allocate, release, reallocate) == ARES_SUCCESS;
  }();
  return is_used;
}

}  // namespace mxbulk::net
