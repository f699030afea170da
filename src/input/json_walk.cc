#include "input/json_walk.h"

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

}  // namespace

bool JsonWalk::record() {
  return tokens_.accept('{') && members(0, 1) && tokens_.at_end();
}

bool JsonWalk::value(size_t step, size_t depth) {
  if (depth > limits::kJsonDepthMax) return false;
  const size_t begin = tokens_.offset();
  bool is_sound = false;
  switch (tokens_.peek()) {
    case '"': is_sound = string(); break;
    case '{':
      tokens_.skip();
      is_sound = members(step, depth + 1);
      break;
    case '[':
      tokens_.skip();
      is_sound = elements(depth + 1);
      break;
    default: is_sound = is_literal_or_number(); break;
  }
  if (is_sound && step == search_.path.size()) found_ = tokens_.since(begin);
  return is_sound;
}

bool JsonWalk::members(size_t step, size_t depth) {
  if (tokens_.accept('}')) return true;
  do {
    if (!member(step, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept('}');
}

bool JsonWalk::member(size_t step, size_t depth) {
  if (tokens_.peek() != '"') return false;
  const std::string_view escaped = tokens_.string();
  if (!string() || !tokens_.accept(':')) return false;
  const bool may_be_reserved = depth == 1 && !search_.reserved_prefix.empty();
  const bool may_be_on_path = step < search_.path.size();
  size_t next_step = kOffPath;
  if (may_be_reserved || may_be_on_path) {
    const std::string_view key = key_text(escaped);
    if (may_be_reserved && key.starts_with(search_.reserved_prefix)) reserved_key_ = escaped;
    if (may_be_on_path && key == search_.path[step]) {
      next_step = step + 1;
      found_ = {};  // the last counts, even where it leads nowhere
    }
  }
  return value(next_step, depth);
}

bool JsonWalk::elements(size_t depth) {
  if (tokens_.accept(']')) return true;
  do {
    if (!value(kOffPath, depth)) return false;
  } while (tokens_.accept(','));
  return tokens_.accept(']');
}

bool JsonWalk::string() {
  const bool is_sound = !has_escapes_ || has_sound_escapes(tokens_.string());
  tokens_.skip();
  return is_sound;
}

bool JsonWalk::is_literal_or_number() {
  if (tokens_.at_end()) return false;
  const std::string_view token = tokens_.token();
  tokens_.skip();
  return is_number(token) || token == "true" || token == "false" || token == "null";
}

std::string_view JsonWalk::key_text(std::string_view escaped) {
  if (!has_escapes_ || escaped.find('\\') == escaped.npos) return escaped;
  unescaped_.clear();
  append_json_text(escaped, unescaped_);
  return unescaped_;
}

}  // namespace mxbulk::input
