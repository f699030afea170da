#include "output/direct_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/limits.h"
#include "output/output_file.h"
#include "support/simulated_random.h"
#include "support/temp_dir.h"

namespace mxbulk::output {
namespace {

std::string noise(size_t size, uint64_t seed) {
  test::SimulatedRandom random(seed);
  std::string bytes(size, '\0');
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random.next()); });
  return bytes;
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  ~OpenFile() { ::close(fd_); }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

// Writes `bytes` in cuts of random length.
int write_in_cuts(DirectWriter& writer, std::string_view bytes, size_t cut_max) {
  test::SimulatedRandom random(bytes.size());
  while (!bytes.empty()) {
    const size_t size = std::min<size_t>(bytes.size(), 1 + random.below(cut_max));
    if (const int error = writer.write(bytes.substr(0, size)); error != 0) return error;
    bytes.remove_prefix(size);
  }
  return writer.finish();
}

TEST(DirectWriter, WritesAnySizeInAnyCuts) {
  const test::TempDir folder;
  for (const size_t size :
       {0U, 1U, 4'095U, 4'096U, 4'097U, 1U << 20, (1U << 20) + 1, (9U << 20) - 3}) {
    const std::string path = folder.file("out" + std::to_string(size));
    const OpenFile file(path);
    if (!DirectWriter::is_possible(file.fd())) GTEST_SKIP() << "this file system has no O_DIRECT";
    const std::string bytes = noise(size, size);
    const auto writer = DirectWriter::start(file.fd(), 0);
    ASSERT_NE(writer, nullptr);
    EXPECT_EQ(write_in_cuts(*writer, bytes, 300'000), 0);
    EXPECT_TRUE(test::read_text(path) == bytes) << size;
    EXPECT_EQ(::fcntl(file.fd(), F_GETFL) & O_DIRECT, 0) << "the file is an ordinary one again";
  }
}

TEST(DirectWriter, ContinuesAfterTheBytesThatWereWritten) {
  const test::TempDir folder;
  const std::string path = folder.file("out");
  const OpenFile file(path);
  if (!DirectWriter::is_possible(file.fd())) GTEST_SKIP() << "this file system has no O_DIRECT";
  const std::string head = noise(2 * DirectWriter::kAlignment, 1);
  ASSERT_EQ(::write(file.fd(), head.data(), head.size()), static_cast<ssize_t>(head.size()));
  const std::string rest = noise(3'000'000, 2);
  const auto writer = DirectWriter::start(file.fd(), head.size());
  ASSERT_NE(writer, nullptr);
  EXPECT_EQ(write_in_cuts(*writer, rest, 100'000), 0);
  EXPECT_TRUE(test::read_text(path) == head + rest);
}

// Like a full disk, a limit of the file size stops it in the middle.
TEST(DirectWriter, ReportsWhatFailed) {
  const test::TempDir folder;
  const OpenFile file(folder.file("out"));
  if (!DirectWriter::is_possible(file.fd())) GTEST_SKIP() << "this file system has no O_DIRECT";
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit small{3U << 20, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
  int error = 0;
  {
    const auto writer = DirectWriter::start(file.fd(), 0);
    ASSERT_NE(writer, nullptr);
    error = write_in_cuts(*writer, noise(20U << 20, 3), 1U << 20);
    EXPECT_EQ(writer->finish(), error) << "and reports it again";
  }
  ::signal(SIGXFSZ, handler);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_EQ(error, EFBIG);
}

TEST(OutputFile, ABigFileIsWrittenWhole) {
  const test::TempDir folder;
  const std::string path = folder.file("big.csv");
  const std::string bytes = noise(limits::kDirectFromBytes + (5U << 20) + 77, 4);
  {
    auto file = OutputFile::create(path);
    ASSERT_TRUE(file.ok());
    std::string_view left = bytes;
    while (!left.empty()) {
      const size_t size = std::min<size_t>(left.size(), 77'777);
      ASSERT_TRUE(file.value()->write(left.substr(0, size)).ok());
      left.remove_prefix(size);
    }
    ASSERT_TRUE(file.value()->commit().ok());
  }
  EXPECT_TRUE(test::read_text(path) == bytes);
}

TEST(OutputFile, ABigFileThatIsGivenUpLeavesNothing) {
  const test::TempDir folder;
  {
    auto file = OutputFile::create(folder.file("big.csv"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file.value()->write(noise(limits::kDirectFromBytes + (5U << 20), 5)).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they take terabytes

// What the process takes now, and `more`: the next that asks for much gets nothing.
void limit_memory(size_t more) {
  std::ifstream sizes("/proc/self/statm");
  size_t pages = 0;
  sizes >> pages;
  const rlim_t limit = pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE)) + more;
  rlimit both{};
  ::getrlimit(RLIMIT_AS, &both);
  both.rlim_cur = limit;
  ::setrlimit(RLIMIT_AS, &both);
}

// There was a write to null.
TEST(OutputFile, ABigFileWithoutMemoryForDirectWritesIsWrittenWhole) {
  const test::TempDir folder;
  const std::string path = folder.file("big.csv");
  const std::string bytes = noise(limits::kDirectFromBytes + (5U << 20) + 77, 6);
  // A process of its own, in which no other test has left memory or stacks that could be used.
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        auto file = OutputFile::create(path);
        bool is_good = file.ok() && file.value()->write("").ok();
        const OpenFile other(folder.file("other"));
        limit_memory(2U << 20);
        if (DirectWriter::start(other.fd(), 0) != nullptr) std::_Exit(2);
        for (size_t at = 0; is_good && at < bytes.size(); at += 1U << 20) {
          is_good = file.value()->write(std::string_view(bytes).substr(at, 1U << 20)).ok();
        }
        is_good = is_good && file.value()->commit().ok();
        limit_memory(size_t{1} << 30);
        is_good = is_good && test::read_text(path) == bytes;
        std::filesystem::remove_all(folder.path());
        std::_Exit(is_good ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

#endif

}  // namespace
}  // namespace mxbulk::output
