#include "net/query_book.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace mxbulk::net {

QueryBook::QueryBook(size_t capacity)
    : buckets_(std::bit_ceil(std::clamp<size_t>(capacity, 1, 65'536))) {}

OpenQuery& QueryBook::open(int64_t deadline_us) {
  if (free_.empty()) {
    pool_.emplace_back();
    free_.push_back(&pool_.back());
  }
  OpenQuery& query = *free_.back();
  free_.pop_back();
  assert(newest_ == nullptr || newest_->deadline_us <= deadline_us);
  query.deadline_us = deadline_us;
  query.waits = true;
  query.is_reported = false;
  query.answer = {};
  query.is_filed_ = false;
  query.newer_ = nullptr;
  query.older_ = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer_) = &query;
  newest_ = &query;
  return query;
}

void QueryBook::file(OpenQuery& query, uint16_t wire_id) {
  assert(query.waits && !query.is_filed_);
  OpenQuery*& bucket = buckets_[bucket_of(wire_id)];
  query.wire_id = wire_id;
  query.is_filed_ = true;
  query.next_in_bucket_ = bucket;
  bucket = &query;
}

OpenQuery* QueryBook::find(uint16_t wire_id) const {
  OpenQuery* query = buckets_[bucket_of(wire_id)];
  while (query != nullptr && query->wire_id != wire_id) query = query->next_in_bucket_;
  return query;
}

OpenQuery* QueryBook::overdue(int64_t now_us) const {
  return oldest_ != nullptr && oldest_->deadline_us <= now_us ? oldest_ : nullptr;
}

void QueryBook::stop_waiting(OpenQuery& query) {
  assert(query.waits);
  query.waits = false;
  (query.older_ == nullptr ? oldest_ : query.older_->newer_) = query.newer_;
  (query.newer_ == nullptr ? newest_ : query.newer_->older_) = query.older_;
  if (!query.is_filed_) return;
  OpenQuery** at = &buckets_[bucket_of(query.wire_id)];
  while (*at != &query) at = &(*at)->next_in_bucket_;
  *at = query.next_in_bucket_;
}

void QueryBook::release(OpenQuery& query) {
  assert(!query.waits);
  free_.push_back(&query);
}

}  // namespace mxbulk::net
