#include "input/input_plan.h"

#include <algorithm>

#include "base/limits.h"
#include "input/csv_rows.h"
#include "input/input_format.h"
#include "input/json_rows.h"
#include "input/line_rows.h"
#include "model/file_format.h"

namespace mxbulk::input {
namespace {

bool has_lines(std::string_view bytes, size_t count) {
  for (size_t at = 0; count > 0; --count) {
    at = bytes.find_first_of("\r\n", at);
    if (at == std::string_view::npos) return false;
    at += bytes.substr(at, 2) == "\r\n" ? 2 : 1;
  }
  return true;
}

Status load(RowBuffer& buffer, size_t goal) {
  while (!buffer.at_end() && buffer.bytes().size() < goal) {
    Status status = buffer.fill(goal);
    if (!status.ok()) return status;
  }
  return {};
}

// So many lines, or as much as a block holds: a pipe may take its time for more.
Status load_lines(RowBuffer& buffer, size_t count) {
  while (!buffer.at_end() && buffer.bytes().size() < limits::kBlockBytes &&
         !has_lines(buffer.bytes(), count)) {
    Status status = buffer.fill(limits::kBlockBytes);
    if (!status.ok()) return status;
  }
  return {};
}

// Tries with what is there first; only where that does not do, waits for more.
Result<CsvDialect> load_dialect(const InputOptions& options, Format format, OpenInput& input) {
  RowBuffer& buffer = *input.buffer;
  Status loaded = load_lines(buffer, 2);  // a header and a row
  if (!loaded.ok()) return loaded;
  for (size_t goal = limits::kBlockBytes;; goal *= 4) {
    Result<CsvDialect> dialect =
        find_csv_dialect(options, format, input.name, buffer.bytes(), buffer.at_end());
    const bool is_final = dialect.ok() || buffer.at_end() || goal > limits::kRowBytesMax;
    if (is_final) return dialect;
    Status status = load(buffer, goal);
    if (!status.ok()) return status;
  }
}

Status check_columns(const RowNeeds& needs, const std::string& source, const TextRow& names) {
  if (needs.mode != Mode::kAppend || needs.new_column_prefix.empty()) return {};
  for (const std::string& name : names) {
    if (!name.starts_with(needs.new_column_prefix)) continue;
    return Status::usage(source + ":1: there is a column \"" + name +
                         "\" already; give ours another name with --prefix");
  }
  return {};
}

Rendering rendering_of(const RowNeeds& needs, Format in, Format out) {
  if (!needs.keep_rows) return Rendering::kNone;
  if (needs.mode == Mode::kMinimal) return Rendering::kCell;
  return in == out ? Rendering::kAsIs : Rendering::kMade;
}

TextRow numbered_names(size_t count) {
  TextRow names;
  for (size_t i = 1; i <= count; ++i) names.push_back("column_" + std::to_string(i));
  return names;
}

// For rows that are made. `has_names`: false where the input gave none, so that CSV has no header.
RowMaker use_maker(RowShape& shape, TextRow names, bool has_names) {
  shape.delimiter = delimiter_of(shape.format);
  RowMaker maker(shape.format, shape.delimiter, std::move(names));
  shape.has_header = has_names && shape.format != Format::kJsonl;
  if (shape.has_header) shape.header_row = maker.header_row();
  return maker;
}

Status plan_csv(const InputOptions& options, const RowNeeds& needs, OpenInput& input,
                Rendering rendering, InputPlan& plan) {
  Result<CsvDialect> found = load_dialect(options, plan.format, input);
  if (!found.ok()) return found.status();
  const CsvDialect& dialect = plan.dialect = std::move(found.value());
  Status status = check_columns(needs, input.name, dialect.names);
  if (!status.ok()) return status;
  std::optional<RowMaker> maker;
  switch (rendering) {
    case Rendering::kNone: plan.shape.has_header = dialect.has_header; break;
    case Rendering::kAsIs:
      plan.shape.delimiter = dialect.delimiter;
      plan.shape.has_header = dialect.has_header;
      plan.shape.header_row = dialect.header_row;
      plan.shape.has_bom = input.has_bom;
      if (!dialect.terminator.empty()) plan.shape.terminator = dialect.terminator;
      break;
    case Rendering::kMade:
      maker = use_maker(plan.shape,
                        dialect.has_header ? dialect.names : numbered_names(dialect.columns),
                        dialect.has_header);
      break;
    case Rendering::kCell: maker = use_maker(plan.shape, {"email"}, dialect.has_header); break;
  }
  const CsvRows::Layout layout{dialect.delimiter, dialect.column, dialect.columns};
  plan.rows = std::make_unique<CsvRows>(layout, rendering, std::move(maker));
  input.buffer->drop(dialect.header_size);
  return {};
}

// What the first records of a JSONL input say.
struct JsonSample {
  size_t records = 0;
  size_t with_text = 0;  // those whose path leads to a string or null
  TextRow keys;          // of the first record
};

JsonSample sample_json(std::string_view path, std::string_view front, bool is_end) {
  std::vector<LineSpan> lines;
  cut_lines(front, is_end, limits::kSampleRows, lines);
  JsonReader reader(path);
  std::vector<JsonText> texts;
  reader.find(front, lines, texts);
  JsonSample sample;
  for (size_t i = 0; i < lines.size(); ++i) {
    const JsonFind found = texts[i].found;
    if (found == JsonFind::kNotObject) continue;
    if (found != JsonFind::kNoText) ++sample.with_text;
    if (++sample.records > 1) continue;
    const std::string_view line = front.substr(lines[i].begin, lines[i].text_end - lines[i].begin);
    reader.each(line, [&](std::string_view key, std::string_view) {
      const bool is_new =
          std::find(sample.keys.begin(), sample.keys.end(), key) == sample.keys.end();
      if (is_new) sample.keys.emplace_back(key);
    });
  }
  return sample;
}

Status no_such_path(const std::string& source, const std::string& path, const TextRow& keys) {
  std::string message = source + ":1: no record has a text at \"" + path +
                        "\"; choose another key with --json-path; there are:";
  for (const std::string& key : keys) message += " " + key;
  return Status::input(std::move(message));
}

Status plan_json(const InputOptions& options, const RowNeeds& needs, OpenInput& input,
                 Rendering rendering, InputPlan& plan) {
  const JsonSample sample =
      sample_json(options.json_path, input.buffer->bytes(), input.buffer->at_end());
  const TextRow& keys = sample.keys;
  if (sample.records == 0 &&
      input.buffer->bytes().find_first_not_of(" \t\r\n") == input.buffer->bytes().find('[')) {
    return Status::input(
        input.name +
        ":1: a JSON array, where each line should be an object of its own; make it "
        "so: jq -c '.[]' FILE");
  }
  if (sample.records > 0 && sample.with_text == 0) {
    return no_such_path(input.name, options.json_path, keys);
  }
  std::optional<RowMaker> maker;
  if (rendering == Rendering::kNone) plan.shape.has_header = true;
  if (rendering == Rendering::kMade) maker = use_maker(plan.shape, keys, true);
  if (rendering == Rendering::kCell) maker = use_maker(plan.shape, {"email"}, true);
  const bool adds_columns = needs.mode == Mode::kAppend && needs.keep_rows;
  plan.rows = std::make_unique<JsonRows>(options.json_path,
                                         adds_columns ? needs.new_column_prefix : std::string(),
                                         rendering, keys, std::move(maker));
  return {};
}

void plan_lines(const InputOptions& options, Rendering rendering, InputPlan& plan) {
  std::optional<RowMaker> maker;
  plan.shape.has_header = !options.no_headers;
  if (rendering != Rendering::kNone) maker = use_maker(plan.shape, {"email"}, !options.no_headers);
  plan.rows = std::make_unique<LineRows>(std::move(maker));
}

}  // namespace

Result<OpenInput> open_input(const std::string& path, const StopSignal& stop) {
  Result<std::unique_ptr<ByteSource>> source = open_source(path, stop);
  if (!source.ok()) return source.status();
  OpenInput input;
  input.name = source_name(path);
  input.buffer = std::make_unique<RowBuffer>(std::move(source.value()), limits::kBlockBytes);
  Status status = load_lines(*input.buffer, 1);
  if (!status.ok()) return status;
  status = check_encoding(input.name, input.buffer->bytes());
  if (!status.ok()) return status;
  input.has_bom = input.buffer->bytes().starts_with(kBom);
  if (input.has_bom) input.buffer->drop(kBom.size());
  if (input.buffer->bytes().empty()) {
    return Status::input(input.name + ": empty; there is nothing to validate");
  }
  return input;
}

namespace {

Format format_of(const InputOptions& options, const std::string& path, const OpenInput& input) {
  if (options.format != Format::kAuto) return options.format;
  const Format by_name = format_by_name(path);
  return by_name != Format::kAuto ? by_name : format_by_bytes(input.buffer->bytes());
}

// JSON read as CSV, or a CSV header read as an address, would be rows of nonsense.
bool can_follow(Format first, Format next) {
  if (first == Format::kLines || next == Format::kJsonl) return next == first;
  return first != Format::kJsonl;
}

}  // namespace

Result<InputPlan> plan_input(const InputOptions& options, const RowNeeds& needs,
                             const std::string& path, OpenInput& input) {
  InputPlan plan;
  plan.format = format_of(options, path, input);
  plan.shape.format = needs.output_format;
  if (plan.shape.format == Format::kAuto) {
    plan.shape.format = plan.format == Format::kLines ? Format::kCsv : plan.format;
  }
  const Rendering rendering = rendering_of(needs, plan.format, plan.shape.format);
  Status status;
  switch (plan.format) {
    case Format::kAuto:  // not any more
    case Format::kCsv:
    case Format::kTsv: status = plan_csv(options, needs, input, rendering, plan); break;
    case Format::kJsonl: status = plan_json(options, needs, input, rendering, plan); break;
    case Format::kLines: plan_lines(options, rendering, plan); break;
  }
  if (!status.ok()) return status;
  return plan;
}

Result<size_t> check_header(const InputOptions& options, const InputPlan& plan, OpenInput& input) {
  if (!can_follow(plan.format, format_of(options, input.name, input))) {
    return Status::usage(input.name +
                         ": it is of another format than the first file; give files of one "
                         "format, or validate them one by one");
  }
  if (!plan.dialect.has_header) return size_t{0};
  InputOptions as_first = options;
  as_first.delimiter = plan.dialect.delimiter;
  const Result<CsvDialect> found = load_dialect(as_first, plan.format, input);
  if (!found.ok()) return found.status();
  if (found.value().names != plan.dialect.names) {
    return Status::usage(input.name +
                         ":1: its header is not that of the first file; give files with equal "
                         "headers, or validate them one by one");
  }
  return found.value().header_size;
}

}  // namespace mxbulk::input
