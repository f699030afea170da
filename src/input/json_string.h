// The text of a JSON string (RFC 8259 §7).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::input {

// `escaped`: what stands between the quotes.
[[nodiscard]] bool has_sound_escapes(std::string_view escaped);
// Appends its text. Half of a surrogate pair is U+FFFD: it has no UTF-8. Never longer than
// `escaped`. Requires: has_sound_escapes(escaped).
void append_json_text(std::string_view escaped, std::string& text);

}  // namespace mxbulk::input
