#include "input/json_rows.h"

#include <algorithm>
#include <limits>

#include "base/limits.h"
#include "input/json_string.h"

namespace mxbulk::input {
namespace {

std::string_view text_of(std::string_view bytes, const LineSpan& span) {
  return bytes.substr(span.begin, span.text_end - span.begin);
}
std::string_view terminator_of(std::string_view bytes, const LineSpan& span) {
  return bytes.substr(span.text_end, span.end - span.text_end);
}

void end_row(Block& block) {
  block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
}

}  // namespace

JsonRows::JsonRows(std::vector<std::string> path, std::string_view reserved_prefix,
                   Rendering rendering, std::vector<std::string> keys,
                   std::optional<RowMaker> maker)
    : reader_(std::move(path), reserved_prefix),
      rendering_(rendering),
      keys_(std::move(keys)),
      maker_(std::move(maker)),
      rows_at_once_(maker_ ? std::max<size_t>(1, limits::kMadeBlockBytes / maker_->fixed_bytes())
                           : std::numeric_limits<size_t>::max()) {}

size_t JsonRows::cut(std::string_view bytes, bool is_end, uint64_t rows_max) {
  return cut_lines(bytes, is_end, std::min<uint64_t>(rows_max, rows_at_once_), lines_);
}

Status JsonRows::emit(std::string bytes, const RowPlace& place, RowBatch& batch) {
  batch.clear();
  reader_.find(bytes, lines_, texts_);
  Status status = check_keys(bytes, place);
  if (!status.ok()) return status;
  const bool ends_well = !place.needs_terminator || !terminator_of(bytes, lines_.back()).empty();
  if (rendering_ == Rendering::kAsIs && all_stay(bytes) && ends_well) {
    batch.block.bytes = std::move(bytes);
    batch.keeps_input = true;
    for (const LineSpan& span : lines_) batch.block.row_ends.push_back(span.end);
    fill_cells(batch.block.bytes, batch);
    return {};
  }
  batch.source = std::move(bytes);
  fill_cells(batch.source, batch);
  switch (rendering_) {
    case Rendering::kNone: break;
    case Rendering::kAsIs: append_as_is(place, batch); break;
    case Rendering::kMade: return append_made(place, batch);
  }
  return {};
}

Status JsonRows::check_keys(std::string_view bytes, const RowPlace& place) const {
  const auto reserved = std::find_if(texts_.begin(), texts_.end(), [](const JsonText& text) {
    return text.found == JsonFind::kReserved;
  });
  if (reserved == texts_.end()) return {};
  std::string key;
  append_json_text(bytes.substr(reserved->begin, reserved->size), key);
  return Status::usage(place.text(static_cast<size_t>(reserved - texts_.begin())) +
                       ": there is a key \"" + key +
                       "\" already; give ours another name with --prefix");
}

// Objects, and blank lines.
bool JsonRows::all_stay(std::string_view bytes) const {
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (texts_[i].found == JsonFind::kNotObject && !is_blank_line(text_of(bytes, lines_[i]))) {
      return false;
    }
  }
  return true;
}

void JsonRows::fill_cells(std::string_view bytes, RowBatch& batch) const {
  batch.cells.resize(lines_.size());
  size_t unescaped_max = 0;
  for (size_t i = 0; i < lines_.size(); ++i) {
    const JsonText& text = texts_[i];
    EmailCell& cell = batch.cells[i];
    cell.text = bytes.substr(text.begin, text.size);
    if (cell.text.find('\\') != cell.text.npos) unescaped_max += text.size;
    cell.is_passed = text.found == JsonFind::kNotObject && is_blank_line(text_of(bytes, lines_[i]));
    cell.is_bad_row = !cell.is_passed && (text.found == JsonFind::kNotObject ||
                                          text.found == JsonFind::kNoText);
  }
  if (unescaped_max == 0) return;
  batch.unescaped.reserve(unescaped_max);  // views into it must hold
  for (EmailCell& cell : batch.cells) {
    if (cell.text.find('\\') == cell.text.npos) continue;
    const size_t begin = batch.unescaped.size();
    append_json_text(cell.text, batch.unescaped);
    cell.text = std::string_view(batch.unescaped).substr(begin);
  }
}

void JsonRows::append_as_is(const RowPlace& place, RowBatch& batch) const {
  const std::string_view bytes = batch.source;
  Block& block = batch.block;
  for (size_t i = 0; i < lines_.size(); ++i) {
    std::string_view terminator = terminator_of(bytes, lines_[i]);
    if (terminator.empty() && place.needs_terminator) terminator = "\n";
    const std::string_view line = text_of(bytes, lines_[i]);
    if (texts_[i].found != JsonFind::kNotObject || batch.cells[i].is_passed) {
      block.bytes.append(line).append(terminator);
    } else {
      RowMaker::append_raw(line, terminator, block.bytes);
    }
    end_row(block);
  }
}

Status JsonRows::append_made(const RowPlace& place, RowBatch& batch) {
  const std::string_view bytes = batch.source;
  Block& block = batch.block;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (batch.cells[i].is_passed) {
      end_row(block);
      continue;
    }
    if (texts_[i].found == JsonFind::kNotObject) {
      maker_->append({}, block.bytes);
    } else if (!append_record(text_of(bytes, lines_[i]), block.bytes)) {
      return Status::input(place.text(i) + ": the key \"" + odd_key_ +
                           "\" was not in the first record, so that it has no column; use "
                           "--output-format jsonl or --mode minimal");
    }
    end_row(block);
  }
  return {};
}

bool JsonRows::append_record(std::string_view line, std::string& out) {
  odd_key_.clear();
  bool is_known = true;
  values_.assign(keys_.size(), {});
  reader_.each(line, [&](std::string_view key, std::string_view text) {
    const auto found = std::find(keys_.begin(), keys_.end(), key);
    if (found == keys_.end()) {
      is_known = false;
      odd_key_ = key;
      return;
    }
    values_[static_cast<size_t>(found - keys_.begin())] = text;
  });
  if (!is_known) return false;
  cells_.assign(values_.begin(), values_.end());
  maker_->append(cells_, out);
  return true;
}

void JsonRows::emit_giant(std::string_view head, RowBatch& batch) {
  switch (rendering_) {
    case Rendering::kNone: return;
    case Rendering::kAsIs: RowMaker::append_raw(head, "\n", batch.block.bytes); break;
    case Rendering::kMade: maker_->append({}, batch.block.bytes); break;
  }
  end_row(batch.block);
}

}  // namespace mxbulk::input
