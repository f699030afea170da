#include "input/json_rows.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_set>

#include "base/limits.h"
#include "model/json_text.h"

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
  append_unescaped_json(bytes.substr(reserved->begin, reserved->size), key);
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
    cell.is_bad_row =
        !cell.is_passed && (text.found == JsonFind::kNotObject || text.found == JsonFind::kNoText);
  }
  if (unescaped_max == 0) return;
  batch.unescaped.reserve(unescaped_max);  // there are views into it: it must not move
  for (EmailCell& cell : batch.cells) {
    if (cell.text.find('\\') == cell.text.npos) continue;
    const size_t begin = batch.unescaped.size();
    append_unescaped_json(cell.text, batch.unescaped);
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

void JsonRows::emit_oversized_row(std::string_view head, RowBatch& batch) {
  switch (rendering_) {
    case Rendering::kNone: return;
    case Rendering::kAsIs: RowMaker::append_raw(head, "\n", batch.block.bytes); break;
    case Rendering::kMade: maker_->append({}, batch.block.bytes); break;
  }
  end_row(batch.block);
}

namespace {

// It is not known which element of an array is meant.
constexpr std::string_view kArrayAdvice =
    ", or make one record of each: addresses inside an array are not read; jq -c '.MEMBER[]' FILE "
    "writes the elements of one, a line each";

// What the records of a sample have in common.
struct Sample {
  size_t lines = 0;              // that are not blank
  bool opens_with_part = false;  // the first is a part of an object, which the next line continues
  size_t records = 0;
  TextRow keys;                                 // of the first record
  std::vector<std::vector<std::string>> paths;  // in order of appearance
  std::vector<ColumnFacts> facts;               // of each
};

void add_record(JsonReader& reader, std::string_view line,
                std::map<std::vector<std::string>, size_t>& places, Sample& sample) {
  if (++sample.records == 1) {
    std::unordered_set<std::string> known;  // for speed: there may be very many
    reader.each(line, [&](std::string_view key, std::string_view) {
      if (known.emplace(key).second) sample.keys.emplace_back(key);
    });
  }
  reader.each_text(line, [&](const std::vector<std::string>& path, std::string_view text) {
    auto found = places.find(path);
    if (found == places.end()) {
      if (places.size() >= limits::kColumnsMax) return;
      found = places.emplace(path, places.size()).first;
      sample.paths.push_back(path);
      sample.facts.emplace_back(path_text(path));
    }
    sample.facts[found->second].add(text);
  });
}

// `{`, `{"data": [`, `"a": 1,`: not a whole record.
bool ends_within(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t");
  return last != line.npos && std::string_view("{[,:").find(line[last]) != std::string_view::npos;
}

Sample take_sample(std::string_view front, bool is_end) {
  std::vector<LineSpan> lines;
  cut_lines(front, is_end, limits::kSampleRows, lines);
  JsonReader reader({});
  std::vector<JsonText> texts;
  reader.find(front, lines, texts);
  std::map<std::vector<std::string>, size_t> places;
  Sample sample;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = front.substr(lines[i].begin, lines[i].text_end - lines[i].begin);
    if (is_blank_line(line)) continue;
    const bool is_object = texts[i].found != JsonFind::kNotObject;
    if (++sample.lines == 1) sample.opens_with_part = !is_object && ends_within(line);
    if (is_object) add_record(reader, line, places, sample);
  }
  return sample;
}

Status no_objects(const std::string& source, std::string_view front) {
  const size_t first = front.find_first_not_of(" \t\r\n");
  if (first != front.npos && front[first] == '{') {
    return Status::input(source +
                         ": this is a JSON object over several lines, or JSON that is damaged; "
                         "there should be one object a line, or an array of objects: make it so "
                         "with jq -c . FILE, or jq -c '.MEMBER[]' FILE for a list inside an "
                         "object");
  }
  return Status::input(source +
                       ": no line is a JSON object; there should be one a line, or an array of "
                       "objects; for an array of texts use jq -r '.[]' FILE, for a list of "
                       "addresses --format lines");
}

// The path that the user wrote: the whole name of a member if there is one, else keys joined by
// dots.
std::vector<std::string> asked_path(const std::string& asked, const Sample& sample) {
  const std::vector<std::string> whole = {asked};
  const bool is_key =
      std::find(sample.paths.begin(), sample.paths.end(), whole) != sample.paths.end();
  return is_key ? whole : path_from(asked);
}

Status no_such_path(const std::string& source, const std::string& path, const Sample& sample) {
  std::string message = source + ": no record has a text at \"" + path +
                        "\"; choose another member with --json-path; there are:";
  if (sample.paths.empty()) message += " none";
  for (size_t i = 0; i < sample.paths.size() && i < limits::kColumnsListedMax; ++i) {
    message += " " + path_text(sample.paths[i]);
  }
  return Status::usage(std::move(message));
}

}  // namespace

std::vector<std::string> path_from(std::string_view text) {
  std::vector<std::string> keys;
  while (true) {
    const size_t dot = text.find('.');
    keys.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return keys;
    text.remove_prefix(dot + 1);
  }
}

std::string path_text(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& key : path) text += (text.empty() ? "" : ".") + key;
  return text;
}

Result<JsonPlan> plan_json_records(const InputOptions& options, const std::string& source,
                                   std::string_view front, bool is_end) {
  const Sample sample = take_sample(front, is_end);
  const bool is_in_parts = sample.opens_with_part && 2 * sample.records < sample.lines;
  if ((sample.records == 0 && sample.lines > 0) || is_in_parts) return no_objects(source, front);
  JsonPlan plan;
  plan.keys = sample.keys;
  plan.records = sample.records;
  // A column name in a config file or the environment serves JSON too.
  const std::string& asked = options.json_path.empty() ? options.column : options.json_path;
  if (!asked.empty()) {
    plan.path = asked_path(asked, sample);
    const bool is_there =
        std::find(sample.paths.begin(), sample.paths.end(), plan.path) != sample.paths.end();
    if (sample.records > 0 && !is_there) return no_such_path(source, asked, sample);
    return plan;
  }
  const Result<size_t> found =
      find_email_column({source, "--json-path", "member", kArrayAdvice}, sample.facts);
  if (!found.ok()) return found.status();
  plan.path = sample.paths[found.value()];
  return plan;
}

}  // namespace mxbulk::input
