#include "input/json_record.h"

#include <utility>

#include "input/json_string.h"
#include "input/json_tokens.h"
#include "input/json_walk.h"

namespace mxbulk::input {
namespace {

constexpr size_t kGroupBytes = 32U << 10;  // with their tokens they fit the first caches

// How many of `lines` make a group: at least one. A line that ends in a backslash is the last: the
// index may take the line break for escaped, and the next line for a part of its string.
size_t group_size(std::string_view bytes, std::span<const LineSpan> lines) {
  size_t size = 1;
  while (size < lines.size() && lines[size].end - lines[0].begin <= kGroupBytes &&
         !bytes.substr(0, lines[size - 1].text_end).ends_with('\\')) {
    ++size;
  }
  return size;
}

// Tells line after line whether a backslash stands in it.
class Backslashes {
 public:
  explicit Backslashes(std::string_view bytes) : bytes_(bytes) {}
  // Requires: lines in their order.
  bool between(size_t begin, size_t end) {
    if (next_ == kUnknown || next_ < begin) {
      next_ = bytes_.find('\\', begin);
      if (next_ == std::string_view::npos) next_ = bytes_.size();
    }
    return next_ < end;
  }

 private:
  static constexpr size_t kUnknown = std::string_view::npos;
  std::string_view bytes_;
  size_t next_ = kUnknown;
};

JsonText place_of(JsonFind found, std::string_view text, std::string_view bytes) {
  return {found, static_cast<uint32_t>(text.data() - bytes.data()),
          static_cast<uint32_t>(text.size())};
}

}  // namespace

JsonReader::JsonReader(std::vector<std::string> path, std::string_view reserved_prefix,
                       JsonIndex index)
    : path_(std::move(path)), reserved_prefix_(reserved_prefix), index_(std::move(index)) {}

void JsonReader::find(std::string_view bytes, std::span<const LineSpan> lines,
                      std::vector<JsonText>& texts) {
  texts.clear();
  while (!lines.empty()) {
    const size_t size = group_size(bytes, lines);
    find_in_group(bytes, lines.first(size), texts);
    lines = lines.subspan(size);
  }
}

void JsonReader::find_in_group(std::string_view bytes, std::span<const LineSpan> lines,
                               std::vector<JsonText>& texts) {
  const size_t base = lines.front().begin;
  const std::string_view group = bytes.substr(base, lines.back().text_end - base);
  if (!index_.build(group)) {
    if (lines.size() == 1) {
      texts.emplace_back();
      return;
    }
    for (size_t i = 0; i < lines.size(); ++i) find_in_group(bytes, lines.subspan(i, 1), texts);
    return;
  }
  Backslashes backslashes(group);
  const uint32_t* token = index_.tokens();
  for (const LineSpan& line : lines) {
    const size_t begin = line.begin - base;
    const size_t end = line.text_end - base;
    JsonTokens tokens(group, token, begin, end);
    texts.push_back(find_in_line(bytes, tokens, backslashes.between(begin, end)));
    token = tokens.position();
  }
}

JsonText JsonReader::find_in_line(std::string_view bytes, JsonTokens& tokens,
                                  bool has_escapes) const {
  const std::string_view front = tokens.in_front();
  if (!front.empty() && !is_blank_line(front)) return {};  // what is no token may have hidden some
  const JsonWalked walked = walk_json_record({path_, reserved_prefix_}, tokens, has_escapes);
  if (!walked.is_record) return {};
  if (!walked.reserved_key.empty()) {
    return place_of(JsonFind::kReserved, walked.reserved_key, bytes);
  }
  const std::string_view value = walked.value;
  if (value.starts_with('"')) {
    return place_of(JsonFind::kText, value.substr(1, value.size() - 2), bytes);
  }
  return {value == "null" ? JsonFind::kNull : JsonFind::kNoText};
}

void JsonReader::each(
    std::string_view line,
    const std::function<void(std::string_view key, std::string_view text)>& take) {
  if (!index_.build(line)) return;
  JsonTokens tokens(line, index_.tokens(), 0, line.size());
  tokens.accept('{');
  while (!tokens.at_end() && !tokens.accept('}')) {
    key_.clear();
    text_.clear();
    append_json_text(tokens.string(), key_);
    tokens.skip();
    tokens.accept(':');
    const size_t begin = tokens.offset();
    const bool is_string = tokens.peek() == '"';
    if (is_string) append_json_text(tokens.string(), text_);
    skip_json_value(tokens);
    const std::string_view value = tokens.since(begin);
    if (!is_string && value != "null") text_ = value;
    take(key_, text_);
    tokens.accept(',');
  }
}

void JsonReader::each_text(std::string_view line, const TakeText& take) {
  if (!index_.build(line)) return;
  JsonTokens tokens(line, index_.tokens(), 0, line.size());
  std::vector<std::string> path;
  tokens.accept('{');
  texts_of_members(tokens, path, take);
}

// After the opening bracket. The depth is bounded: find() refuses deeper records.
void JsonReader::texts_of_members(JsonTokens& tokens, std::vector<std::string>& path,
                                  const TakeText& take) {
  while (!tokens.at_end() && !tokens.accept('}')) {
    path.emplace_back();
    append_json_text(tokens.string(), path.back());
    tokens.skip();
    tokens.accept(':');
    if (tokens.accept('{')) {
      texts_of_members(tokens, path, take);
    } else {
      if (tokens.peek() == '"') {
        text_.clear();
        append_json_text(tokens.string(), text_);
        take(path, text_);
      } else if (tokens.peek() == 'n') {  // null
        take(path, {});
      }
      skip_json_value(tokens);
    }
    path.pop_back();
    tokens.accept(',');
  }
}

}  // namespace mxbulk::input
