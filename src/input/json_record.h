// Reads JSON records, one per line: the text at a path in them, and their members.
//
// Threads: one reader per thread. Ownership: owns its scratch space.
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
  kReserved,  // there is a key with the prefix of the keys that will be added
};

// What is at the path in one line. The offsets are those of the text between its quotes (kText), or
// of the key (kReserved).
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

  // Looks the path up in each of `lines` of `bytes`, and checks the whole line. If a key is there
  // twice, the last one counts. Requires: bytes.size() < 4 GiB; the octet after them can be read.
  void find(std::string_view bytes, std::span<const LineSpan> lines, std::vector<JsonText>& texts);

  // Calls `take` with each key and value of the object, in order: a string as its text, `null` as
  // an empty text, anything else as its JSON. Requires: find() found an object in `line`.
  void each(std::string_view line,
            const std::function<void(std::string_view key, std::string_view text)>& take);

  // Calls `take` with each text of the object and the keys that lead to it. Includes nested
  // objects, but not arrays: no path leads into them. `null` is an empty text. Requires: find()
  // found an object in `line`.
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
