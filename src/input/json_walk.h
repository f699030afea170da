// The grammar of JSON (RFC 8259), token by token.
//
// Threads: pure functions. Ownership: views into the line's bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "input/json_tokens.h"

namespace mxbulk::input {

// What is looked for in a record.
struct JsonSearch {
  std::span<const std::string> path;  // keys from the outermost object down
  std::string_view reserved_prefix;   // of keys of the outermost object; none if empty
};

struct JsonWalked {
  bool is_record = false;  // the line is one object and nothing else
  std::string_view value;  // the last at the path, quotes included; empty if there is none
  std::string_view reserved_key;  // the last with the prefix, between its quotes; empty if none
};

// Walks the whole line. `has_escapes`: false if no backslash stands in it.
JsonWalked walk_json_record(const JsonSearch& search, JsonTokens& tokens, bool has_escapes);
// Skips one value. False: it is none.
bool skip_json_value(JsonTokens& tokens);

}  // namespace mxbulk::input
