// What is decided before the first row is read: how the input is written, and what becomes of it.
//
// Threads: one reader thread.
#pragma once

#include <memory>
#include <string>

#include "input/csv_dialect.h"
#include "input/row_buffer.h"
#include "input/row_format.h"
#include "input/row_reader.h"

namespace mxbulk::input {

struct InputPlan {
  std::unique_ptr<RowFormat> rows;
  RowShape shape;                 // of the rows that come out
  Format format = Format::kAuto;  // of the input
  CsvDialect dialect;             // of CSV and TSV
};

// A source with its first bytes read, its BOM dropped.
struct OpenInput {
  std::string name;  // in messages
  std::unique_ptr<RowBuffer> buffer;
  bool has_bom = false;
};

// Errors: kInput (missing, unreadable, empty, UTF-16).
Result<OpenInput> open_input(const std::string& path, const StopSignal& stop);

// Looks at the front of the first input, which stays in its buffer. Errors: as RowReader::open.
Result<InputPlan> plan_input(const InputOptions& options, const RowNeeds& needs,
                             const std::string& path, OpenInput& input);

// Octets of the header that `input`, a further file, begins with. Error kUsage where it differs, or
// the format does.
Result<size_t> check_header(const InputOptions& options, const InputPlan& plan, OpenInput& input);

}  // namespace mxbulk::input
