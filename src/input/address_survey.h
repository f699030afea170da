// Finds the addresses in a cell with more than one `@`: one address twice (`jo@example.org
// <jo@example.org>`), or several.
//
// Threads: pure functions. Ownership: views into the text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace mxbulk::input {

struct AddressSurvey {
  size_t found = 0;             // addresses, repetitions counted
  bool is_several = false;      // two of them differ by more than the case of ASCII letters
  bool are_clean = true;        // each address is clean text (see is_clean_text)
  bool has_other_text = false;  // words other than a display name before `<`
  std::string_view first;       // empty if there is none
  std::string_view last;        // the last one
  bool is_last_in_angles = false;
};

// Takes linear time. An address here is text, `@`, text. Blanks, `,` `;` `:` `|` `/` and similar
// marks separate two of them, and so does a character after an `@` that cannot be in a domain.
// `a@b@c.org` has no separator and is one.
//
// In `Jo@Work <jo@example.org>` the name before the angle brackets is an address only if it has a
// dot after the `@`. If it differs from the one in brackets, there are several: by RFC 5322 §3.4 it
// would be the one in brackets, but such cells come from lists that were joined wrongly, and mail
// to the wrong person is worse than a review.
[[nodiscard]] AddressSurvey survey_addresses(std::string_view text);

// The addresses in the order of the text, at most `max`.
[[nodiscard]] std::vector<std::string_view> list_addresses(std::string_view text, size_t max);

// The number of `@` and its wide forms, but at most 2: then a survey is needed.
[[nodiscard]] bool has_two_at_signs(std::string_view text);

}  // namespace mxbulk::input
