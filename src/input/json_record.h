// Records of JSON, each a line: the text that stands at a path in them, and their members.
//
// Threads: one reader a thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/json_index.h"
#include "input/line_scanner.h"

namespace mxbulk::input {

class JsonTokens;

enum class JsonFind : uint8_t {
  kNotObject,  // not one whole JSON object (RFC 8259), in valid UTF-8
  kNoText,     // no such key, or its value is neither a string nor null
  kNull,
  kText,
  kReserved,  // there is a key that begins as those do that will be added
};

// What stands at the path of one line. The place, in the bytes, is that of the text between its
// quotes (kText), or of the key (kReserved).
struct JsonText {
  JsonFind found = JsonFind::kNotObject;
  uint32_t begin = 0;
  uint32_t size = 0;
};

class JsonReader {
 public:
  // `path`: keys from the record down. `reserved_prefix`: of the keys that will be
  // added; none if empty.
  explicit JsonReader(std::vector<std::string> path, std::string_view reserved_prefix = {},
                      JsonIndex index = JsonIndex());

  // Looks the path up in each of `lines` of `bytes`, and checks each line whole. Of a key that
  // stands there twice the last counts. Requires: bytes.size() < 4 GiB; the octet after them can
  // be read.
  void find(std::string_view bytes, std::span<const LineSpan> lines, std::vector<JsonText>& texts);

  // Calls `take` with each key and value of the object, in their order: a string's own text, `null`
  // as nothing, anything else as its JSON. Requires: find() knew `line` for an object.
  void each(std::string_view line,
            const std::function<void(std::string_view key, std::string_view text)>& take);

  // Calls `take` with each text of the object and the keys that lead to it, those of nested objects
  // too, but not of arrays: no path leads into them. `null` is an empty text.
  // Requires: find() knew `line` for an object.
  using TakeText = std::function<void(const std::vector<std::string>& path, std::string_view text)>;
  void each_text(std::string_view line, const TakeText& take);

 private:
  void texts_of_members(JsonTokens& tokens, std::vector<std::string>& path, const TakeText& take);
  void find_in_group(std::string_view bytes, std::span<const LineSpan> lines,
                     std::vector<JsonText>& texts);
  JsonText find_in_line(std::string_view bytes, JsonTokens& tokens, bool has_escapes) const;

  std::vector<std::string> path_;
  std::string reserved_prefix_;
  JsonIndex index_;
  std::string key_;   // scratch
  std::string text_;  // scratch
};

}  // namespace mxbulk::input
