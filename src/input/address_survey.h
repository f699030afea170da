// Which addresses stand in a cell that holds more than one `@`: one address twice
// (`jo@example.org <jo@example.org>`), or several.
//
// Threads: pure functions. Ownership: views into the text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace mxbulk::input {

struct AddressSurvey {
  size_t found = 0;             // addresses, the same one each time it is seen
  bool is_several = false;      // two of them differ by more than the case of ASCII letters
  bool are_clean = true;        // each address is clean text (see is_clean_text)
  bool has_other_text = false;  // words that are no display name before `<`
  std::string_view first;       // empty if none is found
  std::string_view last;        // the last one
  bool is_last_in_angles = false;
};

// Takes linear time. An address here is something, `@`, something; blanks, `,` `;` `:` `|` `/` and
// their like part two, and so does whatever cannot be in a domain after an `@`. `a@b@c.org` has no
// such part and is one.
//
// In `Jo@Work <jo@example.org>` the name before the angle brackets is taken for an address only if
// it has a dot after the `@`. If it is one and another than that in the brackets, they are several:
// RFC 5322 §3.4 would take the one in brackets, but such cells are made by lists that were joined
// wrongly, and to write to the wrong one is worse than to ask.
[[nodiscard]] AddressSurvey survey_addresses(std::string_view text);

// The addresses in the order of the text, `max` at most.
[[nodiscard]] std::vector<std::string_view> list_addresses(std::string_view text, size_t max);

// `@` and its wide forms, two at most are counted: is a survey needed?
[[nodiscard]] bool has_two_at_signs(std::string_view text);

}  // namespace mxbulk::input
