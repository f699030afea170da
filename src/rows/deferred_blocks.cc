#include "rows/deferred_blocks.h"

#include <cassert>
#include <cstring>
#include <span>

#include "base/hash.h"
#include "base/limits.h"

namespace mxbulk::rows {
namespace {

constexpr size_t kVarintBytesMax = 5;  // of 32 bits, seven a byte

// Most row lengths take one byte.
void append_lengths(std::span<const uint32_t> ends, std::string& out) {
  uint32_t begin = 0;
  for (const uint32_t end : ends) {
    uint32_t length = end - begin;
    for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
    out.push_back(static_cast<char>(length));
    begin = end;
  }
}

uint32_t take_length(std::string_view& from) {
  uint32_t length = 0;
  for (size_t i = 0; i < kVarintBytesMax && !from.empty(); ++i) {
    const auto byte = static_cast<uint8_t>(from.front());
    from.remove_prefix(1);
    length |= (byte & 0x7FU) << (7 * i);
    if (byte < 0x80) break;
  }
  return length;
}

}  // namespace

// What the spill file has of each block: this header, the keys, the local parts, the lengths, the
// text of local parts, and the bytes if they are in no other file.
struct DeferredBlocks::Record {
  uint64_t first_row = 0;
  uint64_t offset = 0;  // in the file that is read again
  uint64_t hash = 0;    // of its bytes there
  uint32_t bytes = 0;
  uint32_t rows = 0;
  uint32_t keys = 0;         // more than rows if only domains are written
  uint32_t local_parts = 0;  // as many as keys, or none
  uint32_t length_bytes = 0;
  uint32_t local_text_bytes = 0;
  bool is_in_file = false;

  explicit Record(const Block& block)
      : first_row(block.first_row),
        offset(block.origin.offset),
        bytes(static_cast<uint32_t>(block.bytes.size())),
        rows(static_cast<uint32_t>(block.row_ends.size())),
        keys(static_cast<uint32_t>(block.keys.size())),
        local_parts(static_cast<uint32_t>(block.local_parts.size())),
        local_text_bytes(static_cast<uint32_t>(block.local_text.size())),
        is_in_file(block.origin.file != nullptr) {
    if (is_in_file) hash = hash_bytes(block.bytes);
  }
  Record() = default;

  [[nodiscard]] size_t key_bytes() const { return keys * sizeof(RowKey); }
  [[nodiscard]] size_t local_part_bytes() const { return local_parts * sizeof(LocalPart); }
  [[nodiscard]] size_t table_bytes() const {  // between this header and the block's bytes
    return key_bytes() + local_part_bytes() + length_bytes + local_text_bytes;
  }
  [[nodiscard]] size_t spilled_bytes() const {
    return sizeof(Record) + table_bytes() + (is_in_file ? 0 : bytes);
  }
};

Status DeferredBlocks::defer(const Block& block) {
  if (!spill_) {
    Result<std::unique_ptr<SpillFile>> opened = open_();
    if (!opened.ok()) return opened.status();
    spill_ = std::move(opened.value());
  }
  Record record(block);
  scratch_.assign(sizeof record, '\0');
  scratch_.append(reinterpret_cast<const char*>(block.keys.data()), record.key_bytes());
  scratch_.append(reinterpret_cast<const char*>(block.local_parts.data()),
                  record.local_part_bytes());
  const size_t before = scratch_.size();
  append_lengths(block.row_ends, scratch_);
  record.length_bytes = static_cast<uint32_t>(scratch_.size() - before);
  scratch_.append(block.local_text);
  std::memcpy(scratch_.data(), &record, sizeof record);
  Status status = spill_->write(end_, scratch_);
  if (status.ok() && !record.is_in_file) {
    status = spill_->write(end_ + scratch_.size(), block.bytes);
  }
  if (!status.ok()) return status;
  end_ += record.spilled_bytes();
  rows_ += record.keys;
  if (record.is_in_file) share(block.origin.file);
  return {};
}

Result<Block> DeferredBlocks::load() {
  assert(!empty());
  Record record;
  Block block;
  Status status = spill_->read(begin_, {reinterpret_cast<char*>(&record), sizeof record});
  if (status.ok()) status = load_rows(record, block);
  if (status.ok()) status = load_bytes(record, block);
  if (!status.ok()) return status;
  begin_ += record.spilled_bytes();
  if (record.is_in_file) release_first();
  if (begin_ - given_back_ >= limits::kSpillGiveBackBytes) {
    spill_->give_back(given_back_, begin_);
    given_back_ = begin_;
  }
  return block;
}

Status DeferredBlocks::load_rows(const Record& record, Block& block) {
  scratch_.resize(record.table_bytes());
  Status status = spill_->read(begin_ + sizeof record, scratch_);
  if (!status.ok()) return status;
  block.first_row = record.first_row;
  block.keys.resize(record.keys);
  if (record.keys > 0) std::memcpy(block.keys.data(), scratch_.data(), record.key_bytes());
  std::string_view table = std::string_view(scratch_).substr(record.key_bytes());
  block.local_parts.resize(record.local_parts);
  if (record.local_parts > 0) {
    std::memcpy(block.local_parts.data(), table.data(), record.local_part_bytes());
  }
  table.remove_prefix(record.local_part_bytes());
  std::string_view lengths = table.substr(0, record.length_bytes);
  block.local_text = table.substr(record.length_bytes);
  block.row_ends.reserve(record.rows);
  uint32_t end = 0;
  for (uint32_t i = 0; i < record.rows; ++i) {
    end += take_length(lengths);
    block.row_ends.push_back(end);
  }
  return {};
}

Status DeferredBlocks::load_bytes(const Record& record, Block& block) {
  block.bytes.resize(record.bytes);
  if (!record.is_in_file) {
    return spill_->read(begin_ + record.spilled_bytes() - record.bytes, block.bytes);
  }
  const PlainFile& file = *files_.front().file;
  const Result<bool> read = file.read_at(record.offset, block.bytes);
  if (!read.ok()) return read.status();
  if (read.value() && hash_bytes(block.bytes) == record.hash) return {};
  return Status::input(file.name() + " changed while it was read; run again");
}

void DeferredBlocks::share(const std::shared_ptr<const PlainFile>& file) {
  if (files_.empty() || files_.back().file != file) files_.push_back({file, 0});
  ++files_.back().blocks;
}

void DeferredBlocks::release_first() {
  if (--files_.front().blocks == 0) files_.pop_front();
}

}  // namespace mxbulk::rows
