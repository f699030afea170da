#include "rows/row_sink.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "base/limits.h"
#include "output/domain_record.h"

namespace mxbulk::rows {
namespace {

// Where the columns are all of the output, blocks hold no rows.
std::string_view row_of(const Block& block, size_t index) {
  return index < block.rows() ? block.row(index) : std::string_view();
}

}  // namespace

RowSink::RowSink(const OutputOptions& options, Format format, const output::RowRenderer& renderer,
                 std::vector<RowDestination> destinations, ReadyGate& gate, Reporter& reporter)
    : mode_(options.mode),
      format_(format),
      renderer_(renderer),
      gate_(gate),
      reporter_(reporter),
      cache_(limits::kSuffixesKept) {
  assert(!destinations.empty() && destinations.size() <= limits::kTemporariesMax);
  for (RowDestination& destination : destinations) {
    const auto index = static_cast<uint8_t>(outputs_.size());
    for (size_t verdict = 0; verdict < kVerdictCount; ++verdict) {
      if (destination.verdict.value_or(static_cast<Verdict>(verdict)) !=
          static_cast<Verdict>(verdict)) {
        continue;
      }
      for (size_t action = 0; action < kActionCount; ++action) {
        if (destination.action.value_or(static_cast<Action>(action)) ==
            static_cast<Action>(action)) {
          output_of_[verdict][action] = index;
        }
      }
    }
    outputs_.push_back({std::move(destination), {}, 0});
  }
  // Other forms of output are made of addresses alone; a filter wants rows with a verdict, and of
  // several files none is the one for rows without.
  writes_passed_ = mode_ == Mode::kAppend && options.only.empty() && outputs_.size() == 1;
  wanted_.fill(options.only.empty());
  for (Verdict verdict : options.only) wanted_[static_cast<size_t>(verdict)] = true;
}

void RowSink::write_header() {
  const std::string header =
      mode_ == Mode::kDomains ? output::domain_header(format_) : renderer_.header(writes_passed_);
  for (Output& output : outputs_) output.bytes += header;
}

Status RowSink::finish() {
  is_released_ = true;
  return hand_over();
}

Status RowSink::flush() {
  Status status = hand_over();
  if (!is_released_) return status;
  for (const Output& output : outputs_) {
    if (status.ok()) status = output.to.file->flush();
  }
  return status;
}

Status RowSink::write(const Block& block) {
  LocalPartReader local_parts(block);
  for (size_t i = 0; i < block.keys.size(); ++i) {
    const RowKey key = block.keys[i];
    const std::string_view local_part = local_parts.next(i);
    if (key.is_passed()) {
      write_passed(row_of(block, i));
      continue;
    }
    Rendered& rendered = slot_of(key);
    if (rendered.key_bits != key.bits()) {
      Status status = render(key, rendered);
      if (!status.ok() || is_aborted_) return status;
    }
    count(key, rendered, block.first_row + i + 1);
    if (mode_ == Mode::kDomains || !rendered.is_wanted) continue;
    append_row(row_of(block, i), local_part, rendered);
    if (outputs_[rendered.output].bytes.size() < limits::kOutputBufferBytes) continue;
    if (Status status = hand_over(); !status.ok()) return status;
  }
  append_part_of_row(block.part_of_row());
  return hand_over_if_full();
}

void RowSink::append_row(std::string_view row, std::string_view local_part,
                         const Rendered& rendered) {
  Output& output = outputs_[rendered.output];
  ++output.rows;
  ++rows_written_;
  if (std::exchange(is_in_long_row_, false) && renderer_.is_front()) {
    output.bytes.append(row);  // its columns are written already
  } else {
    renderer_.append_row(row, local_part, rendered.columns, output.bytes);
  }
}

// What is so long is a bad row. Columns that stand in front are written before its end is known, so
// that they lack the lint `ragged`, if it would get that one.
void RowSink::append_part_of_row(std::string_view part) {
  if (part.empty() || !is_wanted(Reason::kBadRow)) return;
  output::RenderedColumns columns;
  renderer_.render_invalid(RowKey::invalid(Reason::kBadRow, {}), {}, columns);
  std::string& bytes = outputs_[output_of(Reason::kBadRow, columns.action)].bytes;
  if (!is_in_long_row_ && renderer_.is_front()) bytes += columns.text;
  bytes += part;
  is_in_long_row_ = true;
}

void RowSink::write_passed(std::string_view row) {
  ++rows_passed_;
  if (writes_passed_) renderer_.append_passed(row, outputs_.front().bytes);
}

// Ids are in order of first appearance, and so are the records.
Status RowSink::write_domains_up_to(DomainId domain) {
  for (; next_domain_ <= domain.value(); ++next_domain_) {
    const DomainId next(next_domain_);
    Status status = wait_for(next);
    if (!status.ok() || is_aborted_) return status;
    const DomainReport& report = reporter_.report_of(next);
    is_released_ |= verdict_of(report.reason) != Verdict::kUnknown;
    if (!is_wanted(report.reason)) continue;
    Output& output = outputs_[output_of(report.reason, output::action_of_domain(report))];
    output::append_domain_record(report, format_, output.bytes);
    ++output.rows;
    ++rows_written_;
  }
  return {};
}

// What is written goes out before a wait: the reader of a pipe gets it while we sleep.
Status RowSink::wait_for(DomainId domain) {
  if (gate_.is_ready(domain)) return {};
  Status status = flush();
  if (!status.ok()) return status;
  is_aborted_ = !gate_.wait(domain);
  return {};
}

RowSink::Rendered& RowSink::slot_of(RowKey key) {
  // Rows without flags are by far the most: the others go to distant slots.
  return cache_[(key.payload() + key.flag_bits() * 7'919) % limits::kSuffixesKept];
}

// Waits for the verdict of the key's domain; fills `rendered` unless the run was aborted.
Status RowSink::render(RowKey key, Rendered& rendered) {
  rendered.columns.clear();
  if (key.is_invalid()) {
    rendered.reason = key.reason();
    if (mode_ != Mode::kDomains) {
      renderer_.render_invalid(key, reporter_.suggestion_of(key), rendered.columns);
    }
  } else {
    const DomainId domain = key.domain();
    Status status = mode_ == Mode::kDomains ? write_domains_up_to(domain) : wait_for(domain);
    if (!status.ok() || is_aborted_) {
      rendered.key_bits = Rendered::kNoKey;
      return status;
    }
    const DomainReport& report = reporter_.row_report_of(domain);
    rendered.reason = report.reason;
    is_released_ |= verdict_of(report.reason) != Verdict::kUnknown;
    if (mode_ != Mode::kDomains) renderer_.render(report, key, rendered.columns);
  }
  rendered.key_bits = key.bits();
  rendered.is_wanted = is_wanted(rendered.reason);
  rendered.is_dead = verdict_of(rendered.reason) == Verdict::kDeadMx;
  rendered.output = output_of(rendered.reason, rendered.columns.action);
  return {};
}

void RowSink::count(RowKey key, const Rendered& rendered, uint64_t row) {
  ++rows_;
  ++rows_by_reason_[static_cast<size_t>(rendered.reason)];
  if (key.flag_bits() != 0) {
    const LintSet lints = key.row_lints();
    if (lints.has(Lint::kRagged)) ++ragged_rows_;
    if (lints.has(Lint::kTrimmed)) ++rows_trimmed_;
    if (lints.has(Lint::kDuplicate)) ++rows_duplicate_;
  }
  if (key.is_invalid() && first_invalid_row_ == 0) first_invalid_row_ = row;
  if (rendered.is_dead) count_dead(key.domain());
}

void RowSink::count_dead(DomainId domain) {
  uint32_t& rows = dead_rows_.grow_to(domain.value());
  if (rows < std::numeric_limits<uint32_t>::max()) ++rows;
}

bool RowSink::is_wanted(Reason reason) const {
  return wanted_[static_cast<size_t>(verdict_of(reason))];
}

uint8_t RowSink::output_of(Reason reason, Action action) const {
  return output_of_[static_cast<size_t>(verdict_of(reason))][static_cast<size_t>(action)];
}

Status RowSink::hand_over_if_full() {
  const bool is_full = std::any_of(outputs_.begin(), outputs_.end(), [](const Output& output) {
    return output.bytes.size() >= limits::kOutputBufferBytes;
  });
  return is_full ? hand_over() : Status();
}

Status RowSink::hand_over() {
  if (!is_released_) {
    size_t held = 0;
    for (const Output& output : outputs_) held += output.bytes.size();
    is_released_ = held > limits::kHeldOutputBytesMax;
  }
  if (!is_released_) return {};
  for (Output& output : outputs_) {
    if (output.bytes.empty()) continue;
    Status status = output.to.file->write(output.bytes);
    output.bytes.clear();
    if (!status.ok()) return status;
  }
  return {};
}

void RowSink::fill(Summary& summary) const {
  summary.rows = rows_;
  summary.rows_written = rows_written_;
  summary.rows_passed = rows_passed_;
  summary.ragged_rows = ragged_rows_;
  summary.shifts_ragged_rows =
      mode_ == Mode::kAppend && format_ != Format::kJsonl && !renderer_.is_front();
  summary.rows_trimmed = rows_trimmed_;
  summary.rows_duplicate = rows_duplicate_;
  for (const Output& output : outputs_) summary.outputs.push_back({output.to.path, output.rows});
  summary.first_invalid_row = first_invalid_row_;
  summary.rows_by_reason = rows_by_reason_;
  for (uint32_t domain = 0; domain < dead_rows_.size(); ++domain) {
    if (dead_rows_[domain] <= summary.worst_dead_rows) continue;
    summary.worst_dead_rows = dead_rows_[domain];
    summary.worst_dead_domain = reporter_.report_of(DomainId(domain)).domain;
  }
}

}  // namespace mxbulk::rows
