// JSON text: escapes and unescapes strings, and writes values.
//
// Threads: pure functions; a writer is used by one thread. Ownership: a writer borrows its output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mxbulk {

// Appends `text` with its quotes. Invalid UTF-8 becomes U+FFFD, so that a line is always JSON
// (RFC 8259 §8.1).
void append_json_string(std::string_view text, std::string& out);
// The same, but an empty text becomes null.
void append_json_string_or_null(std::string_view text, std::string& out);
// `["a","b"]`; an empty list is `[]`.
template <class Texts>
void append_json_array(const Texts& texts, std::string& out);

// Writes values in order, with the commas between them.
//
//   JsonWriter json(out);
//   json.begin_object();
//   json.key("rows").number(2);
//   json.key("names").texts(names);
//   json.end_object();  // {"rows":2,"names":["a","b"]}
class JsonWriter {
 public:
  // Appends to `out`, which the caller keeps.
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  // Requires: an object is open; one value follows.
  JsonWriter& key(std::string_view name);

  void text(std::string_view value) { append_json_string(value, next()); }
  void text_or_null(std::string_view value) { append_json_string_or_null(value, next()); }
  template <class Texts>
  void texts(const Texts& values) {
    append_json_array(values, next());
  }
  void number(uint64_t value) { next() += std::to_string(value); }
  void decimal(double value, int digits);  // after the point
  void boolean(bool value) { next() += value ? "true" : "false"; }
  void null() { next() += "null"; }
  void raw(std::string_view json) { next() += json; }  // one value

 private:
  void begin(char bracket) {
    next().push_back(bracket);
    needs_comma_ = false;
  }
  void end(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
  }
  // Before a value.
  std::string& next() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
    return out_;
  }

  std::string& out_;
  bool needs_comma_ = false;
};

// `escaped`: what is between the quotes of a JSON string. True if each escape in it is one of
// RFC 8259 §7.
[[nodiscard]] bool has_valid_escapes(std::string_view escaped);
// Appends its text. Half of a surrogate pair becomes U+FFFD: it has no UTF-8 form. Never longer
// than `escaped`. Requires: has_valid_escapes(escaped).
void append_unescaped_json(std::string_view escaped, std::string& text);

template <class Texts>
void append_json_array(const Texts& texts, std::string& out) {
  JsonWriter array(out);
  array.begin_array();
  for (const auto& text : texts) array.text(text);
  array.end_array();
}

}  // namespace mxbulk
