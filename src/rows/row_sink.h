// The writer: takes blocks in order, waits for the verdicts of their rows, writes and counts the
// rows.
//
// Threads: one writer thread. Ownership: borrows all that it is given; owns its cache.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/slab.h"
#include "model/block.h"
#include "mxbulk/options.h"
#include "mxbulk/summary.h"
#include "output/output_file.h"
#include "output/row_encoder.h"
#include "rows/gates.h"
#include "rows/past.h"
#include "rows/reporter.h"

namespace mxbulk::rows {

// One file of rows, and which rows go there.
struct RowDestination {
  output::OutputFile* file = nullptr;  // the caller's
  std::string path = "-";
  std::optional<Verdict> verdict{};  // none: any
  std::optional<Action> action{};
};

class RowSink {
 public:
  // `options.only`: verdicts to write; empty = all. `destinations`: each row that is written has
  // exactly one. Rows that are passed through need one that takes all rows.
  // Each destination gets a clone of `encoder`.
  RowSink(const OutputOptions& options, Format format, const output::RowEncoder& encoder,
          std::vector<RowDestination> destinations, ReadyGate& gate, Reporter& reporter);
  // Before the first row. The reporter has it too.
  void set_past(Past& past) { past_ = &past; }

  void write_header();
  // Writes the rows of `block` (in domains mode: the records of domains that appear in it first).
  // An aborted wait ends with an ok status and is_aborted().
  Status write(const Block& block);
  // Called after the last block.
  Status finish();
  // Flushes all destinations.
  Status flush();
  [[nodiscard]] bool is_aborted() const { return is_aborted_; }

  // Adds rows, reasons, outputs and the worst dead domain to the summary.
  void fill(Summary& summary) const;

 private:
  // The columns of all rows with the same key.
  struct Encoded {
    static constexpr uint32_t kNoKey =
        0xFFFFFFFF;  // not the bits of any key: there is no such reason
    uint32_t key_bits = kNoKey;
    Reason reason = Reason::kNotAttempted;
    Action action = Action::kRetry;
    bool is_wanted = false;
    bool is_dead = false;
    uint8_t output = 0;
    output::EncodedColumns columns;
  };

  struct Output {
    RowDestination to;
    std::unique_ptr<output::RowEncoder> encoder;
    std::string bytes;  // not yet passed to the file
    uint64_t rows = 0;
  };

  Status write_domains_up_to(DomainId domain);
  Status wait_for(DomainId domain);
  Encoded& slot_of(RowKey key);
  Status encode(RowKey key, Encoded& encoded);
  void append_part_of_row(std::string_view part);
  void count(RowKey key, const Encoded& encoded, uint64_t row);
  void count_dead(DomainId domain);
  void write_passed(std::string_view row);
  [[nodiscard]] uint8_t output_of(Reason reason, Action action) const;
  [[nodiscard]] bool is_wanted(Reason reason) const;
  // Passes what is written to the file, after a resolver has given a good answer: the reader of our
  // standard output gets no rows if no resolver works.
  Status hand_over();
  Status hand_over_if_full();

  Mode mode_;
  Format format_;
  ReadyGate& gate_;
  Reporter& reporter_;
  Past* past_ = nullptr;  // may be nullptr
  std::array<bool, kVerdictCount> wanted_{};
  std::array<std::array<uint8_t, kActionCount>, kVerdictCount> output_of_{};

  std::vector<Encoded> cache_;
  std::vector<Output> outputs_;
  uint32_t next_domain_ = 0;  // domains mode: the first not yet written
  bool writes_passed_ = false;
  bool is_aborted_ = false;
  bool is_released_ = false;  // a domain got a verdict, or enough rows needed none

  uint64_t rows_ = 0;
  uint64_t rows_passed_ = 0;
  uint64_t ragged_rows_ = 0;
  uint64_t rows_trimmed_ = 0;
  uint64_t rows_duplicate_ = 0;
  uint64_t first_invalid_row_ = 0;
  std::array<uint64_t, kReasonCount> rows_by_reason_{};
  std::array<uint64_t, kActionCount> rows_by_action_{};
  Slab<uint32_t> dead_rows_;  // by DomainId; has entries up to the last dead domain
};

}  // namespace mxbulk::rows
