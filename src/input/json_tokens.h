// The tokens of one line of JSON, one after the other.
//
// Threads: one reader thread. Ownership: borrows the bytes and the tokens.
#pragma once

#include <cstdint>
#include <string_view>

namespace mxbulk::input {

class JsonTokens {
 public:
  // The line from `begin` to `end` of `bytes`. `tokens`: as JsonIndex found them, not after the
  // line's first.
  JsonTokens(std::string_view bytes, const uint32_t* tokens, size_t begin, size_t end)
      : bytes_(bytes), next_(tokens), begin_(begin), end_(end) {
    while (*next_ < begin) ++next_;
  }

  [[nodiscard]] bool at_end() const { return *next_ >= end_; }
  // What stands between the line's begin and the next token.
  [[nodiscard]] std::string_view in_front() const {
    return bytes_.substr(begin_, (at_end() ? end_ : *next_) - begin_);
  }
  // The next token's first octet; NUL at the end of the line.
  [[nodiscard]] char peek() const { return at_end() ? '\0' : bytes_[*next_]; }
  void skip() { ++next_; }
  // Skips the next token if it begins with `c`.
  bool accept(char c) {
    if (peek() != c) return false;
    skip();
    return true;
  }
  // The next token up to the one after it, without the blanks between them. Requires: !at_end().
  [[nodiscard]] std::string_view token() const { return text_from(*next_, next_[1]); }
  // The next string, between its quotes. Requires: peek() is a quote.
  [[nodiscard]] std::string_view string() const {
    const std::string_view quoted = token();
    return quoted.substr(1, quoted.size() - 2);
  }
  // What was skipped since the token at offset `begin`.
  [[nodiscard]] std::string_view since(size_t begin) const { return text_from(begin, *next_); }
  // Offset of the next token.
  [[nodiscard]] size_t offset() const { return *next_; }
  [[nodiscard]] const uint32_t* position() const { return next_; }

 private:
  [[nodiscard]] std::string_view text_from(size_t begin, size_t end) const {
    if (end > end_) end = end_;
    while (is_blank(bytes_[end - 1])) --end;  // a token is none
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

}  // namespace mxbulk::input
