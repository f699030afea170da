#include "input/json_walk.h"

#include <cstring>

#include "base/limits.h"
#include "input/char_class.h"
#include "input/json_string.h"

namespace mxbulk::input {
namespace {

size_t skip_digits(std::string_view token, size_t at) {
  while (at < token.size() && is_digit(token[at])) ++at;
  return at;
}

// RFC 8259 §6. Numbers are never converted: one that fits no type of ours is still JSON.
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

// The size is known, so that no call is left of it.
template <size_t kSize>
bool is_literal(std::string_view token, const char (&literal)[kSize]) {
  return token.size() == kSize - 1 && std::memcmp(token.data(), literal, kSize - 1) == 0;
}

// False for an empty prefix. Most keys differ in their first octet.
bool begins_with(std::string_view key, std::string_view prefix) {
  return !prefix.empty() && key.starts_with(prefix.front()) && key.starts_with(prefix);
}

class Walk {
 public:
  Walk(const JsonSearch& search, JsonTokens& tokens, bool has_escapes)
      : search_(search), tokens_(tokens), has_escapes_(has_escapes) {}

  void record() { walked_.is_record = tokens_.accept('{') && members(0, 1) && tokens_.at_end(); }
  bool value() { return value(kOffPath, 1); }

  [[nodiscard]] const JsonWalked& walked() const { return walked_; }

 private:
  static constexpr size_t kOffPath = std::string_view::npos;

  // `step`: how far down the path the value stands. `depth`: brackets around it.
  bool value(size_t step, size_t depth);
  bool members(size_t step, size_t depth);
  bool member(size_t step, size_t depth);
  bool elements(size_t depth);
  bool string() {
    const bool is_sound = !has_escapes_ || has_sound_escapes(tokens_.string());
    tokens_.skip();
    return is_sound;
  }
  bool literal_or_number();
  // How far down the path the value of the key stands.
  size_t take_key(std::string_view escaped, size_t step, size_t depth);

  const JsonSearch& search_;
  JsonTokens& tokens_;
  bool has_escapes_;
  JsonWalked walked_;
};

bool Walk::value(size_t step, size_t depth) {
  const bool may_nest = depth < limits::kJsonDepthMax;
  const size_t begin = tokens_.offset();
  bool is_sound = false;
  switch (tokens_.peek()) {
    case '"': is_sound = string(); break;
    case '{':
      tokens_.skip();
      is_sound = may_nest && members(step, depth + 1);
      break;
    case '[':
      tokens_.skip();
      is_sound = may_nest && elements(depth + 1);
      break;
    default: is_sound = literal_or_number(); break;
  }
  if (is_sound && step == search_.path.size()) walked_.value = tokens_.since(begin);
  return is_sound;
}

bool Walk::members(size_t step, size_t depth) {
  if (tokens_.accept('}')) return true;
  do {
    if (!member(step, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept('}');
}

bool Walk::member(size_t step, size_t depth) {
  if (tokens_.peek() != '"') return false;
  size_t next_step = kOffPath;
  if (depth == 1 || step < search_.path.size()) next_step = take_key(tokens_.string(), step, depth);
  if (!string() || !tokens_.accept(':')) return false;
  const bool is_other_text = next_step == kOffPath && tokens_.peek() == '"';
  return is_other_text ? string() : value(next_step, depth);
}

size_t Walk::take_key(std::string_view escaped, size_t step, size_t depth) {
  std::string_view key = escaped;
  std::string unescaped;  // backs it
  if (has_escapes_ && escaped.find('\\') != escaped.npos) {
    if (!has_sound_escapes(escaped)) return kOffPath;
    append_json_text(escaped, unescaped);
    key = unescaped;
  }
  if (depth == 1 && begins_with(key, search_.reserved_prefix)) walked_.reserved_key = escaped;
  if (step >= search_.path.size() || key != search_.path[step]) return kOffPath;
  walked_.value = {};  // the last counts, even if it leads nowhere
  return step + 1;
}

bool Walk::elements(size_t depth) {
  if (tokens_.accept(']')) return true;
  do {
    if (!value(kOffPath, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept(']');
}

bool Walk::literal_or_number() {
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

}  // namespace

JsonWalked walk_json_record(const JsonSearch& search, JsonTokens& tokens, bool has_escapes) {
  Walk walk(search, tokens, has_escapes);
  walk.record();
  return walk.walked();
}

bool skip_json_value(JsonTokens& tokens) {
  const JsonSearch nothing;
  return Walk(nothing, tokens, true).value();
}

}  // namespace mxbulk::input
