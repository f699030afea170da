#include "input/byte_source.h"

#include "input/file_source.h"
#include "input/gzip_source.h"
#include "input/zstd_source.h"

namespace mxbulk::input {

std::string source_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

Result<std::unique_ptr<ByteSource>> open_source(const std::string& path, const StopSignal& stop) {
  Result<std::unique_ptr<FileSource>> opened = FileSource::open(path, stop);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<FileSource> file = std::move(opened.value());
  const Result<std::string_view> front = file->peek({kGzipMagic, kZstdMagic});
  if (!front.ok()) return front.status();
  if (front.value().starts_with(kGzipMagic)) {
    return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(file)));
  }
  if (front.value().starts_with(kZstdMagic)) {
    return std::unique_ptr<ByteSource>(std::make_unique<ZstdSource>(std::move(file)));
  }
  return std::unique_ptr<ByteSource>(std::move(file));
}

}  // namespace mxbulk::input
