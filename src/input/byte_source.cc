#include "input/byte_source.h"

#include "input/file_source.h"
#include "input/gzip_source.h"
#include "input/zstd_source.h"

namespace mxbulk::input {

namespace {

constexpr size_t kMagicOctets = 4;

// The two begin alike, up to the shorter one's end.
bool begins_alike(std::string_view a, std::string_view b) {
  return a.starts_with(b.substr(0, a.size())) || b.starts_with(a);
}

bool may_be_gzip(std::string_view bytes) {
  return begins_alike(bytes, kGzipMagic);
}

// RFC 8878 §3.1.1, and skippable frames (§3.1.2), with which pzstd's files begin.
bool may_be_zstd(std::string_view bytes) {
  if (begins_alike(bytes, kZstdMagic)) return true;
  const bool is_skippable = !bytes.empty() && (static_cast<uint8_t>(bytes[0]) & 0xF0U) == 0x50;
  return is_skippable && begins_alike(bytes.substr(1), kSkippableMagic);
}

}  // namespace

std::string source_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

Result<std::unique_ptr<ByteSource>> open_source(const std::string& path, const StopSignal& stop) {
  Result<std::unique_ptr<FileSource>> opened = FileSource::open(path, stop);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<FileSource> file = std::move(opened.value());
  const Result<std::string_view> front =
      file->peek([](std::string_view bytes) { return may_be_gzip(bytes) || may_be_zstd(bytes); },
                 kMagicOctets);
  if (!front.ok()) return front.status();
  if (front.value().size() >= kGzipMagic.size() && may_be_gzip(front.value())) {
    return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(file)));
  }
  if (front.value().size() == kMagicOctets && may_be_zstd(front.value())) {
    return std::unique_ptr<ByteSource>(std::make_unique<ZstdSource>(std::move(file)));
  }
  return std::unique_ptr<ByteSource>(std::move(file));
}

}  // namespace mxbulk::input
