// Decides, before the first row is read, how the input is read and which form its rows get.
//
// Threads: one reader thread. Ownership: an opened source belongs to the caller.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "input/csv_dialect.h"
#include "input/row_buffer.h"
#include "input/row_format.h"
#include "input/row_reader.h"

namespace mxbulk::input {

struct InputPlan {
  std::unique_ptr<RowFormat> rows;
  RowShape shape;                      // of the rows that come out
  Format format = Format::kAuto;       // of the input
  CsvDialect dialect;                  // of CSV and TSV
  std::vector<std::string> json_path;  // of JSONL
};

// A source with its first bytes read, as UTF-8, its byte order mark dropped.
struct OpenInput {
  std::string name;  // in messages
  std::unique_ptr<RowBuffer> buffer;
  uint64_t bytes = 0;  // of the file as it is stored; 0 for a pipe
  std::string compression;
  std::string encoding = "UTF-8";  // as it is stored
  bool has_bom = false;            // that of UTF-8
  bool is_json_array = false;      // read as lines
};

// Errors: kInput (missing, unreadable, empty, no list of addresses at all).
Result<OpenInput> open_input(const InputOptions& options, const std::string& path,
                             const StopSignal& stop);

// Examines the front of the first input. All of it stays in the buffer, also what is above the
// first row. Errors: as RowReader::open.
Result<InputPlan> plan_input(const InputOptions& options, const RowNeeds& needs,
                             const std::string& path, OpenInput& input);

// What is above the first row of an input.
struct Front {
  size_t bytes = 0;
  size_t lines = 0;
};
[[nodiscard]] Front front_of(const InputPlan& plan);

// The same for `input`, a further file. Error kUsage if it is written differently from the first.
Result<Front> check_further(const InputOptions& options, const InputPlan& plan,
                            const std::string& path, OpenInput& input);

// How the input is read, for people and for the summary.
[[nodiscard]] InputDescription describe(const OpenInput& input, const InputPlan& plan);

}  // namespace mxbulk::input
