// Writes one value of a record, in JSON or as a cell of CSV. A list is an array in JSON, and joined
// by `;` in CSV. A value that does not apply is null in JSON, and empty in CSV.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/csv_text.h"
#include "model/json_text.h"

namespace mxbulk::output {

struct ValueText {
  bool is_json = false;
  char delimiter = ',';
  bool csv_safe = false;

  // An empty text means that the value does not apply.
  void append(std::string_view text, std::string& out) const {
    if (is_json) {
      append_json_string_or_null(text, out);
    } else {
      append_csv_cell(text, delimiter, csv_safe, out);
    }
  }
  template <class Texts>
  void append_list(const Texts& texts, std::string& out) const {
    if (is_json) return append_json_array(texts, out);
    std::string joined;
    for (const auto& text : texts) {
      if (!joined.empty()) joined.push_back(';');
      joined += text;
    }
    append_csv_cell(joined, delimiter, csv_safe, out);
  }
  void append_number(uint64_t number, std::string& out) const {
    std::array<char, 20> digits{};
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }
  void append_boolean(bool value, std::string& out) const {
    const std::string_view text = value ? "true" : "false";
    if (is_json) {
      out += text;
    } else {
      append_csv_cell(text, delimiter, csv_safe, out);
    }
  }
  void append_none(std::string& out) const {
    if (is_json) out += "null";
  }
};

}  // namespace mxbulk::output
