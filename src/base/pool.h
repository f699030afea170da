// Objects that come and go in great numbers, each known by a handle that notices when its object is
// gone: {index, generation}. Objects do not move.
//
//   Pool<Question> questions;
//   Handle<Question> handle = questions.create();
//   if (Question* question = questions.find(handle)) …
//
// Threads: a plain value of one thread. Ownership: owns its objects; the memory of one that was
// released is used again, and is freed with the pool.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "base/slab.h"

namespace mxbulk {

template <class T>
struct Handle {
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  uint32_t index = kNone;
  uint32_t generation = 0;

  [[nodiscard]] bool is_set() const { return index != kNone; }
  friend bool operator==(Handle, Handle) = default;

  // As one number, for an interface that hands it back.
  [[nodiscard]] uint64_t packed() const { return uint64_t{generation} << 32 | index; }
  [[nodiscard]] static Handle unpacked(uint64_t number) {
    return {static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32)};
  }
};

template <class T>  // default constructible, assignable
class Pool {
 public:
  // A new object is T(); one that was released before is as it was left, so that the memory it
  // holds can be used again.
  [[nodiscard]] Handle<T> create() {
    ++live_;
    if (free_.empty()) {
      nodes_.prepare();
      const uint32_t index = nodes_.publish();
      nodes_[index].is_live = true;
      return {index, 0};
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    nodes_[index].is_live = true;
    return {index, nodes_[index].generation};
  }
  // Requires: the object is live.
  void release(Handle<T> handle) {
    Node& node = live_node(handle);
    node.is_live = false;
    ++node.generation;
    --live_;
    free_.push_back(handle.index);
  }
  // The same object by a new handle: those given out before find it no more.
  [[nodiscard]] Handle<T> renew(Handle<T> handle) {
    return {handle.index, ++live_node(handle).generation};
  }

  // nullptr: the object was released, or its handle renewed.
  [[nodiscard]] T* find(Handle<T> handle) {
    if (!handle.is_set()) return nullptr;
    Node& node = nodes_[handle.index];
    return node.is_live && node.generation == handle.generation ? &node.object : nullptr;
  }
  // Requires: the object is live, and `handle` its newest.
  [[nodiscard]] T& operator[](Handle<T> handle) { return live_node(handle).object; }
  [[nodiscard]] const T& operator[](Handle<T> handle) const {
    return const_cast<Pool*>(this)->live_node(handle).object;
  }

  [[nodiscard]] size_t size() const { return live_; }
  [[nodiscard]] bool empty() const { return live_ == 0; }
  // Calls `visit(handle, object)` for each that is live; `visit` may release that one.
  template <class Visit>
  void for_each(Visit visit) {
    for (uint32_t index = 0; index < nodes_.size(); ++index) {
      Node& node = nodes_[index];
      if (node.is_live) visit(Handle<T>{index, node.generation}, node.object);
    }
  }

 private:
  struct Node {
    T object;
    uint32_t generation = 0;
    bool is_live = false;
  };

  [[nodiscard]] Node& live_node(Handle<T> handle) {
    assert(find(handle) != nullptr);
    return nodes_[handle.index];
  }

  Slab<Node, 8> nodes_;
  std::vector<uint32_t> free_;
  size_t live_ = 0;
};

}  // namespace mxbulk
