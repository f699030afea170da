#include "model/file_format.h"

#include "base/ascii.h"

namespace mxbulk {
namespace {

constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kZstd = ".zst";

bool has_extension(std::string_view path, std::string_view extension) {
  return path.size() >= extension.size() &&
         equal_fold(path.substr(path.size() - extension.size()), extension);
}

}  // namespace

Packing packing_by_name(std::string_view path) {
  if (has_extension(path, kGzip)) return Packing::kGzip;
  if (has_extension(path, kZstd)) return Packing::kZstd;
  return Packing::kNone;
}

Format format_by_name(std::string_view path) {
  switch (packing_by_name(path)) {
    case Packing::kNone: break;
    case Packing::kGzip: path.remove_suffix(kGzip.size()); break;
    case Packing::kZstd: path.remove_suffix(kZstd.size()); break;
  }
  if (has_extension(path, ".csv")) return Format::kCsv;
  if (has_extension(path, ".tsv") || has_extension(path, ".tab")) return Format::kTsv;
  for (const std::string_view json : {".jsonl", ".ndjson", ".json"}) {
    if (has_extension(path, json)) return Format::kJsonl;
  }
  return Format::kAuto;
}

char delimiter_of(Format format) {
  return format == Format::kTsv ? '\t' : ',';
}

}  // namespace mxbulk
