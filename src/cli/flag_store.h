// Parses the text of a flag's value and stores it in its field. Each returns kUsage with the fault
// and the correct form; the caller adds the flag's name.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::cli {

// Stores a parsed value, or returns its error.
template <class Value, class Field>
[[nodiscard]] Status store(Result<Value> value, Field& field) {
  if (!value.ok()) return value.status();
  field = static_cast<Field>(value.value());
  return {};
}

// From 1 ms to a day: a longer wait is a typing error.
[[nodiscard]] Status store_duration(std::string_view text, int64_t& field);

// The value with the name `text`; an error lists the names.
template <class Value, size_t kCount>
[[nodiscard]] Status choose(std::string_view text,
                            const std::array<std::pair<std::string_view, Value>, kCount>& all,
                            Value& field) {
  std::string names;
  for (const auto& [name, value] : all) {
    if (name == text) {
      field = value;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return Status::usage("\"" + std::string(text) + "\" is not among " + names);
}

// Split at commas. An empty list is an error: probably an unset variable in a script.
[[nodiscard]] Result<std::vector<std::string>> filled_list_from(std::string_view text);
[[nodiscard]] Status append_list(std::string_view text, std::vector<std::string>& field);

}  // namespace mxbulk::cli
