#include "input/json_record.h"

#include <cstring>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"
#include "model/json_text.h"

namespace mxbulk::input {

// The tokens of one line, one after the other. Borrows the bytes and the tokens.
class JsonTokens {
 public:
  // The line from `begin` to `end` of `bytes`. `tokens`: from JsonIndex; they begin at or before
  // the line's first token.
  JsonTokens(std::string_view bytes, const uint32_t* tokens, size_t begin, size_t end)
      : bytes_(bytes), next_(tokens), begin_(begin), end_(end) {
    while (*next_ < begin) ++next_;
  }

  [[nodiscard]] bool at_end() const { return *next_ >= end_; }
  // The text between the beginning of the line and the next token.
  [[nodiscard]] std::string_view in_front() const {
    return bytes_.substr(begin_, (at_end() ? end_ : *next_) - begin_);
  }
  // The first octet of the next token; NUL at the end of the line.
  [[nodiscard]] char peek() const { return at_end() ? '\0' : bytes_[*next_]; }
  void skip() { ++next_; }
  // Skips the next token if it begins with `c`.
  bool accept(char c) {
    if (peek() != c) return false;
    skip();
    return true;
  }
  // Takes the next token, with all octets up to the one after it, but without blanks at the end.
  // Requires: !at_end().
  [[nodiscard]] std::string_view token() const { return text_from(*next_, next_[1]); }
  // Takes the next string; returns the text between its quotes. Requires: peek() is a quote.
  [[nodiscard]] std::string_view string() const {
    const std::string_view quoted = token();
    return quoted.substr(1, quoted.size() - 2);
  }
  // The text from the token at offset `begin` to the last one taken.
  [[nodiscard]] std::string_view since(size_t begin) const { return text_from(begin, *next_); }
  // Offset of the next token.
  [[nodiscard]] size_t offset() const { return *next_; }
  [[nodiscard]] const uint32_t* position() const { return next_; }

 private:
  [[nodiscard]] std::string_view text_from(size_t begin, size_t end) const {
    if (end > end_) end = end_;
    while (is_blank(bytes_[end - 1])) --end;  // ends at the token, which is not blank
    return bytes_.substr(begin, end - begin);
  }
  static bool is_blank(char c) {
    return c <= ' ' && (c == ' ' || c == '\t' || c == '\n' || c == '\r');
  }

  std::string_view bytes_;
  const uint32_t* next_;
  size_t begin_;
  size_t end_;
};

namespace {

// What is wanted from a record.
struct JsonSearch {
  std::span<const std::string> path;  // keys from the outermost object down
  std::string_view reserved_prefix;   // of keys of the outermost object; none if empty
};

struct ParsedRecord {
  bool is_record = false;         // the line is one object and nothing else
  std::string_view value;         // the last at the path, quotes included; empty if there is none
  std::string_view reserved_key;  // the last with the prefix, between its quotes; empty if none
};

size_t skip_digits(std::string_view token, size_t at) {
  while (at < token.size() && is_digit(token[at])) ++at;
  return at;
}

// RFC 8259 §6. Numbers are never converted: one that is too large for our types is still JSON.
bool is_number(std::string_view token) {
  size_t at = token.starts_with('-') ? 1 : 0;
  const size_t whole = skip_digits(token, at);
  if (whole == at || (whole - at > 1 && token[at] == '0')) return false;
  at = whole;
  if (at < token.size() && token[at] == '.') {
    const size_t end = skip_digits(token, at + 1);
    if (end == at + 1) return false;
    at = end;
  }
  if (at < token.size() && (token[at] | 0x20) == 'e') {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const size_t end = skip_digits(token, at);
    if (end == at) return false;
    at = end;
  }
  return at == token.size();
}

// The size is known, so the compiler needs no call.
template <size_t kSize>
bool is_literal(std::string_view token, const char (&literal)[kSize]) {
  return token.size() == kSize - 1 && std::memcmp(token.data(), literal, kSize - 1) == 0;
}

// False for an empty prefix. Most keys differ in their first octet.
bool begins_with(std::string_view key, std::string_view prefix) {
  return !prefix.empty() && key.starts_with(prefix.front()) && key.starts_with(prefix);
}

// Parses one record by the grammar of RFC 8259, token by token.
class RecordParser {
 public:
  // `has_escapes`: false if there is no backslash in the line.
  RecordParser(const JsonSearch& search, JsonTokens& tokens, bool has_escapes)
      : search_(search), tokens_(tokens), has_escapes_(has_escapes) {}

  // The whole line.
  const ParsedRecord& record() {
    parsed_.is_record = tokens_.accept('{') && members(0, 1) && tokens_.at_end();
    return parsed_;
  }
  // Parses one value. False: it is not valid.
  bool value() { return value(kOffPath, 1); }

 private:
  static constexpr size_t kOffPath = std::string_view::npos;

  // `step`: how many keys of the path lead to the value. `depth`: brackets around it.
  bool value(size_t step, size_t depth);
  bool members(size_t step, size_t depth);
  bool member(size_t step, size_t depth);
  bool elements(size_t depth);
  bool string() {
    const bool is_valid = !has_escapes_ || has_valid_escapes(tokens_.string());
    tokens_.skip();
    return is_valid;
  }
  bool literal_or_number();
  // How many keys of the path lead to the value of the key.
  size_t take_key(std::string_view escaped, size_t step, size_t depth);

  const JsonSearch& search_;
  JsonTokens& tokens_;
  bool has_escapes_;
  ParsedRecord parsed_;
};

bool RecordParser::value(size_t step, size_t depth) {
  const bool may_nest = depth < limits::kJsonDepthMax;
  const size_t begin = tokens_.offset();
  bool is_valid = false;
  switch (tokens_.peek()) {
    case '"': is_valid = string(); break;
    case '{':
      tokens_.skip();
      is_valid = may_nest && members(step, depth + 1);
      break;
    case '[':
      tokens_.skip();
      is_valid = may_nest && elements(depth + 1);
      break;
    default: is_valid = literal_or_number(); break;
  }
  if (is_valid && step == search_.path.size()) parsed_.value = tokens_.since(begin);
  return is_valid;
}

bool RecordParser::members(size_t step, size_t depth) {
  if (tokens_.accept('}')) return true;
  do {
    if (!member(step, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept('}');
}

bool RecordParser::member(size_t step, size_t depth) {
  if (tokens_.peek() != '"') return false;
  size_t next_step = kOffPath;
  if (depth == 1 || step < search_.path.size()) next_step = take_key(tokens_.string(), step, depth);
  if (!string() || !tokens_.accept(':')) return false;
  const bool is_other_text = next_step == kOffPath && tokens_.peek() == '"';
  return is_other_text ? string() : value(next_step, depth);
}

size_t RecordParser::take_key(std::string_view escaped, size_t step, size_t depth) {
  std::string_view key = escaped;
  std::string unescaped;  // backs it
  if (has_escapes_ && escaped.find('\\') != escaped.npos) {
    if (!has_valid_escapes(escaped)) return kOffPath;
    append_unescaped_json(escaped, unescaped);
    key = unescaped;
  }
  if (depth == 1 && begins_with(key, search_.reserved_prefix)) parsed_.reserved_key = escaped;
  if (step >= search_.path.size() || key != search_.path[step]) return kOffPath;
  parsed_.value = {};  // the last key counts, even if its value is not at the path
  return step + 1;
}

bool RecordParser::elements(size_t depth) {
  if (tokens_.accept(']')) return true;
  do {
    if (!value(kOffPath, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept(']');
}

bool RecordParser::literal_or_number() {
  if (tokens_.at_end()) return false;
  const std::string_view token = tokens_.token();
  tokens_.skip();
  switch (token.front()) {
    case 't': return is_literal(token, "true");
    case 'f': return is_literal(token, "false");
    case 'n': return is_literal(token, "null");
    default: return is_number(token);
  }
}

// Requires: find() found an object in the line.
void skip_json_value(JsonTokens& tokens) {
  const JsonSearch nothing;
  static_cast<void>(RecordParser(nothing, tokens, true).value());
}

constexpr size_t kGroupBytes = 32U << 10;  // with their tokens they fit the first caches

// How many of `lines` make a group: at least one. A line that ends in a backslash ends its group:
// the index may take the line break for escaped, and the next line for a part of a string.
size_t group_size(std::string_view bytes, std::span<const LineSpan> lines) {
  size_t size = 1;
  while (size < lines.size() && lines[size].end - lines[0].begin <= kGroupBytes &&
         !bytes.substr(0, lines[size - 1].text_end).ends_with('\\')) {
    ++size;
  }
  return size;
}

// Tells line after line whether it has a backslash.
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
  if (!front.empty() && !is_blank_line(front)) return {};  // other text may have hidden tokens
  const JsonSearch search{path_, reserved_prefix_};
  RecordParser parser(search, tokens, has_escapes);
  const ParsedRecord& parsed = parser.record();
  if (!parsed.is_record) return {};
  if (!parsed.reserved_key.empty()) {
    return place_of(JsonFind::kReserved, parsed.reserved_key, bytes);
  }
  const std::string_view value = parsed.value;
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
    append_unescaped_json(tokens.string(), key_);
    tokens.skip();
    tokens.accept(':');
    const size_t begin = tokens.offset();
    const bool is_string = tokens.peek() == '"';
    if (is_string) append_unescaped_json(tokens.string(), text_);
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
    append_unescaped_json(tokens.string(), path.back());
    tokens.skip();
    tokens.accept(':');
    if (tokens.accept('{')) {
      texts_of_members(tokens, path, take);
    } else {
      if (tokens.peek() == '"') {
        text_.clear();
        append_unescaped_json(tokens.string(), text_);
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
