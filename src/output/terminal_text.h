// Escapes text from the network or the input for a terminal. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace mxbulk::output {

// Control characters (C0, DEL, C1), marks that reorder text (bidi) and invalid UTF-8 become \xNN
// for each octet; the rest is unchanged.
[[nodiscard]] std::string terminal_text(std::string_view text);

// The front of `text` that fits `columns` columns, with one column per character.
[[nodiscard]] std::string cut_to_columns(std::string_view text, size_t columns);

// Characters in `text`; an invalid octet counts as one.
[[nodiscard]] size_t columns_of(std::string_view text);

}  // namespace mxbulk::output
