// JSON in small pieces: what all writers of JSON share. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mxbulk {

// Appends `text` with its quotes. Invalid UTF-8 becomes U+FFFD, so that a line is always JSON
// (RFC 8259 §8.1).
void append_json_string(std::string_view text, std::string& out);
// The same, but an empty text is null: "there is none".
void append_json_string_or_null(std::string_view text, std::string& out);
// `["a","b"]`; an empty list is `[]`.
template <class Texts>
void append_json_array(const Texts& texts, std::string& out) {
  out.push_back('[');
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(text, out);
  }
  out.push_back(']');
}

}  // namespace mxbulk
