// The first records of a JSONL input, and the member that holds the addresses.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/email_column.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

struct JsonPlan {
  std::vector<std::string> path;  // keys from the record down to the address
  TextRow keys;                   // of the first record
  size_t records = 0;             // in the sample
};

// How users and messages write a path: `contact.email`.
[[nodiscard]] std::vector<std::string> path_from(std::string_view text);
[[nodiscard]] std::string path_text(const std::vector<std::string>& path);

// `front`: the first lines. `is_end`: they are all. Errors: kInput, if no line is an object, no
// member holds addresses, or several do: the message lists them.
Result<JsonPlan> plan_json_records(const InputOptions& options, const std::string& source,
                                   std::string_view front, bool is_end);

}  // namespace mxbulk::input
