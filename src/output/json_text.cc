#include "output/json_text.h"

#include <array>
#include <cstdint>

#include "base/limits.h"

namespace mxbulk::output {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_continuation(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80;
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto octet = static_cast<uint8_t>(c);
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (octet >= 0x20 && octet != 0x7F) {
    out.push_back(c);
    return;
  }
  out += "\\u00";
  out.push_back(kHex[octet >> 4]);
  out.push_back(kHex[octet & 0xF]);
}

// Walks one JSON text without building it. A stack of bits instead of recursion: the depth is
// bounded whatever the input does.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : text_(text) {}

  bool object() {
    skip_blanks();
    if (peek() != '{') return false;
    if (!value()) return false;
    while (depth_ > 0) {
      if (!after_value()) return false;
    }
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  // One value, or the opening of a container and its first value.
  bool value() {
    while (true) {
      skip_blanks();
      switch (peek()) {
        case '{':
          if (!open(true)) return false;
          if (take('}')) return close();
          if (!key()) return false;
          continue;
        case '[':
          if (!open(false)) return false;
          if (take(']')) return close();
          continue;
        case '"': return string();
        case 't': return word("true");
        case 'f': return word("false");
        case 'n': return word("null");
        default: return number();
      }
    }
  }

  // Behind a value inside a container: its end, or a comma and the next value.
  bool after_value() {
    skip_blanks();
    const bool in_object = is_object_[depth_ - 1];
    if (take(in_object ? '}' : ']')) return close();
    if (!take(',')) return false;
    if (in_object && !key()) return false;
    return value();
  }

  bool open(bool is_object) {
    ++at_;
    if (depth_ == is_object_.size()) return false;
    is_object_[depth_++] = is_object;
    skip_blanks();
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool key() {
    skip_blanks();
    if (!string()) return false;
    skip_blanks();
    return take(':');
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') return take('"');
      if (c == '\\') {
        if (!escape()) return false;
        continue;
      }
      const size_t length = utf8_length(text_.substr(at_));
      if (length == 0 || static_cast<uint8_t>(c) < 0x20) return false;
      at_ += length;
    }
    return false;
  }

  bool escape() {
    ++at_;
    const char c = peek();
    ++at_;
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    for (int digit = 0; digit < 4; ++digit, ++at_) {
      const char h = peek();
      const bool hex = (h >= '0' && h <= '9') || ((h | 0x20) >= 'a' && (h | 0x20) <= 'f');
      if (!hex) return false;
    }
    return true;
  }

  bool digits() {
    const size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  std::string_view text_;  // the caller's
  size_t at_ = 0;
  size_t depth_ = 0;
  std::array<bool, limits::kJsonDepthMax> is_object_{};
};

}  // namespace

size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(text, 1)) return 0;
  if (first < 0xE0) return 2;
  const auto second = static_cast<uint8_t>(text[1]);
  if (!is_continuation(text, 2)) return 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (!is_continuation(text, 3)) return 0;
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || beyond ? 0 : 4;
}

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      out += kReplacement;
    } else if (length == 1) {
      append_escaped(text[at], out);
    } else {
      out.append(text.substr(at, length));
    }
    at += length == 0 ? 1 : length;
  }
  out.push_back('"');
}

void append_json_string_or_null(std::string_view text, std::string& out) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(text, out);
  }
}

bool is_json_object(std::string_view text) {
  return JsonWalk(text).object();
}

}  // namespace mxbulk::output
