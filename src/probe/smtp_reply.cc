#include "probe/smtp_reply.h"

#include <algorithm>

#include "base/limits.h"

namespace mxbulk::probe {
namespace {

constexpr size_t kCodeDigits = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char to_capital(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// RFC 5321 §4.2 allows %x32-35 %x30-35 %x30-39, but servers also send 477 and 571, and clients as
// Postfix accept any three digits. A hyphen follows if there are more lines; else a space, a tab or
// nothing.
bool can_begin_reply(std::string_view line) {
  const std::string_view code = line.substr(0, kCodeDigits);
  if (!std::all_of(code.begin(), code.end(), is_digit)) return false;
  constexpr std::string_view kAfterCode = "- \t\r";
  return line.size() <= kCodeDigits || kAfterCode.find(line[kCodeDigits]) != kAfterCode.npos;
}

// Removes up to three digits (RFC 3463 §2) from the front.
bool take_number(std::string_view& text, uint16_t& number) {
  size_t size = 0;
  number = 0;
  for (; size < 3 && size < text.size() && is_digit(text[size]); ++size) {
    number = static_cast<uint16_t>(number * 10 + (text[size] - '0'));
  }
  text.remove_prefix(size);
  return size > 0;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

// RFC 2034 §4: it is first in the text, and followed by a blank.
EnhancedCode enhanced_code(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  EnhancedCode code;
  const bool has_form = take_number(text, code.status_class) && take_dot(text) &&
                        take_number(text, code.subject) && take_dot(text) &&
                        take_number(text, code.detail) &&
                        (text.empty() || text[0] == ' ' || text[0] == '\t');
  const bool has_class = code.status_class == 2 || code.status_class == 4 || code.status_class == 5;
  return has_form && has_class ? code : EnhancedCode{};
}

bool line_offers(std::string_view line, std::string_view keyword) {
  if (line.size() < keyword.size()) return false;
  const auto same = [](char wanted, char found) { return to_capital(found) == wanted; };
  if (!std::equal(keyword.begin(), keyword.end(), line.begin(), same)) return false;
  // Old servers write `AUTH=LOGIN`.
  const std::string_view behind = line.substr(keyword.size());
  return behind.empty() || behind[0] == ' ' || behind[0] == '\t' || behind[0] == '=';
}

}  // namespace

bool SmtpReply::offers(std::string_view keyword) const {
  for (std::string_view rest = keywords; !rest.empty();) {
    const size_t end = rest.find('\n');
    if (line_offers(rest.substr(0, end), keyword)) return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

std::string offer_text(const SmtpReply& reply) {
  std::string_view keywords = reply.keywords;
  if (keywords.empty()) return {};
  keywords.remove_suffix(1);
  std::string text = "offers ";
  for (const char c : keywords)
    text += c == '\n' ? std::string_view(", ") : std::string_view(&c, 1);
  return text;
}

std::string garbage_text(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
  return "said " + std::string(line.substr(0, limits::kGarbageKept));
}

void SmtpReplyReader::begin() {
  state_ = State::kMore;
  reply_.code = 0;
  reply_.enhanced = {};
  reply_.text.clear();
  reply_.keywords.clear();
  line_.clear();
  lines_ = octets_ = 0;
}

SmtpReplyReader::State SmtpReplyReader::read(std::string_view& bytes) {
  while (state_ == State::kMore && !bytes.empty()) {
    const std::string_view window = bytes.substr(0, limits::kSmtpReplyOctetsMax - octets_);
    if (window.empty()) return state_ = State::kTooLong;
    const size_t end = window.find('\n');
    const bool is_ended = end != window.npos;
    const std::string_view piece = window.substr(0, end);
    line_ += piece.substr(0, limits::kSmtpLineOctetsMax - line_.size());
    const size_t taken = piece.size() + (is_ended ? 1 : 0);
    octets_ += taken;
    bytes.remove_prefix(taken);
    // Later lines without a code are skipped: by §4.2.1 clients look for the last line.
    if (lines_ == 0 && !can_begin_reply(line_)) {
      state_ = State::kNoReply;
    } else if (is_ended) {
      take_line();
    }
  }
  return state_;
}

void SmtpReplyReader::take_line() {
  std::string_view line = line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool is_reply_line = line.size() >= kCodeDigits && can_begin_reply(line);
  if (is_reply_line) note_line(line);
  ++lines_;
  if (is_reply_line && (line.size() == kCodeDigits || line[kCodeDigits] != '-')) {
    state_ = State::kWhole;
  } else if (!is_reply_line && lines_ == 1) {
    state_ = State::kNoReply;
  } else if (lines_ == limits::kSmtpReplyLinesMax) {
    state_ = State::kTooLong;
  }
  line_.clear();
}

void SmtpReplyReader::note_line(std::string_view line) {
  reply_.code = static_cast<uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
  const std::string_view text = line.substr(std::min(kCodeDigits + 1, line.size()));
  if (reply_.enhanced.status_class == 0) reply_.enhanced = enhanced_code(text);
  if (lines_ == 0) {
    reply_.text = text;
  } else if (reply_.keywords.size() + text.size() < limits::kSmtpKeywordOctetsMax) {
    reply_.keywords += text;
    reply_.keywords += '\n';
  }
}

}  // namespace mxbulk::probe
