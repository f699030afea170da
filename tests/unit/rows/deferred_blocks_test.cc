#include "rows/deferred_blocks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "base/limits.h"
#include "support/memory_spill.h"

namespace mxbulk::rows {
namespace {

using test::MemoryDisk;

// A file in memory, which a test may change.
class FileInMemory final : public PlainFile {
 public:
  FileInMemory(std::string name, std::string text)
      : bytes(std::move(text)), name_(std::move(name)) {}

  Result<bool> read_at(uint64_t offset, std::span<char> to) const override {
    if (!failure.ok()) return failure;
    if (offset + to.size() > bytes.size()) return false;
    std::memcpy(to.data(), bytes.data() + offset, to.size());
    return true;
  }
  [[nodiscard]] const std::string& name() const override { return name_; }

  std::string bytes;
  Status failure;

 private:
  std::string name_;
};

RowKey key_of(uint32_t domain) {
  return RowKey::waiting_for(DomainId(domain), {}, domain % 3 == 0);
}

Block block_of(const std::vector<std::string>& rows, uint64_t first_row = 0) {
  Block block;
  block.first_row = first_row;
  for (const std::string& row : rows) {
    block.bytes += row;
    block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
    block.keys.push_back(key_of(static_cast<uint32_t>(row.size())));
  }
  return block;
}

void expect_equal(const Block& found, const Block& expected) {
  EXPECT_EQ(found.bytes, expected.bytes);
  EXPECT_EQ(found.row_ends, expected.row_ends);
  EXPECT_EQ(found.first_row, expected.first_row);
  EXPECT_EQ(found.local_text, expected.local_text);
  ASSERT_EQ(found.local_parts.size(), expected.local_parts.size());
  LocalPartReader found_parts(found);
  LocalPartReader expected_parts(expected);
  for (size_t i = 0; i < found.local_parts.size(); ++i) {
    EXPECT_EQ(found_parts.next(i), expected_parts.next(i));
  }
  ASSERT_EQ(found.keys.size(), expected.keys.size());
  for (size_t i = 0; i < found.keys.size(); ++i) {
    EXPECT_EQ(found.keys[i].bits(), expected.keys[i].bits());
  }
}

void expect_next(DeferredBlocks& deferred, const Block& expected) {
  ASSERT_FALSE(deferred.empty());
  const Result<Block> found = deferred.load();
  ASSERT_TRUE(found.ok()) << found.status().message();
  expect_equal(found.value(), expected);
}

TEST(DeferredBlocks, ComeBackInOrderByteForByte) {
  MemoryDisk disk;
  DeferredBlocks deferred(disk.opener());
  EXPECT_TRUE(deferred.empty());
  std::vector<Block> blocks;
  blocks.push_back(block_of({"a@b.de\n", "c@d.de\r\n", "", "\"x\ny\"@e.de"}, 17));
  blocks.push_back(block_of({std::string(127, 'x'), std::string(128, 'y'),
                             std::string(limits::kRowBytesMax + 5, 'z'), "\n"}));
  blocks.push_back({});                    // a piece of an oversized row, of no length
  blocks.push_back(block_of({"a@b.de"}));  // rows, and a part of one after them
  blocks.back().bytes += "a part";
  blocks.push_back({});
  blocks.back().bytes = "only a part";
  blocks.push_back({});
  blocks.back().keys = {key_of(1), key_of(2)};  // if only domains are written
  blocks.push_back(block_of({"ada@b.de\n", "x\n", "\"\"\"c d\"\"@b.de\"\n"}));
  blocks.back().local_parts = {LocalPart::in_row(0, 3), {}, LocalPart::in_text(5)};
  blocks.back().local_text = "\"c d\"";
  blocks.push_back({});
  blocks.back().keys = {key_of(1), key_of(2)};  // if only our columns are written
  blocks.back().local_parts = {LocalPart::in_text(1), LocalPart::in_text(2)};
  blocks.back().local_text = "abb";
  for (const Block& block : blocks) ASSERT_TRUE(deferred.defer(block).ok());
  EXPECT_EQ(deferred.rows(), 4U + 4U + 1U + 2U + 3U + 2U);
  for (const Block& block : blocks) expect_next(deferred, block);
  EXPECT_TRUE(deferred.empty());
}

TEST(DeferredBlocks, ContinueAfterSomeWereLoaded) {
  MemoryDisk disk;
  DeferredBlocks deferred(disk.opener());
  std::mt19937 random(3);
  std::vector<Block> blocks;
  for (uint64_t i = 0; i < 400; ++i) {
    std::vector<std::string> rows(random() % 9);
    for (std::string& row : rows) row.assign(random() % 20'000, static_cast<char>('a' + i % 26));
    blocks.push_back(block_of(rows, i));
  }
  size_t loaded = 0;
  for (const Block& block : blocks) {
    ASSERT_TRUE(deferred.defer(block).ok());
    while (!deferred.empty() && random() % 3 == 0) expect_next(deferred, blocks[loaded++]);
  }
  while (!deferred.empty()) expect_next(deferred, blocks[loaded++]);
  EXPECT_EQ(loaded, blocks.size());
  EXPECT_GT(disk.given_back, limits::kSpillGiveBackBytes);
}

// Rows first, so that the file's bytes are not on the disk as well.
TEST(DeferredBlocks, BytesThatAreInAFileAreReadAgain) {
  MemoryDisk disk;
  DeferredBlocks deferred(disk.opener());
  const auto file = std::make_shared<FileInMemory>("list.csv", "email\na@b.de\nc@d.de\n");
  Block first = block_of({"a@b.de\n"});
  first.origin = {file, 6};
  Block second = block_of({"c@d.de\n"}, 1);
  second.origin = {file, 13};
  ASSERT_TRUE(deferred.defer(first).ok());
  ASSERT_TRUE(deferred.defer(second).ok());
  EXPECT_EQ(disk.calls, 3U);  // it is opened, and each has one write: no bytes
  expect_next(deferred, first);
  expect_next(deferred, second);
  first.origin = second.origin = {};
  EXPECT_EQ(file.use_count(), 1) << "it is still held";
}

class ChangedFile : public testing::Test {
 protected:
  // Loads a block after `change` has changed its file.
  template <class Change>
  Status load_after(Change change) {
    MemoryDisk disk;
    DeferredBlocks deferred(disk.opener());
    const auto file = std::make_shared<FileInMemory>("list.csv", "email\na@b.de\n");
    Block block = block_of({"a@b.de\n"});
    block.origin = {file, 6};
    EXPECT_TRUE(deferred.defer(block).ok());
    change(*file);
    return deferred.load().status();
  }
};

TEST_F(ChangedFile, IsAnErrorOfTheInput) {
  for (const char* now : {"email\nx@b.de\n", "email\na@b.d", ""}) {
    const Status status = load_after([&](FileInMemory& file) { file.bytes = now; });
    EXPECT_EQ(status.code(), StatusCode::kInput);
    EXPECT_EQ(status.message(), "list.csv changed while it was read; run again");
  }
}

TEST_F(ChangedFile, ThatHasGrownIsAccepted) {
  EXPECT_TRUE(load_after([](FileInMemory& file) { file.bytes += "c@d.de\n"; }).ok());
}

TEST_F(ChangedFile, ThatCannotBeReadSaysSo) {
  const Status status =
      load_after([](FileInMemory& file) { file.failure = Status::input("list.csv: no"); });
  EXPECT_EQ(status.message(), "list.csv: no");
}

// Each open file takes a descriptor.
TEST(DeferredBlocks, AFileIsHeldUntilItsLastBlockIsOut) {
  MemoryDisk disk;
  DeferredBlocks deferred(disk.opener());
  std::vector<std::weak_ptr<FileInMemory>> files;
  for (size_t i = 0; i < 5; ++i) {
    const auto file = std::make_shared<FileInMemory>("list.csv", "a@b.de\nc@d.de\n");
    files.push_back(file);
    for (const uint64_t offset : {0, 7}) {
      Block block = block_of({file->bytes.substr(offset, 7)}, i);
      block.origin = {file, offset};
      ASSERT_TRUE(deferred.defer(block).ok());
    }
    ASSERT_TRUE(deferred.defer(block_of({"of no file\n"}, i)).ok());
  }
  for (size_t i = 0; i < files.size(); ++i) {
    expect_next(deferred, block_of({"a@b.de\n"}, i));
    EXPECT_FALSE(files[i].expired());
    expect_next(deferred, block_of({"c@d.de\n"}, i));
    EXPECT_TRUE(files[i].expired());
    expect_next(deferred, block_of({"of no file\n"}, i));
  }
}

TEST(DeferredBlocks, AFailureOfTheDiskChangesNothing) {
  const Block first = block_of({"a@b.de\n"});
  const Block second = block_of({"c@d.de\n", "e@f.de\n"}, 1);
  for (const uint64_t writes_before : {0, 1}) {
    MemoryDisk disk;
    DeferredBlocks deferred(disk.opener());
    ASSERT_TRUE(deferred.defer(first).ok());
    disk.fails_at = disk.calls + writes_before + 1;
    EXPECT_EQ(deferred.defer(second).code(), StatusCode::kInternal);
    EXPECT_EQ(deferred.rows(), 1U);
    ASSERT_TRUE(deferred.defer(second).ok());
    expect_next(deferred, first);
    expect_next(deferred, second);
    EXPECT_TRUE(deferred.empty());
  }
}

TEST(DeferredBlocks, WithoutASpillFileNothingIsDeferred) {
  MemoryDisk disk{.fails_at = 1};
  DeferredBlocks deferred(disk.opener());
  EXPECT_EQ(deferred.defer(block_of({"a@b.de\n"})).code(), StatusCode::kInternal);
  EXPECT_TRUE(deferred.empty());
}

}  // namespace
}  // namespace mxbulk::rows
