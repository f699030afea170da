// Turns a JSON array into lines: each element becomes one line, whatever blanks are between them.
// Holds one chunk at a time, so the memory does not depend on the size of the array.
//
// Threads: one filter per thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "input/filtered_source.h"

namespace mxbulk::input {

class JsonArrayLines final : public ByteFilter {
 public:
  // Errors: kInput if the array ends early, an element is not followed by a comma, or text follows
  // the array. Another array may follow, as pages of an API do.
  Status push(std::string_view in, bool is_end, std::string& out) override;

 private:
  enum class Place : uint8_t {
    kBefore,         // before the array
    kBeforeElement,  // after `[` or a comma
    kElement,
    kString,  // in an element
    kEscape,  // after a backslash in a string
    kAfterElement,
  };

  // Takes octets at the front that have the same meaning; returns how many.
  size_t take(std::string_view in, std::string& out);
  size_t take_outside(char c);
  size_t take_in_element(std::string_view in, std::string& out);
  size_t take_in_string(std::string_view in, std::string& out);
  void end_element(std::string& out);
  [[nodiscard]] Status failure(std::string_view what) const;

  Place place_ = Place::kBefore;
  size_t depth_ = 0;        // of brackets that are open in the element
  uint64_t elements_ = 0;   // that are complete
  bool is_first_ = true;    // no element of this array was seen
  std::string_view fault_;  // static text; empty if there is none
};

}  // namespace mxbulk::input
