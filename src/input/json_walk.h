// The grammar of JSON (RFC 8259), token by token.
//
// Threads: one reader thread. Ownership: borrows the tokens, the path and the line's bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "input/json_tokens.h"

namespace mxbulk::input {

class JsonWalk {
 public:
  // What is looked for on the way.
  struct Search {
    std::span<const std::string> path;  // keys from the outermost object down
    std::string_view reserved_prefix;   // of keys of the outermost object; none if empty
  };

  // `has_escapes`: false where no backslash stands in the line.
  JsonWalk(const Search& search, JsonTokens& tokens, bool has_escapes)
      : search_(search), tokens_(tokens), has_escapes_(has_escapes) {}

  // Walks the line's only object. False: it is none, or anything else stands in the line.
  bool record();
  // Walks one value.
  bool value() { return value(kOffPath, 1); }

  // The last value at the path, quotes included; empty where there is none.
  [[nodiscard]] std::string_view found() const { return found_; }
  // The last key that begins with the reserved prefix, between its quotes; empty if none.
  [[nodiscard]] std::string_view reserved_key() const { return reserved_key_; }

 private:
  static constexpr size_t kOffPath = std::string_view::npos;

  // `step`: how far down the path the value stands.
  bool value(size_t step, size_t depth);
  bool members(size_t step, size_t depth);
  bool member(size_t step, size_t depth);
  bool elements(size_t depth);
  bool string();
  bool is_literal_or_number();
  [[nodiscard]] std::string_view key_text(std::string_view escaped);

  Search search_;
  JsonTokens& tokens_;
  bool has_escapes_;
  std::string_view found_;
  std::string_view reserved_key_;
  std::string unescaped_;  // scratch
};

}  // namespace mxbulk::input
