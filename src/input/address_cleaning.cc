#include "input/address_cleaning.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "input/address_survey.h"
#include "input/char_class.h"
#include "input/code_points.h"

namespace mxbulk::input {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kMailto = "mailto:";
constexpr std::string_view kAsciiBlanks = " \t\n\v\f\r";

// What exports write for a missing value. None has an `@`.
constexpr std::array<std::string_view, 15> kNoValueWords = {
    "null", "(null)", "<null>", "[null]", "\\n", "n/a", "#n/a",     "n.a",
    "na",   "<na>",   "none",   "(none)", "nil", "nan", "undefined"};
constexpr size_t kNoValueOctetsMax = 9;  // of the longest

bool is_ascii_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

bool is_ascii_blank(char c) {
  return kAsciiBlanks.find(c) != kNone;
}

bool is_blank_or_invisible(const CodePoint& point) {
  return point.octets > 0 && (is_blank(point.value) || is_invisible(point.value));
}

bool is_no_value(std::string_view text) {
  const bool is_dashes = std::all_of(text.begin(), text.end(), [](char c) { return c == '-'; });
  if (is_dashes || text == "\xE2\x80\x93" || text == "\xE2\x80\x94") return true;  // – and —
  return text.size() <= kNoValueOctetsMax &&
         std::any_of(kNoValueWords.begin(), kNoValueWords.end(),
                     [text](std::string_view word) { return equal_fold(text, word); });
}

// True if a backslash before it escapes the octet at `at`. In a run of backslashes each second one
// is escaped.
bool is_escaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// The offset after the comment at the front; npos if it is not closed. RFC 5322 §3.2.2: comments
// nest, and a backslash escapes the next octet.
size_t comment_end(std::string_view text) {
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return kNone;
}

// The offset of the comment at the end; npos if there is none. Requires: text ends with `)`.
size_t comment_begin(std::string_view text) {
  if (is_escaped(text, text.size() - 1)) return kNone;
  size_t depth = 0;
  for (size_t i = text.size(); i-- > 0;) {
    const bool is_parenthesis = text[i] == '(' || text[i] == ')';
    if (!is_parenthesis || is_escaped(text, i)) continue;
    if (text[i] == ')') {
      ++depth;
    } else if (--depth == 0) {
      return i;
    }
  }
  return kNone;
}

// Removes one layer after the other from both ends. Linear: a step takes constant time, or time in
// proportion to what it removes, or its search fails and is not repeated.
class Cleaner {
 public:
  explicit Cleaner(std::string_view cell) : text_(cell) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] LintSet lints() const { return lints_; }

  // Octets that cannot hide an address.
  void strip_wrapping() {
    while (trim() || strip_quotes() || strip_formula()) {
    }
  }
  void strip_wrapping_and_mailto() {
    do {
      strip_wrapping();
    } while (strip_mailto());
  }
  void strip_all() {
    do {
      strip_wrapping_and_mailto();
    } while (strip_comment() || strip_angle());
  }
  void narrow_to(std::string_view address, Lint lint) {
    text_ = address;
    lints_.add(lint);
  }

 private:
  bool trim() {
    const size_t before = text_.size();
    while (const size_t octets = dirt_at_front()) text_.remove_prefix(octets);
    while (const size_t octets = dirt_at_back()) text_.remove_suffix(octets);
    if (text_.size() == before) return false;
    lints_.add(Lint::kTrimmed);
    return true;
  }

  size_t dirt_at_front() {
    if (text_.empty()) return 0;
    const char c = text_.front();
    if (is_ascii(c)) return is_ascii_blank(c) || c == ',' || c == ';' ? 1 : 0;
    const CodePoint point = first_code_point(text_);
    const bool is_quote = is_typographic_quote(point.value);
    quotes_at_front_ += is_quote ? 1 : 0;
    return is_quote || is_blank_or_invisible(point) ? point.octets : 0;
  }

  size_t dirt_at_back() {
    if (text_.empty()) return 0;
    const char c = text_.back();
    if (is_ascii(c)) return is_ascii_blank(c) || is_end_mark(static_cast<uint8_t>(c)) ? 1 : 0;
    const CodePoint point = last_code_point(text_);
    const bool is_quote = is_typographic_quote(point.value);
    quotes_at_back_ += is_quote ? 1 : 0;
    return is_quote || is_end_mark(point.value) || is_blank_or_invisible(point) ? point.octets : 0;
  }

  // Typographic quotes are removed one by one, since no address begins or ends with one. ASCII
  // quotes can begin a local part, so they must match a quote at the other end, ASCII or
  // typographic (`„jo@example.org"`). No address ends with a quote, so there is no other reading.
  bool strip_quotes() {
    if (text_.empty()) return false;
    const bool opens = is_ascii_quote(text_.front());
    const bool closes = is_ascii_quote(text_.back());
    const bool is_pair = text_.size() > 1 && opens && closes &&
                         (text_.front() == text_.back() ||
                          (text_.front() == '`' && text_.back() == '\''));  // as in TeX
    if (is_pair) {
      cut(1, 1);
    } else if (closes && quotes_at_front_ > quotes_at_back_) {
      ++quotes_at_back_;
      cut(0, 1);
    } else if (opens && quotes_at_back_ > quotes_at_front_) {
      ++quotes_at_front_;
      cut(1, 0);
    } else {
      return false;
    }
    return true;
  }

  // Spreadsheets keep `="0123"` as text.
  bool strip_formula() {
    if (text_.size() < 3 || !text_.starts_with("=\"") || !text_.ends_with('"')) return false;
    cut(2, 1);
    return true;
  }

  bool strip_mailto() {
    if (!equal_fold(text_.substr(0, kMailto.size()), kMailto)) return false;
    cut(kMailto.size(), 0);
    if (text_.starts_with("//")) cut(2, 0);  // no part of a mailto URI, but written by many
    if (may_have_fields_) text_ = text_.substr(0, text_.find('?'));  // RFC 6068 §2: header fields
    may_have_fields_ = false;
    return true;
  }

  // `<jo@example.org>`, or with a display name before it.
  bool strip_angle() {
    if (!may_have_angle_ || !text_.ends_with('>')) return false;
    if (text_.starts_with('<')) {
      cut(1, 1);
      return true;
    }
    const size_t open = text_.rfind('<');
    may_have_angle_ = false;  // no further `<` follows the last one
    if (open == kNone) return false;
    // `bob@example.org<br>`: the text before it is not a display name.
    const bool is_name = !has_at_sign(0, open) || has_at_sign(open, text_.size());
    if (!is_name) return false;
    text_ = text_.substr(open + 1, text_.size() - open - 2);
    lints_.add(Lint::kDisplayName);
    return true;
  }

  // A comment stays if there is no `@` outside of it: it may hold the address.
  bool strip_comment() {
    if (may_begin_with_comment_ && text_.starts_with('(')) {
      const size_t end = comment_end(text_);
      may_begin_with_comment_ = end != kNone && has_at_sign(end, text_.size());
      if (may_begin_with_comment_) {
        cut(end, 0);
        return true;
      }
    }
    if (may_end_with_comment_ && text_.ends_with(')')) {
      const size_t begin = comment_begin(text_);
      may_end_with_comment_ = begin != kNone && has_at_sign(0, begin);
      if (may_end_with_comment_) {
        cut(0, text_.size() - begin);
        return true;
      }
    }
    return false;
  }

  // True if there is an `@` between these offsets. The last one found is kept, so that many
  // comments do not cause many searches of the whole text.
  bool has_at_sign(size_t begin, size_t end) {
    const char* const first = text_.data() + begin;
    const char* const last = text_.data() + end;
    if (at_sign_ != nullptr && at_sign_ >= first && at_sign_ < last) return true;
    const std::string_view part = text_.substr(begin, end - begin);
    for (const std::string_view sign : kAtSigns) {
      const size_t found = begin == 0 ? part.find(sign) : part.rfind(sign);
      if (found == kNone) continue;
      at_sign_ = first + found;
      return true;
    }
    return false;
  }

  void cut(size_t front, size_t back) {
    text_.remove_prefix(front);
    text_.remove_suffix(back);
    lints_.add(Lint::kTrimmed);
  }

  std::string_view text_;
  LintSet lints_;
  size_t quotes_at_front_ = 0;  // typographic ones, or their partners
  size_t quotes_at_back_ = 0;
  const char* at_sign_ = nullptr;  // the last one found; into the cell
  bool may_have_fields_ = true;
  bool may_have_angle_ = true;
  bool may_begin_with_comment_ = true;
  bool may_end_with_comment_ = true;
};

// Control characters that are not blanks.
bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<uint8_t>(c);
    return (octet < 0x20 && !is_ascii_blank(c)) || octet == 0x7F;
  });
}

// The reason that the addresses in the cell give; none if the cell is parsed as one address.
std::optional<Reason> reason_of_survey(const AddressSurvey& survey, Cleaner& cleaner) {
  if (survey.found < 2) return std::nullopt;
  if (survey.is_several) {
    const bool has_breaks = cleaner.text().find_first_of("\t\n\v\f\r") != kNone;
    // A header field after a line break is not a list of addresses (`jo@x.org\nBcc: ann@y.org`).
    const bool is_list =
        survey.are_clean && !has_controls(cleaner.text()) && !(has_breaks && survey.has_other_text);
    return is_list ? Reason::kSeveral : Reason::kBadEncoding;
  }
  if (survey.is_last_in_angles) {
    cleaner.narrow_to(survey.last, Lint::kDisplayName);
  } else {
    cleaner.narrow_to(survey.first, Lint::kTrimmed);
  }
  return std::nullopt;
}

}  // namespace

std::string_view clean_domain(std::string_view cell) {
  while (true) {
    const CodePoint point = first_code_point(cell);
    if (!is_blank_or_invisible(point)) break;
    cell.remove_prefix(point.octets);
  }
  while (true) {
    const CodePoint point = last_code_point(cell);
    if (!is_blank_or_invisible(point)) break;
    cell.remove_suffix(point.octets);
  }
  if (cell.size() > 1 && cell.ends_with('.')) cell.remove_suffix(1);
  return cell;
}

CleanedCell clean_cell(std::string_view cell) {
  Cleaner cleaner(cell);
  cleaner.strip_wrapping();
  if (is_no_value(cleaner.text())) return {cleaner.text(), {}, Reason::kEmpty};
  cleaner.strip_wrapping_and_mailto();
  if (has_two_at_signs(cleaner.text())) {
    const auto reason = reason_of_survey(survey_addresses(cleaner.text()), cleaner);
    if (reason) return {cleaner.text(), cleaner.lints(), reason};
  }
  cleaner.strip_all();
  return {cleaner.text(), cleaner.lints(), std::nullopt};
}

}  // namespace mxbulk::input
