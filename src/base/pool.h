// Objects that are created and released in great numbers. Each has a handle {index, generation},
// which finds nothing after the object was released. Objects do not move.
//
//   Pool<Question> questions;
//   Handle<Question> handle = questions.create();
//   if (Question* question = questions.find(handle)) …
//
// Threads: a plain value of one thread. Ownership: owns its objects. The memory of a released
// object is used again; it is freed with the pool.
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

  // As one number, for an interface that returns it later.
  [[nodiscard]] uint64_t packed() const { return uint64_t{generation} << 32 | index; }
  [[nodiscard]] static Handle unpacked(uint64_t number) {
    return {static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32)};
  }
};

template <class T>  // default constructible, assignable
class Pool {
 public:
  // A new object is T(). An object that was released before still has its old value, so that memory
  // that it holds can be used again.
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
  // Gives the object a new handle: the old ones find nothing from now on.
  [[nodiscard]] Handle<T> renew(Handle<T> handle) {
    return {handle.index, ++live_node(handle).generation};
  }

  // Returns nullptr if the object was released, or its handle renewed.
  [[nodiscard]] T* find(Handle<T> handle) {
    if (!handle.is_set()) return nullptr;
    Node& node = nodes_[handle.index];
    return node.is_live && node.generation == handle.generation ? &node.object : nullptr;
  }
  // Requires: the object is live, and `handle` is its newest.
  [[nodiscard]] T& operator[](Handle<T> handle) { return live_node(handle).object; }
  [[nodiscard]] const T& operator[](Handle<T> handle) const {
    return const_cast<Pool*>(this)->live_node(handle).object;
  }

  [[nodiscard]] size_t size() const { return live_; }
  [[nodiscard]] bool empty() const { return live_ == 0; }
  // Calls `visit(handle, object)` for each live object; `visit` may release that object.
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
