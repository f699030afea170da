#include "input/row_maker.h"

#include <algorithm>
#include <set>

#include "model/csv_text.h"
#include "model/json_text.h"

namespace mxbulk::input {
namespace {

// RFC 8259 §4: readers treat a repeated key differently.
std::vector<std::string> unique_keys(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    std::string unique = name;
    for (size_t number = 2; !seen.insert(unique).second; ++number) {
      unique = name + "_" + std::to_string(number);
    }
    std::string key;
    append_json_string(unique, key);
    keys.push_back(key + ":");
  }
  return keys;
}

}  // namespace

RowMaker::RowMaker(Format format, char delimiter, std::vector<std::string> names)
    : format_(format),
      delimiter_(delimiter),
      names_(std::move(names)),
      keys_(format == Format::kJsonl ? unique_keys(names_) : std::vector<std::string>()) {}

void RowMaker::append(std::span<const std::string_view> cells, std::string& out) const {
  if (format_ == Format::kJsonl) {
    append_json(cells, out);
  } else {
    append_csv(cells, out);
  }
  out.push_back('\n');
}

void RowMaker::append_json(std::span<const std::string_view> cells, std::string& out) const {
  out.push_back('{');
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (i > 0) out.push_back(',');
    out += keys_[i];
    append_json_string(i < cells.size() ? cells[i] : std::string_view(), out);
  }
  if (cells.size() > keys_.size()) {
    out += keys_.empty() ? "\"_extra\":" : ",\"_extra\":";
    append_json_array(cells.subspan(keys_.size()), out);
  }
  out.push_back('}');
}

void RowMaker::append_csv(std::span<const std::string_view> cells, std::string& out) const {
  const size_t count = std::max(cells.size(), names_.size());
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out.push_back(delimiter_);
    if (i < cells.size()) append_csv_cell(cells[i], delimiter_, false, out);
  }
}

void RowMaker::append_raw(std::string_view line, std::string_view terminator, std::string& out) {
  out += "{\"_raw\":";
  append_json_string(line, out);
  out.push_back('}');
  out.append(terminator);
}

size_t RowMaker::fixed_bytes() const {
  std::string row;
  append({}, row);
  return row.size();
}

std::string RowMaker::header_row() const {
  std::string row;
  const std::vector<std::string_view> cells(names_.begin(), names_.end());
  append_csv(cells, row);
  return row;
}

}  // namespace mxbulk::input
