// Packed files and pipes.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "base/limits.h"
#include "support/packed.h"
#include "unit/input/row_reader_fixture.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;
using test::gzip;
using test::zstd;

std::string many_rows(size_t count) {
  std::mt19937 random(7);
  std::string bytes = "id,email\n";
  for (size_t i = 0; i < count; ++i) {
    bytes += std::to_string(random()) + ",u" + std::to_string(i) + "@d" +
             std::to_string(random() % 1'000) + ".de\n";
  }
  return bytes;
}

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
// It was reported as a fault of the file: "name another file".
TEST_F(RowReaderTest, AFileThatNoDescriptorIsLeftForIsNotAtFault) {
  const InputOptions options = file("a.csv", "email\na@b.de\n");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const Status status = RowReader::open(options, {}).status();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("ulimit -n"), std::string::npos) << status.message();
}
#endif

TEST_F(RowReaderTest, GzipAndZstdAreKnownByTheirMagic) {
  const std::string plain = many_rows(50'000);
  const ReadAll expected = read("a.csv", plain);
  ASSERT_EQ(expected.cells.size(), 50'000U);
  const size_t half = plain.size() / 2;
  for (const std::string& packed :
       {gzip(plain), zstd(plain), gzip(plain.substr(0, half)) + gzip(plain.substr(half)),
        zstd(plain.substr(0, half)) + zstd(plain.substr(half))}) {
    const ReadAll all = read("b.csv", packed);
    ASSERT_TRUE(all.status.ok()) << all.status.message();
    EXPECT_EQ(all.bytes, expected.bytes);
  }
}

// pzstd begins its files with one, and others may be between frames.
TEST_F(RowReaderTest, SkippableFramesOfZstdAreSkipped) {
  const std::string plain = many_rows(50'000);
  const ReadAll expected = read("a.csv", plain);
  for (char kind = 0x50; kind <= 0x5F; ++kind) {
    const std::string skipped = kind + "\x2A\x4D\x18\x04\0\0\0size"s;
    const ReadAll all = read("b.txt", skipped + zstd(plain) + skipped);
    ASSERT_TRUE(all.status.ok()) << all.status.message();
    EXPECT_EQ(all.bytes, expected.bytes);
    EXPECT_EQ(all.inputs.at(0).compression, "zstd");
  }
}

TEST_F(RowReaderTest, OtherDataAfterCompressedDataAreNamedAsSuch) {
  const std::string plain = many_rows(100);
  for (const std::string& junk : {"junk"s, "email\nx@y.de\n"s, "!"s, "\x1F!"s}) {
    const Status status = read("a.csv.gz", gzip(plain) + junk).status;
    EXPECT_EQ(status.code(), StatusCode::kInput);
    EXPECT_NE(status.message().find("other data follow the gzip data"), std::string::npos)
        << status.message();
    const Status other = read("a.csv.zst", zstd(plain) + junk).status;
    EXPECT_EQ(other.code(), StatusCode::kInput);
    EXPECT_NE(other.message().find("other data follow the zstd data"), std::string::npos)
        << other.message();
  }
  const ReadAll padded = read("a.csv.gz", gzip(plain) + std::string(512, '\0'));
  EXPECT_TRUE(padded.status.ok()) << "tapes pad with zeros";
}

TEST_F(RowReaderTest, ExtensionsInCapitalsSayAsMuch) {
  // Its first bytes look like CSV with commas.
  const std::string rows = "\"a,b\"\temail\nc,d\te@f.de\n";
  const ReadAll all = read("LIST.TSV.GZ", gzip(rows));
  EXPECT_EQ(all.shape.format, Format::kTsv);
  EXPECT_EQ(all.cells, Texts{"e@f.de"});
}

TEST_F(RowReaderTest, ABombStaysUnderItsCap) {
  const std::string giant(limits::kRowBytesMax * 4, '0');
  for (const std::string& packed : {gzip("email\na@b.de\n" + giant + "\nc@d.de\n"),
                                    zstd("email\na@b.de\n" + giant + "\nc@d.de\n")}) {
    ASSERT_LT(packed.size() * 50, giant.size());
    auto reader = RowReader::open(file("a.csv", packed), {});
    ASSERT_TRUE(reader.ok());
    RowBatch batch;
    size_t cells = 0;
    while (reader.value()->next(batch).value()) {
      cells += batch.cells.size();
      EXPECT_LE(batch.block.bytes.capacity(), 2 * limits::kRowBytesMax);
    }
    EXPECT_EQ(cells, 3U);
  }
}

TEST_F(RowReaderTest, ACutOffStreamIsAnErrorWithItsOffset) {
  const std::string plain = many_rows(50'000);
  for (std::string packed : {gzip(plain), zstd(plain)}) {
    packed.resize(packed.size() / 2);
    const ReadAll all = read("a.csv.gz", packed);
    EXPECT_EQ(all.status.code(), StatusCode::kInput);
    EXPECT_NE(all.status.message().find("cut off at byte " + std::to_string(packed.size())),
              std::string::npos)
        << all.status.message();
  }
}

TEST_F(RowReaderTest, APipeHandsOverWhatItHas) {
  const std::string path = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  InputOptions options;
  options.files = {path};
  int descriptor = -1;
  std::thread opener([&] {
    descriptor = ::open(path.c_str(), O_WRONLY);
    EXPECT_GT(::write(descriptor, "email\na@b.de\nc@", 15), 0);
  });
  auto reader = RowReader::open(options, {});
  opener.join();
  ASSERT_TRUE(reader.ok()) << reader.status().message();
  RowBatch batch;
  ASSERT_TRUE(reader.value()->next(batch).value());
  EXPECT_EQ(batch.cells.size(), 1U);  // without waiting for the rest
  ASSERT_GT(::write(descriptor, "d.de\n", 5), 0);
  ASSERT_TRUE(reader.value()->next(batch).value());
  ASSERT_EQ(batch.cells.size(), 1U);
  EXPECT_EQ(batch.cells[0].text, "c@d.de");
  ::close(descriptor);
  EXPECT_FALSE(reader.value()->next(batch).value());
}

TEST_F(RowReaderTest, OneLineOfAPipeIsEnoughForLinesAndJson) {
  for (const std::string& line : {"a@b.de\n"s, "{\"email\":\"a@b.de\"}\n"s}) {
    const std::string path = folder_.file("pipe_of_" + std::to_string(line.size()));
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    InputOptions options;
    options.files = {path};
    const int both = ::open(path.c_str(), O_RDWR);
    ASSERT_GT(::write(both, line.data(), line.size()), 0);
    auto reader = RowReader::open(options, {});
    ASSERT_TRUE(reader.ok());
    RowBatch batch;
    ASSERT_TRUE(reader.value()->next(batch).value());
    EXPECT_EQ(batch.cells.size(), 1U);
    ::close(both);
  }
}

// Its first bytes say little: a part of a header, a title, a blank line.
TEST_F(RowReaderTest, APipeHasNoFormatBeforeItsFirstAddress) {
  const std::string list = "id,email\r\n1,a@b.de\r\n2,c@d.de\r\n";
  const std::string titled = "Report of today\n\nid;email\n1;a@b.de\n2;c@d.de\n";
  const std::string records =
      "{\"kind\":\"list\"}\n{\"email\":\"a@b.de\"}\n{\"email\":\"c@d.de\"}\n";
  for (const std::string& bytes : {list, titled, records}) {
    for (size_t cut = 1; cut < bytes.find('@'); ++cut) {
      const std::string path = folder_.file("pipe" + std::to_string(cut));
      ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
      const int both = ::open(path.c_str(), O_RDWR);
      ASSERT_GT(::write(both, bytes.data(), cut), 0);
      std::thread writer([&] {
        // The reader has taken the first piece if the pipe is empty.
        int waiting = 1;
        while (::ioctl(both, FIONREAD, &waiting) == 0 && waiting > 0) std::this_thread::yield();
        EXPECT_GT(::write(both, bytes.data() + cut, bytes.size() - cut), 0);
      });
      InputOptions options;
      options.files = {path};
      auto reader = RowReader::open(options, {});
      writer.join();
      ASSERT_TRUE(reader.ok()) << reader.status().message();
      Texts cells;
      for (RowBatch batch; cells.size() < 2 && reader.value()->next(batch).value();) {
        for (const EmailCell& cell : batch.cells) {
          if (!cell.is_bad_row) cells.emplace_back(cell.text);
        }
      }
      EXPECT_EQ(cells, (Texts{"a@b.de", "c@d.de"})) << bytes.substr(0, cut);
      ::close(both);
      std::filesystem::remove(path);
    }
  }
}

TEST_F(RowReaderTest, AWaitForAPipeCanBeStopped) {
  const std::string path = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  InputOptions options;
  options.files = {path};
  const int both = ::open(path.c_str(), O_RDWR);
  ASSERT_GT(::write(both, "email\na@b.de\n", 13), 0);
  auto reader = RowReader::open(options, {});
  ASSERT_TRUE(reader.ok());
  RowBatch batch;
  ASSERT_TRUE(reader.value()->next(batch).value());
  std::thread stopper([&] { reader.value()->stop(); });
  EXPECT_FALSE(reader.value()->next(batch).value());  // nothing more ever comes
  stopper.join();
  ::close(both);
}

}  // namespace
}  // namespace mxbulk::input
