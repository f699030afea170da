// A doubly linked list of elements that carry their own links, so that any of them can be removed
// in constant time.
//
//   struct Job : ListLink {};
//   LinkedList<Job> jobs;
//   jobs.push_back(job);
//   jobs.remove(job);
//
// Threads: a plain value of one thread. Ownership: borrows its elements, which must not move while
// they are in a list; an element is in one list at a time.
#pragma once

#include <cassert>
#include <cstddef>

namespace mxbulk {

struct ListLink {
  ListLink* previous = nullptr;
  ListLink* next = nullptr;
};

template <class T>  // derived from ListLink
class LinkedList {
 public:
  LinkedList() = default;
  LinkedList(const LinkedList&) = delete;
  LinkedList& operator=(const LinkedList&) = delete;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] size_t size() const { return size_; }
  // Requires: not empty().
  [[nodiscard]] T& front() const { return *static_cast<T*>(first_); }

  // Requires: `element` is in no list.
  void push_back(T& element) {
    ListLink& link = element;
    link = {last_, nullptr};
    (last_ == nullptr ? first_ : last_->next) = &link;
    last_ = &link;
    ++size_;
  }
  // Requires: `element` is in this list.
  void remove(T& element) {
    assert(size_ > 0);
    ListLink& link = element;
    (link.previous == nullptr ? first_ : link.previous->next) = link.next;
    (link.next == nullptr ? last_ : link.next->previous) = link.previous;
    link = {};
    --size_;
  }
  // Requires: not empty().
  T& pop_front() {
    T& element = front();
    remove(element);
    return element;
  }
  // Calls `visit(element)` for each; `visit` may remove that element, and no other.
  template <class Visit>
  void for_each(Visit visit) const {
    for (ListLink* link = first_; link != nullptr;) {
      ListLink* const next = link->next;
      visit(*static_cast<T*>(link));
      link = next;
    }
  }

 private:
  ListLink* first_ = nullptr;
  ListLink* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace mxbulk
