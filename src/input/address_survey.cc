#include "input/address_survey.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "input/char_class.h"
#include "input/code_points.h"
#include "input/local_part.h"
#include "model/utf8.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kMarks = "|/&'`";  // an atom may have them too

struct Piece {
  std::string_view text;
  bool is_address = false;
  bool is_in_angles = false;
};

// Neither a character of an atom nor a dot (RFC 5322 §3.2.3): not allowed in an unquoted local
// part.
bool parts_anywhere(char c) {
  return is_ascii(c) && !is_atext(c) && c != '.' && c != '@';
}

bool parts_local(const CodePoint& point) {
  if (point.value < 0x80) return false;
  return is_blank(point.value) || (is_invisible(point.value) && !is_shaping(point.value)) ||
         (is_end_mark(point.value) && is_wide_separator(point.value));
}

// Cuts the text into pieces in one pass: each octet is read a bounded number of times.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {}

  std::optional<Piece> next() {
    while (at_ < text_.size()) {
      if (const size_t octets = separator_here(); octets > 0) {
        at_ += octets;
        continue;
      }
      return read();
    }
    return std::nullopt;
  }

 private:
  // Octets of the separator at the beginning of a piece; 0 if a piece begins here.
  size_t separator_here() {
    const char c = text_[at_];
    if (c == '"') return begins_quoted_local() ? 0 : 1;
    if (c == '<' || c == '>') is_in_angles_ = c == '<';
    if (is_ascii(c)) return parts_anywhere(c) ? 1 : 0;
    const CodePoint point = first_code_point(text_.substr(at_));
    return is_wide_separator(point.value) ? point.octets : 0;
  }

  // A quoted string is a local part if an `@` follows it, else a phrase, whose words are read like
  // others. Quotes inside a phrase, or after an unclosed quote, begin no quoted string.
  bool begins_quoted_local() {
    if (at_ < phrase_end_) return false;
    const size_t close = closing_quote(text_.substr(at_));
    phrase_end_ = close == kNone ? text_.size() : at_ + close + 1;
    if (close == kNone || !is_at_sign(first_code_point(text_.substr(phrase_end_)).value)) {
      return false;
    }
    quoted_end_ = phrase_end_;
    return true;
  }

  Piece read() {
    const size_t begin = at_;
    if (quoted_end_ > at_) at_ = quoted_end_;
    const size_t at_sign = read_local();
    if (at_sign == kNone) return {text_.substr(begin, at_ - begin), false, is_in_angles_};
    size_t end = read_domain();
    pass_marks();
    while (end > begin && text_[end - 1] == '.') --end;
    Piece piece{text_.substr(begin, end - begin), false, is_in_angles_};
    piece.is_address = at_sign > begin && end > domain_begin_;
    const bool is_in_apostrophes = piece.text.starts_with('\'') && end < text_.size() &&
                                   text_[end] == '\'' && at_sign > begin + 1;
    if (is_in_apostrophes) piece.text.remove_prefix(1);
    return piece;
  }

  // Up to the first `@`: its offset, or npos if the piece ends before one.
  size_t read_local() {
    while (at_ < text_.size()) {
      if (parts_anywhere(text_[at_])) return kNone;
      const CodePoint point = first_code_point(text_.substr(at_));
      if (parts_local(point)) return kNone;
      const size_t begin = at_;
      at_ += point.octets == 0 ? 1 : point.octets;
      if (is_at_sign(point.value)) {
        domain_begin_ = at_;
        return begin;
      }
    }
    return kNone;
  }

  // The offset of the first character that no domain has; an `@` may follow.
  size_t read_domain() {
    if (at_ < text_.size() && text_[at_] == '[' && at_ >= unclosed_end_) pass_literal();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool is_domain_octet = ldh_lower(c) != 0 || c == '.' || c == '_' || c == '@';
      if (is_ascii(c) && !is_domain_octet) break;
      const CodePoint point = first_code_point(text_.substr(at_));
      if (is_wide_separator(point.value)) break;
      at_ += point.octets == 0 ? 1 : point.octets;
      if (is_at_sign(point.value)) domain_begin_ = at_;
    }
    return at_;
  }

  // RFC 5321 §4.1.3.
  void pass_literal() {
    const std::string_view near = text_.substr(at_, limits::kAddressOctetsMax);
    const size_t stop = std::min(near.find_first_of("] \t\r\n,;"), near.size());
    if (stop < near.size() && near[stop] == ']') {
      at_ += stop + 1;
    } else {
      unclosed_end_ = at_ + stop;
    }
  }

  // `a@x||b@y`, `'a@x'|'b@y'`: the mark that ended a domain begins no local part, and neither do
  // separator marks after it.
  void pass_marks() {
    if (at_ == text_.size() || !is_atext(text_[at_])) return;
    const char c = text_[at_];
    while (at_ < text_.size() && (text_[at_] == c || kMarks.find(text_[at_]) != kNone)) ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t phrase_end_ = 0;
  size_t quoted_end_ = 0;
  size_t unclosed_end_ = 0;  // there is no closing bracket before it
  size_t domain_begin_ = 0;
  bool is_in_angles_ = false;
};

bool has_dotted_domain(std::string_view address) {
  const size_t at = address.rfind('@');
  return address.find('.', at == kNone ? 0 : at) != kNone;
}

// See survey_addresses: `Jo@Work <…>`.
bool is_name_only(const Piece& piece, std::string_view text) {
  return text.ends_with('>') && !piece.is_in_angles && !has_dotted_domain(piece.text);
}

}  // namespace

AddressSurvey survey_addresses(std::string_view text) {
  AddressSurvey survey;
  bool has_words = false;  // since the last address
  Pieces pieces(text);
  while (const std::optional<Piece> piece = pieces.next()) {
    if (!piece->is_address || is_name_only(*piece, text)) {
      has_words = true;
      continue;
    }
    survey.has_other_text |= has_words && !piece->is_in_angles;
    has_words = false;
    if (survey.found++ == 0) survey.first = piece->text;
    survey.is_several |= !equal_fold(survey.first, piece->text);
    survey.are_clean &= is_clean_text(piece->text);
    survey.last = piece->text;
    survey.is_last_in_angles = piece->is_in_angles;
  }
  survey.has_other_text |= has_words;
  return survey;
}

std::vector<std::string_view> list_addresses(std::string_view text, size_t max) {
  std::vector<std::string_view> addresses;
  Pieces pieces(text);
  while (addresses.size() < max) {
    const std::optional<Piece> piece = pieces.next();
    if (!piece) break;
    if (piece->is_address && !is_name_only(*piece, text)) addresses.push_back(piece->text);
  }
  return addresses;
}

bool has_two_at_signs(std::string_view text) {
  size_t count = 0;
  const bool may_be_wide = text.find(kWideAtSignLead) != kNone;
  for (const std::string_view sign : kAtSigns) {
    if (sign.size() > 1 && !may_be_wide) break;
    for (size_t at = text.find(sign); at != kNone; at = text.find(sign, at + sign.size())) {
      if (++count == 2) return true;
    }
  }
  return false;
}

}  // namespace mxbulk::input
