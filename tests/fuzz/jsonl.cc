// Any bytes as JSONL: all implementations of the index lead to the same, and simdjson's own parser
// agrees line by line, except for what it does not accept: numbers beyond its types, lone
// surrogates, and depth.
//
//   the whole input   the lines
#include <simdjson.h>

#include <algorithm>

#include "fuzz/targets.h"
#include "input/json_record.h"
#include "model/json_text.h"

namespace mxbulk::test {
namespace {

using input::JsonFind;
using input::JsonText;

bool is_same(const std::vector<JsonText>& a, const std::vector<JsonText>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.found == y.found && x.begin == y.begin && x.size == y.size;
  });
}

// The result of simdjson's parser for a line, in our words.
std::string complaint_about(std::string_view line, const JsonText& ours, std::string_view text) {
  static simdjson::dom::parser parser;
  simdjson::dom::element record;
  const simdjson::error_code error = parser.parse(line.data(), line.size(), true).get(record);
  const bool is_sound = ours.found != JsonFind::kNotObject;
  if (error != simdjson::SUCCESS) {
    const bool may_differ = error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
                            error == simdjson::DEPTH_ERROR;
    return is_sound && !may_differ ? "a broken line is taken" : "";
  }
  simdjson::dom::object object;
  const bool is_object = record.get(object) == simdjson::SUCCESS;
  if (is_sound != is_object) return "a sound line is refused, or no object is one";
  if (!is_sound) return {};
  JsonFind expected = JsonFind::kNoText;
  std::string_view value;
  for (const auto& [key, member] : object) {
    if (key != "email") continue;
    value = {};
    expected = member.is_null()                                      ? JsonFind::kNull
               : member.get_string().get(value) == simdjson::SUCCESS ? JsonFind::kText
                                                                     : JsonFind::kNoText;
  }
  if (ours.found != expected) return "another value counts";
  const bool has_half = text.find("\xEF\xBF\xBD") != text.npos;
  return expected == JsonFind::kText && text != value && !has_half ? "another text" : "";
}

std::string run(std::span<const uint8_t> input_bytes) {
  // A copy of that size: a read past its NUL is a read past the allocation.
  const std::string copy(input_bytes.begin(), input_bytes.end());
  const std::string_view bytes = copy;
  static const std::vector<std::string> kImplementations = input::json_implementations();
  static std::vector<input::JsonReader> readers = [] {
    std::vector<input::JsonReader> made;
    for (const std::string& name : kImplementations) {
      made.emplace_back(std::vector<std::string>{"email"}, "", input::JsonIndex(name));
    }
    return made;
  }();
  std::vector<input::LineSpan> lines;
  input::cut_lines(bytes, true, bytes.size(), lines);
  std::vector<JsonText> texts;
  readers.front().find(bytes, lines, texts);
  if (texts.size() != lines.size()) return "lines got lost";
  for (input::JsonReader& other : readers) {
    std::vector<JsonText> again;
    other.find(bytes, lines, again);
    if (!is_same(texts, again)) return "implementations differ";
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = bytes.substr(lines[i].begin, lines[i].text_end - lines[i].begin);
    std::string text;
    append_unescaped_json(bytes.substr(texts[i].begin, texts[i].size), text);
    std::string wrong = complaint_about(line, texts[i], text);
    if (!wrong.empty()) return wrong;
    if (texts[i].found == JsonFind::kNotObject) continue;
    readers.front().each(line, [](std::string_view, std::string_view) {});
  }
  return {};
}

std::vector<std::string> seeds() {
  return {"{\"email\":\"a@b.de\"}\n",
          "{\"id\":1,\"email\":\"\\u0061\\\"@b.de\"}\r\n[1,2]\n\n{\"email\":null,\"n\":-1.5e+7}",
          "{\"a\":{\"b\":[true,false,null,{}]},\"email\":\"\\uD83D\\uDE00\"}\rx\n",
          "{\"email\":\"open}\n{\"email\":\"a\\\\\"}\n\"\n{\"email\":5,\"email\":\"z\"}\n",
          "{\"k\":\"" + std::string(120, 'k') +
              "\",\"email\":\"\xC3\xBC@b.de\"}\n{\"email\":\"\xFF\"}"};
}

}  // namespace

const FuzzTarget kJsonlTarget = {"jsonl", run, seeds};

}  // namespace mxbulk::test
