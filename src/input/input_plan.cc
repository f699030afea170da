#include "input/input_plan.h"

#include <algorithm>

#include "base/limits.h"
#include "input/csv_rows.h"
#include "input/filtered_source.h"
#include "input/input_format.h"
#include "input/json_array.h"
#include "input/json_rows.h"
#include "input/line_scanner.h"
#include "input/row_format.h"
#include "input/text_encoding.h"
#include "model/file_format.h"

namespace mxbulk::input {
namespace {

// The end of the first `count` lines; npos if there are fewer. A CR at the end of the bytes does
// not count: its LF may follow.
size_t end_of_lines(std::string_view bytes, size_t count) {
  size_t at = 0;
  for (; count > 0; --count) {
    const LineEnd line = find_line_end(bytes, at, false);
    if (!line.is_whole) return bytes.npos;
    at = line.end;
  }
  return at;
}

// True if there are `lines` lines, and one with an address after what is skipped. A title or a
// header alone is not enough: a pipe may give them long before its first row.
bool is_enough(const InputOptions& options, std::string_view bytes, size_t lines) {
  const size_t end = end_of_lines(bytes, lines);
  if (end == bytes.npos) return false;
  // True if the options say all that a sample would show.
  const bool is_told =
      options.format == Format::kLines ||
      (options.format != Format::kAuto && !(options.column.empty() && options.json_path.empty()));
  if (is_told) return true;
  const size_t begin = end_of_lines(bytes, options.skip_lines);
  const size_t at_sign = begin == bytes.npos ? bytes.npos : bytes.find('@', begin);
  return at_sign != bytes.npos && end_of_lines(bytes.substr(at_sign), 1) != bytes.npos;
}

Status load(RowBuffer& buffer, size_t goal) {
  while (!buffer.at_end() && buffer.bytes().size() < goal) {
    // In steps: a small file needs no room for a large one.
    Status status = buffer.fill(std::min(goal, buffer.bytes().size() + limits::kBlockBytes));
    if (!status.ok()) return status;
  }
  return {};
}

// Reads the sample; from a pipe only what is needed, since more may come much later.
Status load_sample(const InputOptions& options, RowBuffer& buffer, size_t lines) {
  if (!buffer.source().is_stream()) return load(buffer, limits::kSampleBytes);
  while (!buffer.at_end() && buffer.bytes().size() < limits::kSampleBytes &&
         !is_enough(options, buffer.bytes(), lines)) {
    Status status = buffer.fill(limits::kBlockBytes);
    if (!status.ok()) return status;
  }
  return {};
}

// Tries the bytes that are there first, and waits for more only if they are not enough.
Result<CsvDialect> load_dialect(const InputOptions& options, Format format, OpenInput& input,
                                bool is_further) {
  RowBuffer& buffer = *input.buffer;
  Status loaded = load_sample(options, buffer, options.skip_lines + 2);  // a header and a row
  if (!loaded.ok()) return loaded;
  for (size_t goal = limits::kSampleBytes;; goal *= 4) {
    Result<CsvDialect> dialect =
        find_csv_dialect(options, format, input.name, buffer.bytes(), buffer.at_end(), is_further);
    const bool is_final = dialect.ok() || buffer.at_end() || goal > limits::kRowBytesMax;
    if (is_final) return dialect;
    Status status = load(buffer, goal);
    if (!status.ok()) return status;
  }
}

Status check_columns(const RowNeeds& needs, const std::string& source, const CsvDialect& dialect) {
  if (needs.mode != Mode::kAppend || needs.new_column_prefix.empty()) return {};
  for (const std::string& name : dialect.names) {
    if (!name.starts_with(needs.new_column_prefix)) continue;
    const std::string line = std::to_string(dialect.preamble_lines + 1);
    return Status::usage(source + ":" + line + ": there is a column \"" + name +
                         "\" already; give ours another name with --prefix");
  }
  return {};
}

Rendering rendering_of(const RowNeeds& needs, Format in, Format out) {
  if (!needs.keep_rows) return Rendering::kNone;
  return in == out ? Rendering::kAsIs : Rendering::kMade;
}

TextRow numbered_names(size_t count) {
  TextRow names;
  for (size_t i = 1; i <= count; ++i) names.push_back("column_" + std::to_string(i));
  return names;
}

// For rows that are made. `has_names`: false if the input has none; then CSV has no header.
RowMaker use_maker(RowShape& shape, TextRow names, bool has_names) {
  shape.delimiter = delimiter_of(shape.format);
  RowMaker maker(shape.format, shape.delimiter, std::move(names));
  shape.has_header = has_names && shape.format != Format::kJsonl;
  if (shape.has_header) shape.header_row = maker.header_row();
  return maker;
}

Status plan_csv(const InputOptions& options, const RowNeeds& needs, OpenInput& input,
                Rendering rendering, InputPlan& plan) {
  Result<CsvDialect> found = load_dialect(options, plan.format, input, false);
  if (!found.ok()) return found.status();
  const CsvDialect& dialect = plan.dialect = std::move(found.value());
  Status status = check_columns(needs, input.name, dialect);
  if (!status.ok()) return status;
  std::optional<RowMaker> maker;
  switch (rendering) {
    case Rendering::kNone: plan.shape.has_header = dialect.has_header; break;
    case Rendering::kAsIs:
      plan.shape.delimiter = dialect.syntax.delimiter;
      plan.shape.has_header = dialect.has_header;
      plan.shape.header_row = dialect.header_row;
      plan.shape.preamble = dialect.preamble;
      plan.shape.has_bom = input.has_bom;
      if (!dialect.terminator.empty()) plan.shape.terminator = dialect.terminator;
      break;
    case Rendering::kMade:
      maker = use_maker(plan.shape,
                        dialect.has_header ? dialect.names : numbered_names(dialect.columns),
                        dialect.has_header);
      break;
  }
  const CsvRows::Layout layout{dialect.syntax, dialect.column, dialect.columns};
  plan.rows = std::make_unique<CsvRows>(layout, rendering, std::move(maker));
  return {};
}

// The lines of a JSON array are made here, and are not lines of its file.
std::string place_of_first_record(const OpenInput& input) {
  return input.is_json_array ? input.name : input.name + ":1";
}

// Likewise: a first record may be longer than a sample.
Result<JsonPlan> load_json_plan(const InputOptions& options, OpenInput& input) {
  RowBuffer& buffer = *input.buffer;
  if (Status status = load_sample(options, buffer, 1); !status.ok()) return status;
  for (size_t goal = limits::kSampleBytes;; goal *= 4) {
    Result<JsonPlan> plan =
        plan_json_records(options, place_of_first_record(input), buffer.bytes(), buffer.at_end());
    const bool is_final = plan.ok() || buffer.at_end() || goal > limits::kRowBytesMax;
    if (is_final) return plan;
    if (Status status = load(buffer, goal); !status.ok()) return status;
  }
}

Status plan_json(const InputOptions& options, const RowNeeds& needs, OpenInput& input,
                 Rendering rendering, InputPlan& plan) {
  Result<JsonPlan> found = load_json_plan(options, input);
  if (!found.ok()) return found.status();
  const TextRow& keys = found.value().keys;
  plan.json_path = found.value().path;
  std::optional<RowMaker> maker;
  if (rendering == Rendering::kNone) plan.shape.has_header = true;
  if (rendering == Rendering::kMade) maker = use_maker(plan.shape, keys, true);
  const bool adds_columns = needs.mode == Mode::kAppend && needs.keep_rows;
  plan.rows = std::make_unique<JsonRows>(plan.json_path,
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

char first_text_octet(std::string_view bytes) {
  const size_t at = bytes.find_first_not_of(" \t\r\n");
  return at == bytes.npos ? '\0' : bytes[at];
}

// The file's name decides, unless the text contradicts it: JSON is not CSV, whatever its name.
Format format_of(const InputOptions& options, const std::string& path, const OpenInput& input) {
  if (options.format != Format::kAuto) return options.format;
  const std::string_view bytes = input.buffer->bytes();
  const Format by_name = format_by_name(path);
  switch (by_name) {
    case Format::kCsv:
    case Format::kTsv: return looks_like_json(bytes) ? Format::kJsonl : by_name;
    case Format::kJsonl: {
      const bool may_be_json =
          std::string_view("{[\"").find(first_text_octet(bytes)) != std::string_view::npos;
      if (may_be_json) return by_name;
      const Format found = format_by_bytes(bytes, input.buffer->at_end());
      return found == Format::kLines ? by_name : found;
    }
    case Format::kLines: return by_name;
    case Format::kAuto: break;
  }
  return format_by_bytes(bytes, input.buffer->at_end());
}

// Puts a filter between the source and its buffer.
Status filter_input(const InputOptions& options, std::unique_ptr<ByteFilter> filter,
                    OpenInput& input) {
  RowBuffer::Released released = input.buffer->release();
  auto source = std::make_unique<FilteredSource>(input.name, std::move(released.front),
                                                 std::move(released.source), std::move(filter));
  input.buffer = std::make_unique<RowBuffer>(std::move(source), limits::kBlockBytes);
  return load_sample(options, *input.buffer, 1);
}

Status convert_encoding(const InputOptions& options, OpenInput& input) {
  const std::string_view front = input.buffer->bytes();
  input.encoding = encoding_of(options.encoding, front);
  const size_t mark = byte_order_mark(input.encoding, front);
  input.buffer->drop(mark);
  input.has_bom = mark > 0 && input.encoding == "UTF-8";
  if (input.encoding == "UTF-8") return {};
  Result<std::unique_ptr<ByteFilter>> converter = make_converter(input.encoding);
  if (!converter.ok()) return converter.status();
  return filter_input(options, std::move(converter.value()), input);
}

Status read_arrays_as_lines(const InputOptions& options, Format format, OpenInput& input) {
  const bool is_array = format == Format::kJsonl && first_text_octet(input.buffer->bytes()) == '[';
  if (!is_array || input.is_json_array) return {};
  input.is_json_array = true;
  return filter_input(options, std::make_unique<JsonArrayLines>(), input);
}

}  // namespace

Result<OpenInput> open_input(const InputOptions& options, const std::string& path,
                             const StopSignal& stop) {
  Result<std::unique_ptr<ByteSource>> source = open_source(path, stop);
  if (!source.ok()) return source.status();
  OpenInput input;
  input.name = source_name(path);
  input.bytes = source.value()->bytes_total();
  input.compression = source.value()->compression();
  input.buffer = std::make_unique<RowBuffer>(std::move(source.value()), limits::kBlockBytes);
  Status status = load_sample(options, *input.buffer, 1);
  if (status.ok()) status = check_kind(input.name, input.buffer->bytes());
  if (status.ok()) status = convert_encoding(options, input);
  if (status.ok() && options.format == Format::kAuto) {
    status = check_kind_of_text(input.name, input.buffer->bytes());
  }
  if (!status.ok()) return status;
  if (input.buffer->bytes().empty()) {
    return Status::input(input.name + ": empty; there is nothing to validate");
  }
  return input;
}

namespace {

// JSON read as CSV, or a CSV header read as an address, would be rows of nonsense.
bool can_follow(Format first, Format next) {
  if (first == Format::kLines || next == Format::kJsonl) return next == first;
  return first != Format::kJsonl;
}

Status other_layout(const OpenInput& input, const std::string& what) {
  return Status::usage(input.name + ": " + what +
                       "; give files of one layout, or validate them one by one");
}

Status compare_csv(const OpenInput& input, const CsvDialect& first, const CsvDialect& next) {
  if (next.syntax != first.syntax) {
    return other_layout(input, "its delimiter or its quotes are not those of the first file");
  }
  if (next.names != first.names) {
    return other_layout(input, "its header is not that of the first file");
  }
  if (next.columns != first.columns) {
    return other_layout(input, "it has " + std::to_string(next.columns) +
                                   " columns, and the first file " + std::to_string(first.columns));
  }
  const bool is_found = next.column != std::string_view::npos;
  if (!first.has_header && is_found && next.column != first.column) {
    return other_layout(input, "its addresses are in column " + std::to_string(next.column + 1) +
                                   ", and those of the first file in column " +
                                   std::to_string(first.column + 1));
  }
  return {};
}

// To ignore the flag would be to validate another column than the user named.
Status check_json_path(const InputOptions& options, Format format, const std::string& source) {
  const bool is_idle = format != Format::kJsonl && !options.json_path.empty();
  if (!is_idle || !options.column.empty()) return {};
  const bool is_lines = format == Format::kLines;
  return Status::usage(source + ": --json-path names a member of JSON records, and this is " +
                       (is_lines ? "a list of lines; leave it out, or say --format jsonl"
                                 : "a table; name the column with -s"));
}

}  // namespace

Result<InputPlan> plan_input(const InputOptions& options, const RowNeeds& needs,
                             const std::string& path, OpenInput& input) {
  InputPlan plan;
  plan.format = format_of(options, path, input);
  Status status = check_json_path(options, plan.format, input.name);
  if (status.ok()) status = read_arrays_as_lines(options, plan.format, input);
  if (!status.ok()) return status;
  plan.shape.format = needs.output_format;
  if (plan.shape.format == Format::kAuto) {
    plan.shape.format = plan.format == Format::kLines ? Format::kCsv : plan.format;
  }
  const Rendering rendering = rendering_of(needs, plan.format, plan.shape.format);
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

Front front_of(const InputPlan& plan) {
  return {plan.dialect.front_bytes, plan.dialect.front_lines};
}

Result<Front> check_further(const InputOptions& options, const InputPlan& plan,
                            const std::string& path, OpenInput& input) {
  const Format format = format_of(options, path, input);
  if (!can_follow(plan.format, format)) {
    return other_layout(input, "it is of another format than the first file");
  }
  if (Status status = read_arrays_as_lines(options, format, input); !status.ok()) return status;
  switch (plan.format) {
    case Format::kAuto:  // not any more
    case Format::kLines: return Front();
    case Format::kJsonl: {
      InputOptions as_first = options;
      as_first.json_path = path_text(plan.json_path);
      const Result<JsonPlan> found = load_json_plan(as_first, input);
      if (!found.ok()) return found.status();
      return Front();
    }
    case Format::kCsv:
    case Format::kTsv: break;
  }
  InputOptions as_first = options;
  as_first.column = plan.dialect.column_name();
  const Result<CsvDialect> found = load_dialect(as_first, format, input, true);
  if (!found.ok()) return found.status();
  Status status = compare_csv(input, plan.dialect, found.value());
  if (!status.ok()) return status;
  return Front{found.value().front_bytes, found.value().front_lines};
}

namespace {

// The sample may end within a character.
bool begins_as_utf8(std::string_view bytes) {
  constexpr size_t kOctetsOfACharacterMax = 4;
  return well_formed_prefix(bytes) + kOctetsOfACharacterMax > bytes.size();
}

}  // namespace

InputDescription describe(const OpenInput& input, const InputPlan& plan) {
  InputDescription description;
  description.name = input.name;
  description.bytes = input.bytes;
  description.compression = input.compression;
  const bool is_utf8 = input.encoding != "UTF-8" || begins_as_utf8(input.buffer->bytes());
  description.encoding = is_utf8 ? input.encoding : "unknown";
  switch (plan.format) {
    case Format::kLines: description.format = "lines"; break;
    case Format::kJsonl: description.format = input.is_json_array ? "JSON array" : "JSONL"; break;
    case Format::kAuto:
    case Format::kTsv:
    case Format::kCsv: description.format = "CSV"; break;
  }
  std::string& text = description.text;
  text = input.name + ": " + description.format;
  if (!input.compression.empty()) text += " in " + input.compression;
  const bool has_columns = plan.format == Format::kCsv || plan.format == Format::kTsv;
  if (has_columns) {
    description.delimiter = std::string(1, plan.dialect.syntax.delimiter);
    text += plan.dialect.syntax.delimiter == '\t' ? ", delimiter tab"
                                                  : ", delimiter \"" + description.delimiter + "\"";
    if (plan.dialect.syntax.escape != '\0') {
      text += std::string(", escape \"") + plan.dialect.syntax.escape + "\"";
    }
  }
  if (!is_utf8) {
    text += ", not UTF-8 (see --encoding)";
  } else {
    text += ", " + input.encoding + (input.encoding == "UTF-8" ? "" : " converted to UTF-8");
  }
  if (has_columns) {
    const CsvDialect& dialect = plan.dialect;
    if (dialect.preamble_lines > 0) {
      text += ", " + std::to_string(dialect.preamble_lines) +
              (dialect.preamble_lines == 1 ? " line" : " lines") + " above the table";
    }
    description.has_header = dialect.has_header;
    description.column = dialect.column + 1;
    description.column_name = dialect.column_name();
    text += dialect.has_header ? ", header" : ", no header";
    text += ", e-mail column " + std::to_string(description.column);
    if (!description.column_name.empty()) text += " \"" + description.column_name + "\"";
  }
  if (plan.format == Format::kJsonl) {
    description.column_name = path_text(plan.json_path);
    text += ", e-mail member \"" + description.column_name + "\"";
  }
  return description;
}

}  // namespace mxbulk::input
