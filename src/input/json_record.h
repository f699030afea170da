// One line of JSON at a time. The only user of simdjson.
//
// Threads: one reader a thread (it keeps simdjson's parser).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::input {

// As compiled against.
[[nodiscard]] std::string simdjson_version();

enum class JsonFind : uint8_t {
  kNotObject,  // not one whole JSON object (RFC 8259), in valid UTF-8
  kNoText,     // no such key, or its value is neither a string nor null
  kNull,
  kText,
};

class JsonReader {
 public:
  // `path`: keys joined by dots. `reserved_prefix`: of the keys that will be added; none if empty.
  explicit JsonReader(std::string_view path, std::string_view reserved_prefix = {});
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // Looks the path up and checks the whole line. Appends the text to `text`. Of a key that stands
  // there twice the last counts.
  // Requires, as all here: 64 octets behind `line` may be read.
  JsonFind find(std::string_view line, std::string& text);

  // A key of the line that find() saw last begins as those that will be added do; empty if none.
  [[nodiscard]] const std::string& reserved_key() const;

  // Calls `take` with each key and value of the object, in their order: a string's own text, `null`
  // as nothing, anything else as its JSON. False: not an object.
  bool each(std::string_view line,
            const std::function<void(std::string_view key, std::string_view text)>& take);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mxbulk::input
