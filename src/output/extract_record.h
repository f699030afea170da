// One record a row, as `extract` writes it. Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mxbulk/options.h"
#include "mxbulk/verdict.h"

namespace mxbulk::output {

struct ExtractRecord {
  std::string_view email;  // the cell as it was
  std::string mx_email;    // the address to write to; empty if there is none
  std::string domain;      // empty where there is none
  std::optional<Reason> invalid;
  LintSet lints;
};

// Columns: email, mx_email, domain, verdict, reason, lints. Empty for JSONL.
[[nodiscard]] std::string extract_header(Format format);
void append_extract_record(const ExtractRecord& record, Format format, std::string& out);

}  // namespace mxbulk::output
