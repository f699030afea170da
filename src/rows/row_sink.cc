#include "rows/row_sink.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "base/limits.h"
#include "output/records.h"

namespace mxbulk::rows {
namespace {

// If the output has only our columns, blocks hold no rows.
std::string_view row_of(const Block& block, size_t index) {
  return index < block.rows() ? block.row(index) : std::string_view();
}

}  // namespace

RowSink::RowSink(const OutputOptions& options, Format format, const output::RowEncoder& encoder,
                 std::vector<RowDestination> destinations, ReadyGate& gate, Reporter& reporter)
    : mode_(options.mode),
      format_(format),
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
    outputs_.push_back({std::move(destination), encoder.clone(), {}, 0});
  }
  // Passed rows belong to a copy of the whole input. They are dropped if only our columns are
  // written, if rows are filtered, or if the output is split into several files.
  writes_passed_ = mode_ == Mode::kAppend && options.only.empty() && outputs_.size() == 1;
  wanted_.fill(options.only.empty());
  for (Verdict verdict : options.only) wanted_[static_cast<size_t>(verdict)] = true;
}

void RowSink::write_header() {
  for (Output& output : outputs_) {
    if (mode_ == Mode::kDomains) {
      output.bytes += output::domain_header(format_);
    } else {
      output.encoder->append_header(writes_passed_, output.bytes);
    }
  }
}

Status RowSink::finish() {
  is_released_ = true;
  for (Output& output : outputs_) {
    if (mode_ != Mode::kDomains) output.encoder->append_end(output.bytes);
  }
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
    Encoded& encoded = slot_of(key);
    if (encoded.key_bits != key.bits()) {
      Status status = encode(key, encoded);
      if (!status.ok() || is_aborted_) return status;
    }
    count(key, encoded, block.first_row + i + 1);
    if (mode_ == Mode::kDomains || !encoded.is_wanted) continue;
    Output& output = outputs_[encoded.output];
    ++output.rows;
    output.encoder->append_row(row_of(block, i), local_part, encoded.columns, output.bytes);
    if (output.bytes.size() < limits::kOutputBufferBytes) continue;
    if (Status status = hand_over(); !status.ok()) return status;
  }
  append_part_of_row(block.part_of_row());
  return hand_over_if_full();
}

// An oversized row is a bad row.
void RowSink::append_part_of_row(std::string_view part) {
  if (part.empty() || !is_wanted(Reason::kBadRow)) return;
  const RowKey key = RowKey::invalid(Reason::kBadRow, {});
  const output::RowResult result = output::result_of_invalid(key, {});
  Output& output = outputs_[output_of(result.reason, result.action)];
  output::EncodedColumns columns;
  output.encoder->encode(result, columns);
  output.encoder->append_part(part, columns, output.bytes);
}

void RowSink::write_passed(std::string_view row) {
  ++rows_passed_;
  if (!writes_passed_) return;
  Output& output = outputs_.front();
  output.encoder->append_passed(row, output.bytes);
}

// Ids are in order of first appearance; so records are too.
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
  }
  return {};
}

// Flushes before a wait, so that the reader of a pipe has all rows that are ready.
Status RowSink::wait_for(DomainId domain) {
  if (!gate_.is_ready(domain)) {
    if (Status status = flush(); !status.ok()) return status;
    is_aborted_ = !gate_.wait(domain);
  }
  if (is_aborted_ || past_ == nullptr || !past_->must_count_rows(domain)) return {};
  if (Status status = flush(); !status.ok()) return status;
  is_aborted_ = !past_->wait_for_count();
  return {};
}

RowSink::Encoded& RowSink::slot_of(RowKey key) {
  // Nearly all rows have no flags: rows with flags use distant slots.
  return cache_[(key.payload() + key.flag_bits() * 7'919) % limits::kSuffixesKept];
}

// Waits for the verdict of the key's domain; fills `encoded` unless the run was aborted.
Status RowSink::encode(RowKey key, Encoded& encoded) {
  encoded.key_bits = Encoded::kNoKey;
  output::RowResult result;
  if (key.is_invalid()) {
    result = output::result_of_invalid(key, reporter_.suggestion_of(key));
  } else {
    const DomainId domain = key.domain();
    Status status = mode_ == Mode::kDomains ? write_domains_up_to(domain) : wait_for(domain);
    if (!status.ok() || is_aborted_) return status;
    result = output::result_of(reporter_.row_report_of(domain), key);
    is_released_ |= verdict_of(result.reason) != Verdict::kUnknown;
  }
  encoded.key_bits = key.bits();
  encoded.reason = result.reason;
  encoded.action = result.action;
  encoded.is_wanted = is_wanted(result.reason);
  encoded.is_dead = verdict_of(result.reason) == Verdict::kDeadMx;
  encoded.output = output_of(result.reason, result.action);
  if (mode_ != Mode::kDomains) outputs_[encoded.output].encoder->encode(result, encoded.columns);
  return {};
}

void RowSink::count(RowKey key, const Encoded& encoded, uint64_t row) {
  ++rows_;
  ++rows_by_reason_[static_cast<size_t>(encoded.reason)];
  ++rows_by_action_[static_cast<size_t>(encoded.action)];
  if (key.flag_bits() != 0) {
    const LintSet lints = key.row_lints();
    if (lints.has(Lint::kRagged)) ++ragged_rows_;
    if (lints.has(Lint::kTrimmed)) ++rows_trimmed_;
    if (lints.has(Lint::kDuplicate)) ++rows_duplicate_;
  }
  if (key.is_invalid() && first_invalid_row_ == 0) first_invalid_row_ = row;
  if (encoded.is_dead) count_dead(key.domain());
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
  summary.rows_passed = rows_passed_;
  summary.ragged_rows = ragged_rows_;
  summary.shifts_ragged_rows =
      mode_ == Mode::kAppend && outputs_.front().encoder->shifts_long_rows();
  summary.rows_trimmed = rows_trimmed_;
  summary.rows_duplicate = rows_duplicate_;
  for (const Output& output : outputs_) {
    summary.rows_written += output.rows;
    summary.outputs.push_back({output.to.path, output.rows});
  }
  summary.first_invalid_row = first_invalid_row_;
  summary.rows_by_reason = rows_by_reason_;
  summary.rows_by_action = rows_by_action_;
  for (uint32_t domain = 0; domain < dead_rows_.size(); ++domain) {
    if (dead_rows_[domain] <= summary.worst_dead_rows) continue;
    summary.worst_dead_rows = dead_rows_[domain];
    summary.worst_dead_domain = reporter_.report_of(DomainId(domain)).domain;
  }
}

}  // namespace mxbulk::rows
