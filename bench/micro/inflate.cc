// Compressed files into memory, as the reader takes them: a block at a time, from the page cache.
// What gzip(1) and zstd(1) made of them is the same in each run.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/limits.h"
#include "input/byte_source.h"

namespace mxbulk {
namespace {

// 32 MiB of rows, packed by `packer`. Ownership: removes the folder.
class PackedFile {
 public:
  explicit PackedFile(const std::string& packer) {
    std::string folder = (std::filesystem::temp_directory_path() / "inflate.XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    folder_ = folder;
    std::ofstream file(folder_ / "plain");
    for (uint32_t i = 0; file.tellp() < 32 << 20; ++i) {
      const uint32_t scattered = i * 2'654'435'761U;
      const std::string number = std::to_string(100'000 + scattered % 900'001);
      file << number << ",Ada,Lovelace,ada." << number << "@company-" << scattered % 97
           << ".example,GB,2024-05-" << 10 + scattered / 97 % 20 << '\n';
    }
    file.close();
    const std::string plain = (folder_ / "plain").string();
    packed_ = plain + ".packed";
    is_made_ = std::system((packer + " < " + plain + " > " + packed_).c_str()) == 0;
  }
  ~PackedFile() { std::filesystem::remove_all(folder_); }
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;

  [[nodiscard]] bool is_made() const { return is_made_; }
  [[nodiscard]] const std::string& path() const { return packed_; }

 private:
  std::filesystem::path folder_;
  std::string packed_;
  bool is_made_ = false;
};

void inflate(benchmark::State& state, const std::string& packer) {
  const PackedFile file(packer);
  if (!file.is_made()) state.SkipWithError("cannot run the packer");
  const input::StopSignal stop;
  std::string block(limits::kBlockBytes, '\0');
  int64_t bytes = 0;
  for (auto _ : state) {
    const auto source = input::open_source(file.path(), stop);
    if (!source.ok()) return state.SkipWithError("cannot open");
    while (const size_t size = source.value()->read(block).value()) {
      bytes += static_cast<int64_t>(size);
      benchmark::DoNotOptimize(block.data());
    }
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK_CAPTURE(inflate, gzip, "gzip -6")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(inflate, zstd, "zstd -q -3")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mxbulk
