#include "input/row_reader.h"

#include <filesystem>
#include <limits>
#include <optional>

#include "base/limits.h"
#include "input/input_plan.h"
#include "input/json_index.h"
#include "input/line_scanner.h"
#include "input/text_encoding.h"
#include "model/csv_text.h"

namespace mxbulk::input {
namespace {

class FilesReader final : public RowReader {
 public:
  FilesReader(const InputOptions& options, std::vector<std::string> files)
      : options_(options),
        files_(std::move(files)),
        rows_left_(options.limit_rows == 0 ? std::numeric_limits<uint64_t>::max()
                                           : options.limit_rows) {}

  Status open(const RowNeeds& needs);

  [[nodiscard]] const std::vector<InputDescription>& inputs() const override { return inputs_; }
  [[nodiscard]] const RowShape& shape() const override { return plan_.shape; }
  Result<bool> next(RowBatch& batch) override;
  void stop() override { stop_.set(); }
  [[nodiscard]] uint64_t bytes_read() const override {
    return bytes_before_ + input_.buffer->source().bytes_read();
  }
  [[nodiscard]] uint64_t bytes_total() const override { return bytes_total_; }

 private:
  // A row over limits::kRowBytesMax, while it is read in parts.
  struct OversizedRow {
    RowTracker tracker;
    std::string head;  // its first octets, if a row will be made of them
  };

  Status check_further_files();
  Result<bool> open_next_file();
  void begin_file(const Front& front);
  void choose_origin();
  bool note_ill_formed(std::string_view bytes);
  std::string cut_with_replacements(std::string_view bytes);
  void end_file();
  [[nodiscard]] bool is_last_file() const { return file_ + 1 == files_.size(); }
  size_t cut();
  Status emit(size_t used, RowBatch& batch);
  Status more();
  Result<bool> next_of_oversized_row(RowBatch& batch);
  void stream_oversized_row(size_t used, RowBatch& batch);
  Status end_oversized_row(RowBatch& batch);

  StopSignal stop_;
  InputOptions options_;
  std::vector<std::string> files_;
  size_t file_ = 0;  // the one that is read
  OpenInput input_;
  InputPlan plan_;
  uint64_t rows_left_;
  uint64_t rows_done_ = 0;     // in all files
  uint64_t line_in_file_ = 1;  // of the next row
  uint64_t bytes_before_ = 0;  // of the files before this one
  uint64_t bytes_total_ = 0;
  std::vector<InputDescription> inputs_;  // of the files opened so far
  std::optional<OversizedRow> oversized_row_;
  std::shared_ptr<const PlainFile> origin_;  // of blocks; null if they are not to be read again
  std::vector<std::weak_ptr<const PlainFile>>
      origins_;  // origin_, and those that blocks still hold
};

Status FilesReader::open(const RowNeeds& needs) {
  Result<OpenInput> input = open_input(options_, files_[0], stop_);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  Result<InputPlan> plan = plan_input(options_, needs, files_[0], input_);
  if (!plan.ok()) return plan.status();
  plan_ = std::move(plan.value());
  bytes_total_ = input_.buffer->source().bytes_total();
  begin_file(front_of(plan_));
  return check_further_files();
}

// The bytes above the first row are in the shape already, or were compared with it.
void FilesReader::begin_file(const Front& front) {
  inputs_.push_back(describe(input_, plan_));
  inputs_.back().lines_above = front.lines - (plan_.dialect.has_header ? 1 : 0);
  line_in_file_ = 1;
  note_ill_formed(input_.buffer->bytes().substr(0, front.bytes));
  input_.buffer->drop(front.bytes);
  line_in_file_ = front.lines + 1;
  choose_origin();
}

// Opens all files now, so that an error does not come after hours.
Status FilesReader::check_further_files() {
  for (size_t i = 1; i < files_.size(); ++i) {
    std::error_code error;
    const bool is_waiting = std::filesystem::exists(files_[i], error) &&
                            !std::filesystem::is_regular_file(files_[i], error) &&
                            !std::filesystem::is_directory(files_[i], error);
    if (files_[i] == "-" || is_waiting) {  // a pipe can be opened only once
      bytes_total_ = 0;
      continue;
    }
    Result<OpenInput> input = open_input(options_, files_[i], stop_);
    if (!input.ok()) return input.status();
    const Result<Front> front = check_further(options_, plan_, files_[i], input.value());
    if (!front.ok()) return front.status();
    if (bytes_total_ > 0) bytes_total_ += input.value().buffer->source().bytes_total();
  }
  return {};
}

void FilesReader::end_file() {
  inputs_.back().replaced += input_.buffer->source().replaced();
}

Result<bool> FilesReader::open_next_file() {
  end_file();
  if (is_last_file()) return false;
  bytes_before_ += input_.buffer->source().bytes_read();
  Result<OpenInput> input = open_input(options_, files_[++file_], stop_);
  if (!input.ok()) return input.status();
  input_ = std::move(input.value());
  const Result<Front> front = check_further(options_, plan_, files_[file_], input_);
  if (!front.ok()) return front.status();
  begin_file(front.value());
  return true;
}

// A file stays open while a block may be read from it again: limits their number.
void FilesReader::choose_origin() {
  origin_.reset();
  std::erase_if(origins_, [](const auto& origin) { return origin.expired(); });
  if (origins_.size() >= limits::kFilesHeldMax) return;
  origin_ = input_.buffer->source().plain_file();
  if (origin_) origins_.push_back(origin_);
}

Result<bool> FilesReader::next(RowBatch& batch) {
  while (oversized_row_ || rows_left_ > 0) {
    if (oversized_row_) return next_of_oversized_row(batch);
    RowBuffer& buffer = *input_.buffer;
    const size_t used = cut();
    if (plan_.rows->rows() > 0) {
      Status status = emit(used, batch);
      if (!status.ok()) return status;
      return true;
    }
    if (buffer.at_end()) {
      const Result<bool> opened = open_next_file();
      if (!opened.ok() || !opened.value()) return opened;
    } else if (buffer.bytes().size() > limits::kRowBytesMax) {
      oversized_row_.emplace(OversizedRow{plan_.rows->tracker(), {}});
    } else {
      Status status = more();
      if (!status.ok()) return status;
    }
  }
  return false;
}

// One block, even if the sample has read more.
size_t FilesReader::cut() {
  const RowBuffer& buffer = *input_.buffer;
  const std::string_view bytes = buffer.bytes();
  if (bytes.size() > limits::kBlockBytes) {
    const size_t used = plan_.rows->cut(bytes.substr(0, limits::kBlockBytes), false, rows_left_);
    if (plan_.rows->rows() > 0) return used;
  }
  return plan_.rows->cut(bytes, buffer.at_end(), rows_left_);
}

Status FilesReader::emit(size_t used, RowBatch& batch) {
  const RowBuffer& buffer = *input_.buffer;
  const bool is_end = buffer.at_end() && used == buffer.bytes().size();
  const RowPlace place{input_.name, line_in_file_, is_end, !is_last_file()};
  const uint64_t offset = buffer.offset();
  std::string bytes = input_.buffer->take(used);
  const bool is_sound = note_ill_formed(bytes);
  const bool is_changed = !is_sound && plan_.shape.format == Format::kJsonl;
  if (is_changed) bytes = cut_with_replacements(bytes);
  const uint64_t rows = plan_.rows->rows();
  batch.clear();
  batch.block.row_ends.reserve(rows);  // no more: it is held until the rows are written
  Status status = plan_.rows->emit(std::move(bytes), place, batch);
  if (is_changed) batch.keeps_input = false;
  if (batch.keeps_input) batch.block.origin = {origin_, offset};
  batch.block.first_row = rows_done_;
  batch.input_name = input_.name;
  batch.first_line = line_in_file_;
  rows_done_ += rows;
  rows_left_ -= rows;
  line_in_file_ = batch.line_of(rows);
  return status;
}

// False if the bytes are not UTF-8; records the first such line of a file.
bool FilesReader::note_ill_formed(std::string_view bytes) {
  if (is_utf8(bytes)) return true;
  uint64_t& line = inputs_.back().first_ill_formed_line;
  if (line > 0) return false;
  const size_t sound = well_formed_prefix(bytes);
  line = line_in_file_ + count_line_breaks(bytes.substr(0, sound));
  return false;
}

// JSON is UTF-8 (RFC 8259 §8.1): other bytes become U+FFFD, and the rows are cut again.
std::string FilesReader::cut_with_replacements(std::string_view bytes) {
  std::string sound = with_replacements(bytes, inputs_.back().replaced);
  plan_.rows->cut(sound, true, plan_.rows->rows());
  return sound;
}

Status FilesReader::more() {
  const size_t have = input_.buffer->bytes().size();
  return input_.buffer->fill(
      std::min(std::max(limits::kBlockBytes, 2 * have), limits::kRowBytesMax + 1));
}

Result<bool> FilesReader::next_of_oversized_row(RowBatch& batch) {
  RowBuffer& buffer = *input_.buffer;
  batch.clear();
  batch.block.first_row = rows_done_;
  while (true) {
    const size_t used = oversized_row_->tracker.follow(buffer.bytes(), buffer.at_end());
    const bool ends = oversized_row_->tracker.ends();
    stream_oversized_row(used, batch);
    buffer.drop(used);
    if (ends) {
      Status status = end_oversized_row(batch);
      if (!status.ok()) return status;
      return true;
    }
    if (!batch.block.bytes.empty()) return true;
    Status status = buffer.fill(limits::kBlockBytes);
    if (!status.ok()) return status;
  }
}

void FilesReader::stream_oversized_row(size_t used, RowBatch& batch) {
  const std::string_view piece = input_.buffer->bytes().substr(0, used);
  std::string& head = oversized_row_->head;
  if (plan_.rows->streams_oversized_rows()) {
    batch.block.bytes += piece;
  } else if (head.size() < limits::kRawKeptBytes) {
    head += piece.substr(0, limits::kRawKeptBytes - head.size());
  }
}

Status FilesReader::end_oversized_row(RowBatch& batch) {
  const RowTracker& tracker = oversized_row_->tracker;
  // A cell this long with line breaks comes from a quote that was closed by another one by chance.
  if (tracker.has_inner_break()) {
    return unclosed_quote(RowPlace{input_.name, line_in_file_}.text(0));
  }
  batch.input_name = input_.name;
  batch.first_line = line_in_file_;
  EmailCell cell;
  cell.is_bad_row = true;
  batch.cells.push_back(cell);
  std::string& bytes = batch.block.bytes;
  if (plan_.rows->streams_oversized_rows()) {
    const size_t terminator = terminator_of(bytes).size();
    bytes.insert(bytes.size() - terminator, plan_.rows->tail_of(tracker));
    if (terminator == 0 && !is_last_file()) bytes.push_back('\n');
    batch.block.row_ends.push_back(static_cast<uint32_t>(bytes.size()));
  } else {
    std::string& head = oversized_row_->head;
    head.resize(head.size() - terminator_of(head).size());
    plan_.rows->emit_oversized_row(head, batch);
  }
  oversized_row_.reset();
  ++rows_done_;
  --rows_left_;
  ++line_in_file_;
  return {};
}

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::open(const InputOptions& options,
                                                   const RowNeeds& needs) {
  std::vector<std::string> files = options.files;
  if (files.empty()) files.emplace_back("-");
  auto reader = std::make_unique<FilesReader>(options, std::move(files));
  Status status = reader->open(needs);
  if (!status.ok()) return status;
  return std::unique_ptr<RowReader>(std::move(reader));
}

}  // namespace mxbulk::input
