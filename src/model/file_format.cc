#include "model/file_format.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace mxbulk {
namespace {

constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kZstd = ".zst";

// Of formats and compressions in which people expect rows, and which nothing here writes.
constexpr auto kUnwritten = std::to_array<std::string_view>(
    {".parquet", ".avro",    ".orc", ".arrow",  ".feather", ".xlsx",    ".xlsm", ".xlsb",  ".xls",
     ".ods",     ".numbers", ".db",  ".duckdb", ".sqlite",  ".sqlite3", ".mdb",  ".accdb", ".bz2",
     ".xz",      ".lzma",    ".lz4", ".br",     ".zip",     ".7z",      ".rar",  ".tar",   ".tgz"});

bool has_extension(std::string_view path, std::string_view extension) {
  return path.size() >= extension.size() &&
         equal_fold(path.substr(path.size() - extension.size()), extension);
}

std::string_view without_packing(std::string_view path) {
  switch (packing_by_name(path)) {
    case Packing::kNone: break;
    case Packing::kGzip: path.remove_suffix(kGzip.size()); break;
    case Packing::kZstd: path.remove_suffix(kZstd.size()); break;
  }
  return path;
}

}  // namespace

Packing packing_by_name(std::string_view path) {
  if (has_extension(path, kGzip)) return Packing::kGzip;
  if (has_extension(path, kZstd)) return Packing::kZstd;
  return Packing::kNone;
}

std::string_view unwritten_extension(std::string_view path) {
  path = without_packing(path);
  const auto found = std::find_if(kUnwritten.begin(), kUnwritten.end(),
                                  [&](std::string_view one) { return has_extension(path, one); });
  return found == kUnwritten.end() ? std::string_view() : *found;
}

Format format_by_name(std::string_view path) {
  path = without_packing(path);
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
