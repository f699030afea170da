#include "model/file_format.h"

#include <algorithm>

#include "model/domain_name.h"

namespace mxbulk {
namespace {

constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kZstd = ".zst";

// Requires: `extension` in lower case.
bool has_extension(std::string_view path, std::string_view extension) {
  return path.size() >= extension.size() &&
         std::equal(extension.begin(), extension.end(), path.end() - extension.size(),
                    [](char wanted, char c) {
                      return wanted == static_cast<char>(ascii_lower(static_cast<uint8_t>(c)));
                    });
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
