// Which blocks can be read again, and from which offset.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "input/row_reader.h"
#include "support/temp_dir.h"

namespace mxbulk::input {
namespace {

class BlockOriginTest : public testing::Test {
 protected:
  std::vector<Block> read(const std::vector<std::string>& files, const RowNeeds& needs = {}) {
    InputOptions options;
    options.files = files;
    auto reader = RowReader::open(options, needs);
    EXPECT_TRUE(reader.ok()) << reader.status().message();
    std::vector<Block> blocks;
    RowBatch batch;
    while (reader.value()->next(batch).value()) blocks.push_back(std::move(batch.block));
    return blocks;
  }
  // Rows of more than one block.
  static std::string many_rows(const std::string& row) {
    std::string rows;
    while (rows.size() < 3 * limits::kBlockBytes) rows += std::to_string(rows.size()) + row;
    return rows;
  }
  static void expect_bytes_at_origin(const std::vector<Block>& blocks) {
    EXPECT_GT(blocks.size(), 1U);
    for (const Block& block : blocks) {
      ASSERT_TRUE(block.origin.file);
      std::string bytes(block.bytes.size(), '\0');
      ASSERT_TRUE(block.origin.file->read_at(block.origin.offset, bytes).value());
      EXPECT_EQ(bytes, block.bytes);
    }
  }
  static void expect_no_origin(const std::vector<Block>& blocks) {
    EXPECT_GT(blocks.size(), 1U);
    for (const Block& block : blocks) EXPECT_FALSE(block.origin.file);
  }

  test::TempDir folder_;
};

TEST_F(BlockOriginTest, RowsThatKeepTheirBytesAreInTheirFile) {
  expect_bytes_at_origin(
      read({folder_.write("list.csv", "\xEF\xBB\xBFid,email\n" + many_rows(",a@b.de\r\n"))}));
  std::string lines;
  while (lines.size() < 3 * limits::kBlockBytes) lines += "{\"email\":\"a@b.de\"}\n";
  expect_bytes_at_origin(read({folder_.write("list.jsonl", lines)}));
}

TEST_F(BlockOriginTest, AFileThatBecameShorterIsNotThere) {
  const std::string path = folder_.write("list.csv", "email\na@b.de\n");
  const std::vector<Block> blocks = read({path});
  ASSERT_EQ(blocks.size(), 1U);
  ASSERT_EQ(::truncate(path.c_str(), 8), 0);
  std::string bytes(blocks[0].bytes.size(), '\0');
  EXPECT_FALSE(blocks[0].origin.file->read_at(blocks[0].origin.offset, bytes).value());
  EXPECT_EQ(blocks[0].origin.file->name(), path);
}

TEST_F(BlockOriginTest, RowsThatWereMadeAreNowhere) {
  const std::string list = folder_.write("list.csv", "id,email\n" + many_rows(",a@b.de\n"));
  RowNeeds needs;
  needs.output_format = Format::kJsonl;
  expect_no_origin(read({list}, needs));
  expect_no_origin(read({folder_.write("short.csv", "id,email,x\n" + many_rows(",a@b.de\n"))}));
}

// Another process may have read a part of standard input.
TEST_F(BlockOriginTest, StandardInputIsReadFromItsCurrentOffset) {
  const std::string path =
      folder_.write("in", "a line of somebody else\nid,email\n" + many_rows(",a@b.de\n"));
  const int before = ::dup(STDIN_FILENO);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::lseek(file, 24, SEEK_SET), 24);
  ASSERT_EQ(::dup2(file, STDIN_FILENO), STDIN_FILENO);
  expect_bytes_at_origin(read({"-"}));
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(file);
}

// A thousand small files would be a thousand descriptors until their rows are written.
TEST_F(BlockOriginTest, OfManyFilesFewStayOpen) {
  std::vector<std::string> files;
  for (size_t i = 0; i < limits::kFilesHeldMax + 20; ++i) {
    files.push_back(folder_.write("list" + std::to_string(i) + ".csv", "email\na@b.de\n"));
  }
  const std::vector<Block> blocks = read(files);
  ASSERT_EQ(blocks.size(), files.size());
  std::set<std::shared_ptr<const PlainFile>> held;
  for (const Block& block : blocks) {
    if (block.origin.file) held.insert(block.origin.file);
  }
  EXPECT_EQ(held.size(), limits::kFilesHeldMax);
}

}  // namespace
}  // namespace mxbulk::input
