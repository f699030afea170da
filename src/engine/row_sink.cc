#include "engine/row_sink.h"

#include <limits>

#include "base/limits.h"
#include "output/domain_record.h"

namespace mxbulk::engine {

RowSink::RowSink(const OutputOptions& options, Format format, const output::RowRenderer& renderer,
                 output::OutputFile& file, ReadyGate& gate, Reporter& reporter)
    : mode_(options.mode),
      format_(format),
      renderer_(renderer),
      file_(file),
      gate_(gate),
      reporter_(reporter),
      cache_(limits::kSuffixesKept) {
  // Other forms of output are made of addresses alone; a filter wants rows with a verdict.
  writes_passed_ = mode_ == Mode::kAppend && options.only.empty();
  wanted_.fill(options.only.empty());
  for (Verdict verdict : options.only) wanted_[static_cast<size_t>(verdict)] = true;
}

void RowSink::write_header() {
  out_ += mode_ == Mode::kDomains ? output::domain_header(format_) : renderer_.header();
}

Status RowSink::finish() {
  is_released_ = true;
  return hand_over();
}

Status RowSink::flush() {
  Status status = hand_over();
  return status.ok() && is_released_ ? file_.flush() : status;
}

Status RowSink::write(const Block& block) {
  for (size_t i = 0; i < block.keys.size(); ++i) {
    const RowKey key = block.keys[i];
    if (key.is_passed()) {
      write_passed(i < block.rows() ? block.row(i) : std::string_view());
      continue;
    }
    Rendered& suffix = slot_of(key);
    if (suffix.key_bits != key.bits()) {
      Status status = render(key, suffix);
      if (!status.ok() || is_aborted_) return status;
    }
    count(key, suffix, block.first_row + i + 1);
    if (mode_ == Mode::kDomains || !suffix.is_wanted) continue;
    renderer_.append_row(block.row(i), suffix.text, out_);
    ++rows_written_;
    if (out_.size() < limits::kOutputBufferBytes) continue;
    if (Status status = hand_over(); !status.ok()) return status;
  }
  if (is_wanted(Reason::kBadRow)) out_ += block.part_of_row();
  return out_.size() < limits::kOutputBufferBytes ? Status() : hand_over();
}

void RowSink::write_passed(std::string_view row) {
  ++rows_passed_;
  if (writes_passed_) renderer_.append_passed(row, out_);
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
    output::append_domain_record(report, format_, out_);
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

// Waits for the verdict of the key's domain; fills `suffix` but where the run was aborted.
Status RowSink::render(RowKey key, Rendered& suffix) {
  suffix.text.clear();
  if (key.is_invalid()) {
    suffix.reason = key.reason();
    if (mode_ != Mode::kDomains) {
      renderer_.append_suffix_invalid(key, reporter_.suggestion_of(key), suffix.text);
    }
  } else {
    const DomainId domain = key.domain();
    Status status = mode_ == Mode::kDomains ? write_domains_up_to(domain) : wait_for(domain);
    if (!status.ok() || is_aborted_) {
      suffix.key_bits = Rendered::kNoKey;
      return status;
    }
    const DomainReport& report = reporter_.row_report_of(domain);
    suffix.reason = report.reason;
    is_released_ |= verdict_of(report.reason) != Verdict::kUnknown;
    if (mode_ != Mode::kDomains) renderer_.append_suffix(report, key, suffix.text);
  }
  suffix.key_bits = key.bits();
  suffix.is_wanted = is_wanted(suffix.reason);
  suffix.is_dead = verdict_of(suffix.reason) == Verdict::kDeadMx;
  return {};
}

void RowSink::count(RowKey key, const Rendered& suffix, uint64_t row) {
  ++rows_;
  ++rows_by_reason_[static_cast<size_t>(suffix.reason)];
  if (key.row_lints().has(Lint::kRagged)) ++ragged_rows_;
  if (key.is_invalid() && first_invalid_row_ == 0) first_invalid_row_ = row;
  if (suffix.is_dead) count_dead(key.domain());
}

void RowSink::count_dead(DomainId domain) {
  uint32_t& rows = dead_rows_.grow_to(domain.value());
  if (rows < std::numeric_limits<uint32_t>::max()) ++rows;
}

bool RowSink::is_wanted(Reason reason) const {
  return wanted_[static_cast<size_t>(verdict_of(reason))];
}

Status RowSink::hand_over() {
  is_released_ |= out_.size() > limits::kHeldOutputBytesMax;
  if (out_.empty() || !is_released_) return {};
  Status status = file_.write(out_);
  out_.clear();
  return status;
}

void RowSink::fill(Summary& summary) const {
  summary.rows = rows_;
  summary.rows_written = rows_written_;
  summary.rows_passed = rows_passed_;
  summary.ragged_rows = ragged_rows_;
  summary.first_invalid_row = first_invalid_row_;
  summary.rows_by_reason = rows_by_reason_;
  for (uint32_t domain = 0; domain < dead_rows_.size(); ++domain) {
    if (dead_rows_[domain] <= summary.worst_dead_rows) continue;
    summary.worst_dead_rows = dead_rows_[domain];
    summary.worst_dead_domain = reporter_.report_of(DomainId(domain)).domain;
  }
}

}  // namespace mxbulk::engine
