#include "output/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/limits.h"
#include "output/fd_writer.h"
#include "output/temporaries.h"

namespace mxbulk::output {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "mxbulk-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void put(const std::string& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
  }
  static mode_t mode_of(const std::string& file) {
    struct stat found{};
    EXPECT_EQ(::stat(file.c_str(), &found), 0);
    return found.st_mode & 07777;
  }

  fs::path folder_;
};

// Without a disk, no writeback can be started.
TEST_F(OutputFileTest, MuchGoesToADiskAndToADevice) {
  const std::string piece(limits::kWritebackBytes / 2 + 1, 'x');
  for (const std::string& name : {path("out.csv"), std::string("/dev/null")}) {
    auto file = OutputFile::create(name);
    ASSERT_TRUE(file.ok());
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(file.value()->write(piece).ok());
    ASSERT_TRUE(file.value()->commit().ok()) << name;
  }
  EXPECT_EQ(fs::file_size(path("out.csv")), 5 * piece.size());
}

// A large write bypasses the buffer, but not the bytes that wait in it.
TEST_F(OutputFileTest, LargeAndSmallPiecesKeepTheirOrder) {
  auto file = OutputFile::create(path("out.csv"));
  ASSERT_TRUE(file.ok());
  std::string expected;
  for (const size_t size : {limits::kOutputBufferBytes, size_t{3}, limits::kOutputBufferBytes + 1,
                            limits::kOutputBufferBytes, size_t{0}, size_t{5}}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    ASSERT_TRUE(file.value()->write(piece).ok());
    expected += piece;
  }
  ASSERT_TRUE(file.value()->commit().ok());
  EXPECT_EQ(read(path("out.csv")), expected);
}

TEST_F(OutputFileTest, AppearsOnlyAtCommit) {
  auto file = OutputFile::create(path("out.csv"));
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file.value()->write("a,b\n").ok());
  ASSERT_TRUE(file.value()->flush().ok());
  EXPECT_FALSE(fs::exists(path("out.csv")));
  ASSERT_EQ(files(), 1U);
  EXPECT_EQ(mode_of(fs::directory_iterator(folder_)->path()), 0600U);
  ASSERT_TRUE(file.value()->commit().ok());
  EXPECT_EQ(read(path("out.csv")), "a,b\n");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, WithoutCommitTheOldFileStaysAndTheTemporaryGoes) {
  put(path("out.csv"), "old");
  {
    auto file = OutputFile::create(path("out.csv"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file.value()->write(std::string(limits::kOutputBufferBytes * 3, 'x')).ok());
  }
  EXPECT_EQ(read(path("out.csv")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, CommitReplacesTheOldFileAndKeepsItsMode) {
  put(path("out.csv"), "old");
  fs::permissions(path("out.csv"), fs::perms(0640));
  ASSERT_TRUE(write_whole_file(path("out.csv"), "new").ok());
  EXPECT_EQ(read(path("out.csv")), "new");
  EXPECT_EQ(mode_of(path("out.csv")), 0640U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, NewFileFollowsTheUmask) {
  const mode_t before = ::umask(027);
  ASSERT_TRUE(write_whole_file(path("out.csv"), "x").ok());
  ::umask(before);
  EXPECT_EQ(mode_of(path("out.csv")), 0640U);
}

TEST_F(OutputFileTest, RefusesSymbolicLinksAndFolders) {
  put(path("real.csv"), "old");
  fs::create_symlink(path("real.csv"), path("link.csv"));
  fs::create_symlink(path("nowhere"), path("dangling.csv"));
  for (const char* name : {"link.csv", "dangling.csv"}) {
    const Status status = OutputFile::create(path(name)).status();
    EXPECT_EQ(status.code(), StatusCode::kUsage);
    EXPECT_NE(status.message().find("is a symbolic link"), std::string::npos) << status.message();
  }
  EXPECT_EQ(read(path("real.csv")), "old");
  EXPECT_EQ(OutputFile::create(folder_.string()).status().code(), StatusCode::kUsage);
  EXPECT_EQ(OutputFile::create(path("sub/")).status().code(), StatusCode::kUsage);
}

TEST_F(OutputFileTest, MissingFolderIsNamed) {
  const Status status = OutputFile::create(path("no/out.csv")).status();
  EXPECT_EQ(status.code(), StatusCode::kUsage);
  EXPECT_EQ(status.message(), "cannot write to \"" + path("no/out.csv") +
                                  "\": there is no folder " + path("no") + "; create it");
}

TEST_F(OutputFileTest, DeviceIsWrittenNotReplaced) {
  ASSERT_TRUE(write_whole_file("/dev/null", "x").ok());
  struct stat found{};
  ASSERT_EQ(::stat("/dev/null", &found), 0);
  EXPECT_TRUE(S_ISCHR(found.st_mode));
}

TEST_F(OutputFileTest, FullDeviceIsAnInternalErrorThatRepeats) {
  auto file = OutputFile::create("/dev/full");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file.value()->write("x").ok());
  const Status status = file.value()->flush();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("/dev/full: No space left"), std::string::npos)
      << status.message();
  EXPECT_EQ(file.value()->write("y").code(), StatusCode::kInternal);
  EXPECT_EQ(file.value()->commit().code(), StatusCode::kInternal);
}

// A full disk, staged with the limit on file sizes.
TEST_F(OutputFileTest, FailedWriteLeavesTheOldFileAndNoTemporary) {
  put(path("out.csv"), "old");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = write_whole_file(path("out.csv"), std::string(8192, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("out.csv: File too large"), std::string::npos)
      << status.message();
  EXPECT_EQ(read(path("out.csv")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, ClosedPipeIsPipeClosed) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  EXPECT_EQ(write_all(ends[1], "x", "standard output").code(), StatusCode::kPipeClosed);
  ::close(ends[1]);
}

TEST_F(OutputFileTest, InterruptLeavesNoTemporary) {
  put(path("out.csv"), "old");
  auto file = OutputFile::create(path("out.csv"));
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(files(), 2U);
  remove_temporaries();
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(read(path("out.csv")), "old");
}

// Between the swap of the names and the removal of the mark, the mark named the old file.
TEST_F(OutputFileTest, ASignalDoesNotEndTheProcessAfterAFileHasItsName) {
  put(path("out.csv"), "old");
  EXPECT_EXIT(
      {
        auto file = OutputFile::create(path("out.csv"));
        if (!file.value()->commit().ok()) std::_Exit(1);
        std::_Exit(claim_early_end() ? 2 : 0);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(OutputFileTest, BeforeAFileHasItsNameOneMayEndTheProcessEarly) {
  EXPECT_EXIT(
      {
        auto file = OutputFile::create(path("out.csv"));
        release_finish();  // of another test in this process
        const bool first = file.value()->write("x").ok() && claim_early_end();
        std::_Exit(first && !claim_early_end() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(OutputFileTest, AFileThatDidNotGetItsNameLetsOneEndEarly) {
  EXPECT_EXIT(
      {
        auto file = OutputFile::create(path("out.csv"));
        release_finish();
        fs::remove(fs::directory_iterator(folder_)->path());
        const bool took = file.value()->commit().ok();
        std::_Exit(!took && claim_early_end() ? 0 : took ? 2 : 1);
      },
      testing::ExitedWithCode(0), "");
}

// Long enough for many buffers, and not all alike.
std::string long_text() {
  std::string text;
  for (int line = 0; line < 60'000; ++line) text += "line " + std::to_string(line * 7919) + "\n";
  return text;
}

TEST_F(OutputFileTest, AnExtensionInCapitalsPacksToo) {
  for (const auto& [plain, capitals] :
       {std::pair("a.csv.gz", "B.CSV.GZ"), {"a.csv.zst", "B.CSV.Zst"}}) {
    ASSERT_TRUE(write_whole_file(path(plain), "email\n").ok());
    ASSERT_TRUE(write_whole_file(path(capitals), "email\n").ok());
    EXPECT_EQ(read(path(capitals)), read(path(plain)));
    EXPECT_NE(read(path(capitals)), "email\n");
  }
}

TEST_F(OutputFileTest, GzipReadsBackAndIsReproducible) {
  const std::string text = long_text();
  for (const char* name : {"a.csv.gz", "b.csv.gz"}) {
    auto file = OutputFile::create(path(name));
    ASSERT_TRUE(file.ok());
    for (size_t at = 0; at < text.size(); at += 1000) {
      ASSERT_TRUE(file.value()->write(std::string_view(text).substr(at, 1000)).ok());
    }
    ASSERT_TRUE(file.value()->commit().ok());
  }
  std::string packed = read(path("a.csv.gz"));
  EXPECT_EQ(packed, read(path("b.csv.gz")));
  EXPECT_LT(packed.size(), text.size() / 2);
  std::string unpacked(text.size() + 1, '\0');
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  state.next_in = reinterpret_cast<uint8_t*>(packed.data());
  state.avail_in = static_cast<uint32_t>(packed.size());
  state.next_out = reinterpret_cast<uint8_t*>(unpacked.data());
  state.avail_out = static_cast<uint32_t>(unpacked.size());
  ASSERT_EQ(isal_inflate(&state), ISAL_DECOMP_OK);
  EXPECT_EQ(state.block_state, ISAL_BLOCK_FINISH);
  unpacked.resize(state.total_out);
  EXPECT_TRUE(unpacked == text);
}

TEST_F(OutputFileTest, ZstdReadsBack) {
  const std::string text = long_text();
  ASSERT_TRUE(write_whole_file(path("a.csv.zst"), text).ok());
  const std::string packed = read(path("a.csv.zst"));
  EXPECT_LT(packed.size(), text.size() / 2);
  std::string unpacked(text.size() + 1, '\0');
  size_t size = 0;
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  ZSTD_outBuffer out{unpacked.data(), unpacked.size(), 0};
  ZSTD_DCtx* context = ZSTD_createDCtx();
  EXPECT_EQ(ZSTD_decompressStream(context, &out, &in), 0U);
  ZSTD_freeDCtx(context);
  size = out.pos;
  unpacked.resize(size);
  EXPECT_TRUE(unpacked == text);
}

TEST_F(OutputFileTest, EmptyCompressedFilesAreWholeStreams) {
  ASSERT_TRUE(write_whole_file(path("a.gz"), "").ok());
  ASSERT_TRUE(write_whole_file(path("a.zst"), "").ok());
  EXPECT_GE(fs::file_size(path("a.gz")), 20U);
  EXPECT_GE(fs::file_size(path("a.zst")), 9U);
}

}  // namespace
}  // namespace mxbulk::output
