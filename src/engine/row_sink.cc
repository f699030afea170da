#include "engine/row_sink.h"

#include "output/domain_record.h"

namespace mxbulk::engine {
namespace {

constexpr size_t kHandOverBytes = 256U << 10;
constexpr size_t kHeldBytesMax = 4U << 20;  // before the first verdict

}  // namespace

RowSink::RowSink(const OutputOptions& options, Format format, const output::RowRenderer& renderer,
                 output::OutputFile& file, ReadyGate& gate, Reporter& reporter)
    : mode_(options.mode),
      format_(format),
      renderer_(renderer),
      file_(file),
      gate_(gate),
      reporter_(reporter),
      cache_(kCacheSize) {
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
  for (size_t i = 0; i < block.keys.size() && !is_aborted_; ++i) {
    Status status = write_row(block, i);
    if (!status.ok()) return status;
  }
  if (is_wanted(Reason::kBadRow)) out_ += block.part_of_row();
  return hand_over();
}

Status RowSink::write_row(const Block& block, size_t index) {
  const RowKey key = block.keys[index];
  const uint64_t row = block.first_row + index + 1;
  if (key.is_invalid()) {
    const Reason reason = key.reason();
    count(key, reason, row);
    if (mode_ == Mode::kDomains || !is_wanted(reason)) return {};
    scratch_.clear();
    renderer_.append_suffix_invalid(key, scratch_);
    renderer_.append_row(block.row(index), scratch_, out_);
  } else {
    Status status =
        mode_ == Mode::kDomains ? write_domains_up_to(key.domain()) : wait_for(key.domain());
    if (!status.ok() || is_aborted_) return status;
    const Rendered& ready = rendered(key);
    count(key, ready.reason, row);
    if (mode_ == Mode::kDomains || !is_wanted(ready.reason)) return {};
    renderer_.append_row(block.row(index), ready.suffix, out_);
  }
  ++rows_written_;
  return out_.size() < kHandOverBytes ? Status() : hand_over();
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

const RowSink::Rendered& RowSink::rendered(RowKey key) {
  const DomainId domain = key.domain();
  const uint32_t flags = key.flag_bits();
  // Rows without flags are by far the most: the others go to distant slots.
  Rendered& slot = cache_[(domain.value() + flags * 7'919) % kCacheSize];
  if (slot.domain == domain && slot.flags == flags) return slot;
  const DomainReport& report = reporter_.full_report_of(domain);
  slot.domain = domain;
  slot.flags = flags;
  slot.reason = report.reason;
  is_released_ |= verdict_of(report.reason) != Verdict::kUnknown;
  slot.suffix.clear();
  if (mode_ != Mode::kDomains) renderer_.append_suffix(report, key, slot.suffix);
  return slot;
}

void RowSink::count(RowKey key, Reason reason, uint64_t row) {
  ++rows_;
  ++rows_by_reason_[static_cast<size_t>(reason)];
  if (key.row_lints().has(Lint::kRagged)) ++ragged_rows_;
  if (key.is_invalid() && first_invalid_row_ == 0) first_invalid_row_ = row;
  if (!key.is_invalid() && verdict_of(reason) == Verdict::kDeadMx) {
    ++dead_rows_[key.domain().value()];
  }
}

bool RowSink::is_wanted(Reason reason) const {
  return wanted_[static_cast<size_t>(verdict_of(reason))];
}

Status RowSink::hand_over() {
  is_released_ |= out_.size() > kHeldBytesMax;
  if (out_.empty() || !is_released_) return {};
  Status status = file_.write(out_);
  out_.clear();
  return status;
}

void RowSink::fill(Summary& summary) const {
  summary.rows = rows_;
  summary.rows_written = rows_written_;
  summary.ragged_rows = ragged_rows_;
  summary.first_invalid_row = first_invalid_row_;
  summary.rows_by_reason = rows_by_reason_;
  uint32_t worst = 0;
  for (const auto& [domain, rows] : dead_rows_) {
    const bool is_worse =
        rows > summary.worst_dead_rows || (rows == summary.worst_dead_rows && domain < worst);
    if (!is_worse) continue;
    worst = domain;
    summary.worst_dead_rows = rows;
    summary.worst_dead_domain = reporter_.report_of(DomainId(domain)).domain;
  }
}

}  // namespace mxbulk::engine
