#include "input/idna.h"

#include <idn2.h>

#include <memory>
#include <optional>

#include "base/hash.h"
#include "base/limits.h"
#include "input/char_class.h"

namespace mxbulk::input {
namespace {

// Never IDN2_USE_STD3_ASCII_RULES: 2.3.3 then drops characters (`a_b.com` became `ab.com`).
constexpr int kFlags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;

struct Idn2Free {
  void operator()(char* text) const { idn2_free(text); }
};
using Idn2Text = std::unique_ptr<char, Idn2Free>;

std::optional<std::string> a_label_of(const std::string& label) {
  char* raw = nullptr;
  const int code = idn2_to_ascii_8z(label.c_str(), &raw, kFlags);
  const Idn2Text text(raw);
  if (code != IDN2_OK || text == nullptr) return std::nullopt;
  return std::string(text.get());
}

bool round_trips(const std::string& a_label) {
  char* raw = nullptr;
  const int code = idn2_to_unicode_8z8z(a_label.c_str(), &raw, 0);
  const Idn2Text unicode(raw);
  if (code != IDN2_OK || unicode == nullptr) return false;
  return a_label_of(unicode.get()) == a_label;
}

// Length of the dot at the front of `text`, ideographic full stops included; 0 where none is.
size_t dot_at_front(std::string_view text) {
  if (text.starts_with('.')) return 1;
  for (std::string_view dot : {"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"}) {
    if (text.starts_with(dot)) return dot.size();
  }
  return 0;
}

std::string lower_copy(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) c = lower(c);
  return copy;
}

void append_label(std::string_view label, IdnaAnswer& answer) {
  const std::string folded = lower_copy(label);
  if (is_ascii(label)) {
    if (has_alabel_prefix(folded) && !round_trips(folded)) answer.has_bad_alabel = true;
    answer.ascii += folded;
    return;
  }
  for (char c : label) answer.has_non_ldh |= is_ascii(c) && ldh_lower(c) == 0;
  const auto converted = a_label_of(folded);
  // A dot that only the mapping brought in would make another domain.
  const bool is_label = converted && converted->find('.') == std::string::npos;
  answer.is_refused |= !is_label;
  if (is_label) answer.ascii += *converted;
}

IdnaAnswer convert(std::string_view domain) {
  IdnaAnswer answer;
  std::string_view rest = domain;
  while (true) {
    size_t size = 0;
    while (size < rest.size() && dot_at_front(rest.substr(size)) == 0) ++size;
    append_label(rest.substr(0, size), answer);
    rest.remove_prefix(size);
    if (rest.empty()) break;
    rest.remove_prefix(dot_at_front(rest));
    if (rest.empty()) {
      answer.has_trailing_dot = true;
      break;
    }
    answer.ascii.push_back('.');
    ++answer.label_count;
  }
  if (answer.is_refused) answer.ascii = domain;
  return answer;
}

}  // namespace

bool has_alabel_prefix(std::string_view label) {
  return label.size() >= 4 && equal_fold(label.substr(0, 4), "xn--");
}

const IdnaAnswer& Idna::to_ascii(std::string_view domain) {
  if (slots_.empty()) slots_.resize(limits::kIdnaAnswers);
  Slot& slot = slots_[hash_bytes(domain) % limits::kIdnaAnswers];
  if (slot.domain != domain) {
    slot.answer = convert(domain);
    slot.domain = domain;
  }
  return slot.answer;
}

}  // namespace mxbulk::input
