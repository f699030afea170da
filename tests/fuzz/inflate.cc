// Any bytes as a compressed file: reading them ends, in bytes or an error. And bytes that were
// compressed come back; if the stream is cut off, only their front does, and then an error.
//
//   octet 0    bit 0: zstd rather than gzip; bit 1: the rest is to be compressed; bit 2: cut off
//   octet 1    how much is read at a time
//   octet 2    the position of the cut
//   the rest   the file, or what it holds
#include "fuzz/targets.h"
#include "input/byte_source.h"
#include "support/memory_file.h"
#include "support/packed.h"

namespace mxbulk::test {
namespace {

constexpr size_t kBytesMax = 16U << 20;  // a few bytes of zstd may mean any number

struct Inflated {
  std::string bytes;
  bool is_whole = false;  // no error came
  std::string wrong;
};

Inflated inflate(const std::string& file, size_t piece) {
  const input::StopSignal stop;
  const MemoryFile memory(file);
  const auto source = input::open_source(memory.path(), stop);
  Inflated inflated;
  if (!source.ok()) return inflated;
  std::vector<char> room(piece);
  while (inflated.bytes.size() < kBytesMax) {
    const Result<size_t> size = source.value()->read(room);
    if (!size.ok()) {
      const bool names_it = size.status().message().find(" at byte ") != std::string::npos;
      if (!names_it) inflated.wrong = "an error without its offset";
      return inflated;
    }
    if (size.value() > piece) inflated.wrong = "more than there is room for";
    if (source.value()->bytes_read() > file.size()) inflated.wrong = "read more than there is";
    inflated.is_whole = size.value() == 0;
    if (inflated.is_whole) return inflated;
    inflated.bytes.append(room.data(), size.value());
  }
  return inflated;
}

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const uint8_t choice = input.octet();
  const size_t piece = 1 + input.octet() * size_t{17};
  const uint8_t cut = input.octet();
  const std::string rest(input.rest().begin(), input.rest().end());
  const bool is_packed = (choice & 2) != 0;
  if (!is_packed) return inflate(rest, piece).wrong;
  std::string file = (choice & 1) != 0 ? zstd(rest) : gzip(rest);
  constexpr size_t kMagicBytes = 4;  // without them it is a plain file
  const bool is_cut = (choice & 4) != 0;
  if (is_cut) file.resize(kMagicBytes + (file.size() - kMagicBytes) * cut / 256);
  const Inflated inflated = inflate(file, piece);
  if (!inflated.wrong.empty()) return inflated.wrong;
  if (!is_cut) return inflated.is_whole && inflated.bytes == rest ? "" : "other bytes came back";
  if (inflated.is_whole) return "it was not noticed that the stream is cut off";
  return rest.starts_with(inflated.bytes) ? "" : "other bytes came back before the cut";
}

std::vector<std::string> seeds() {
  std::string text;
  for (int i = 0; i < 40; ++i) text += std::to_string(i * i) + ",a@b" + std::to_string(i) + ".de\n";
  const std::string plain_head("\0\200\0", 3);
  const std::string half = text.substr(0, text.size() / 2);
  return {plain_head + gzip(text),
          plain_head + zstd(text),
          plain_head + gzip(half) + gzip(half) + std::string(20, '\0'),
          plain_head + zstd(half) + zstd(half),
          std::string("\0\1\0", 3) + gzip(std::string(100'000, 'a')),
          std::string("\0\377\0", 3) + zstd(std::string(1'000'000, 'a')),
          "\2\1\1" + text,
          "\3\1\1" + text,
          "\6\5\100" + text,
          "\7\5\100" + text,
          "\2\1\1",
          "\3\1\1"};
}

}  // namespace

const FuzzTarget kInflateTarget = {"inflate", run, seeds};

}  // namespace mxbulk::test
