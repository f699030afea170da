#include "input/idna.h"

#include <idn2.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>

#include "base/hash.h"
#include "base/limits.h"
#include "input/char_class.h"
#include "input/code_points.h"
#include "model/utf8.h"

namespace mxbulk::input {

namespace {

// RFC 3492 §5.
constexpr uint32_t kBase = 36;
constexpr uint32_t kDigitMin = 1;
constexpr uint32_t kDigitMax = 26;
constexpr uint32_t kSkew = 38;
constexpr uint32_t kDamp = 700;
constexpr uint32_t kBiasInitial = 72;
constexpr char32_t kFirstWide = 0x80;
constexpr uint32_t kNumberMax = std::numeric_limits<uint32_t>::max();

// RFC 3492 §6.1.
uint32_t adapted_bias(uint32_t delta, size_t points, bool is_first) {
  delta /= is_first ? kDamp : 2;
  delta += delta / static_cast<uint32_t>(points);
  uint32_t steps = 0;
  for (; delta > (kBase - kDigitMin) * kDigitMax / 2; steps += kBase) delta /= kBase - kDigitMin;
  return steps + (kBase - kDigitMin + 1) * delta / (delta + kSkew);
}

uint32_t threshold(uint32_t position, uint32_t bias) {
  return position <= bias ? kDigitMin : std::clamp(position - bias, kDigitMin, kDigitMax);
}

char digit_text(uint32_t digit) {
  return static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
}

// kBase if it is not a digit.
uint32_t digit_value(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<uint32_t>(c - 'a');
  if (c >= 'A' && c <= 'Z') return static_cast<uint32_t>(c - 'A');
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0') + 26;
  return kBase;
}

void append_number(uint32_t number, uint32_t bias, std::string& out) {
  for (uint32_t position = kBase;; position += kBase) {
    const uint32_t least = threshold(position, bias);
    if (number < least) break;
    out += digit_text(least + (number - least) % (kBase - least));
    number = (number - least) / (kBase - least);
  }
  out += digit_text(number);
}

// Removes one number from the front; none if the text ends within it, or if it overflows.
std::optional<uint32_t> take_number(std::string_view& text, uint32_t bias) {
  uint64_t number = 0;
  uint64_t weight = 1;
  for (uint32_t position = kBase;; position += kBase) {
    if (text.empty()) return std::nullopt;
    const uint32_t digit = digit_value(text.front());
    text.remove_prefix(1);
    if (digit == kBase) return std::nullopt;
    number += digit * weight;
    if (number > kNumberMax) return std::nullopt;
    const uint32_t least = threshold(position, bias);
    if (digit < least) return static_cast<uint32_t>(number);
    weight *= kBase - least;
    if (weight > kNumberMax) return std::nullopt;
  }
}

bool is_scalar_value(uint64_t value) {
  return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

}  // namespace

std::optional<std::string> punycode_of(std::u32string_view label) {
  std::string out;
  for (char32_t point : label) {
    if (point < kFirstWide) out += static_cast<char>(point);
  }
  const size_t basic = out.size();
  if (basic > 0) out += '-';
  size_t done = basic;
  uint32_t bias = kBiasInitial;
  uint64_t delta = 0;
  for (char32_t now = kFirstWide; done < label.size(); ++now) {
    char32_t next = 0x110000;
    for (char32_t point : label) {
      if (point >= now) next = std::min(next, point);
    }
    delta += uint64_t{next - now} * (done + 1);
    now = next;
    for (char32_t point : label) {
      if (point < now) ++delta;
      if (delta > kNumberMax) return std::nullopt;
      if (point != now) continue;
      append_number(static_cast<uint32_t>(delta), bias, out);
      bias = adapted_bias(static_cast<uint32_t>(delta), done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
  }
  return out;
}

std::optional<std::u32string> from_punycode(std::string_view encoded) {
  std::u32string label;
  const size_t hyphen = encoded.rfind('-');
  if (hyphen != std::string_view::npos) {
    for (char c : encoded.substr(0, hyphen)) {
      if (static_cast<uint8_t>(c) >= kFirstWide) return std::nullopt;
      label += static_cast<char32_t>(c);
    }
    encoded.remove_prefix(hyphen + 1);
  }
  uint64_t point = kFirstWide;
  uint64_t index = 0;
  for (uint32_t bias = kBiasInitial; !encoded.empty();) {
    const std::optional<uint32_t> delta = take_number(encoded, bias);
    if (!delta) return std::nullopt;
    const size_t points = label.size() + 1;
    bias = adapted_bias(*delta, points, index == 0);
    index += *delta;
    point += index / points;
    index %= points;
    if (!is_scalar_value(point)) return std::nullopt;
    label.insert(label.begin() + static_cast<std::ptrdiff_t>(index), static_cast<char32_t>(point));
    ++index;
  }
  return label;
}

namespace {

constexpr std::string_view kAlabelPrefix = "xn--";
constexpr char32_t kCapitalSharpS = 0x1E9E;
constexpr char32_t kSharpS = 0xDF;
constexpr char32_t kFirstStandIn = 0xA000;  // Yi syllables: nothing is mapped to or from them

// No UIDNA_USE_STD3_RULES: DomainSyntax checks letters, digits and hyphens, and needs the text as
// it was written. Hyphens in the third and fourth place are allowed as in browsers, and the
// contextual rules for punctuation and digits belong to IDNA 2008 alone.
constexpr uint32_t kIdnaOptions = UIDNA_NONTRANSITIONAL_TO_ASCII |
                                  UIDNA_NONTRANSITIONAL_TO_UNICODE | UIDNA_CHECK_BIDI |
                                  UIDNA_CHECK_CONTEXTJ;
constexpr uint32_t kIgnoredErrors = UIDNA_ERROR_HYPHEN_3_4;

struct Converted {
  std::string text;  // A-labels; more than one label if a character is mapped to a dot
  uint32_t errors = 0;
};

// A failure of this machine must not become a verdict. The program's handler for exhausted memory
// removes temporary files, and does not return.
[[noreturn]] void fail() {
  if (const std::new_handler handler = std::get_new_handler(); handler != nullptr) handler();
  throw std::bad_alloc();
}

// Opened for the first name that needs it: most runs need no table of ICU.
const UIDNA* uts46() {
  static const UIDNA* const idna = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* const opened = uidna_openUTS46(kIdnaOptions, &status);
    if (U_FAILURE(status) || opened == nullptr) fail();
    return opened;
  }();
  return idna;
}

using Conversion = decltype(&uidna_nameToASCII_UTF8);

Converted convert_by(Conversion conversion, std::string_view label) {
  Converted converted;
  converted.text.resize(4 * label.size() + kAlabelPrefix.size());
  while (true) {
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const int32_t size =
        conversion(uts46(), label.data(), static_cast<int32_t>(label.size()), converted.text.data(),
                   static_cast<int32_t>(converted.text.size()), &info, &status);
    converted.text.resize(static_cast<size_t>(size));
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    converted.errors = info.errors & ~kIgnoredErrors;
    if (status == U_INPUT_TOO_LONG_ERROR) {  // ICU's Punycode stops at some thousand characters
      converted.errors |= UIDNA_ERROR_LABEL_TOO_LONG;
    } else if (U_FAILURE(status)) {
      fail();
    }
    return converted;
  }
}

std::u32string code_points(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.octets == 0) break;
    points += point.value;
    text.remove_prefix(point.octets);
  }
  return points;
}

std::string utf8_text(std::u32string_view points) {
  std::string text;
  for (char32_t point : points) append_utf8(point, text);
  return text;
}

// True if ICU's tables do not have it, and Unicode may assign it to a character.
bool is_newer(char32_t value) {
  const auto point = static_cast<UChar32>(value);
  return u_charType(point) == U_UNASSIGNED && !U_IS_UNICODE_NONCHAR(point) &&
         u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
}

// Encodes a label with newer code points: ICU maps the rest, with a letter in the place of each.
// None if the rest is refused.
std::optional<std::string> convert_newer(std::u32string points) {
  char32_t stand_in = kFirstStandIn;
  while (points.find(stand_in) != std::u32string::npos) ++stand_in;
  std::u32string newer;
  for (char32_t& point : points) {
    if (!is_newer(point)) continue;
    newer += point;
    point = stand_in;
  }
  if (newer.empty()) return std::nullopt;
  const Converted mapped = convert_by(&uidna_nameToUnicodeUTF8, utf8_text(points));
  // Their writing direction is unknown, so the Bidi Rule cannot be applied.
  if ((mapped.errors & ~uint32_t{UIDNA_ERROR_BIDI}) != 0) return std::nullopt;
  std::u32string label = code_points(mapped.text);
  size_t next = 0;
  for (char32_t& point : label) {
    if (point != stand_in) continue;
    if (next == newer.size()) return std::nullopt;
    point = newer[next++];
  }
  if (next != newer.size()) return std::nullopt;
  const std::optional<std::string> encoded = punycode_of(label);
  if (!encoded) return std::nullopt;
  std::string a_label = std::string(kAlabelPrefix) + *encoded;
  return a_label.size() <= limits::kLabelOctetsMax ? std::optional(a_label) : std::nullopt;
}

std::string with_small_sharp_s(std::string_view label) {
  std::u32string points = code_points(label);
  for (char32_t& point : points) {
    if (point == kCapitalSharpS) point = kSharpS;
  }
  return utf8_text(points);
}

// None if UTS #46 refuses it.
std::optional<std::string> a_labels_of(std::string_view label) {
  const std::string prepared = with_small_sharp_s(label);
  Converted converted = convert_by(&uidna_nameToASCII_UTF8, prepared);
  if (converted.errors == 0) return std::move(converted.text);
  if ((converted.errors & UIDNA_ERROR_DISALLOWED) == 0) return std::nullopt;
  return convert_newer(code_points(prepared));
}

std::optional<std::string> u_label_of(std::string_view a_label) {
  const auto points = from_punycode(a_label.substr(kAlabelPrefix.size()));
  if (!points) return std::nullopt;
  return utf8_text(*points);
}

// `u_label`: a label that UTS #46 allows. A code point that libidn2's tables do not know is
// accepted.
bool is_refused_by_idna2008(const std::string& u_label) {
  uint8_t* raw = nullptr;
  const int code = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(u_label.c_str()), &raw,
                                  IDN2_NO_TR46 | IDN2_NFC_INPUT);
  idn2_free(raw);
  if (code == IDN2_MALLOC) fail();
  return code != IDN2_OK && code != IDN2_UNASSIGNED;
}

LintSet lints_of(std::string_view a_labels) {
  while (true) {
    const size_t dot = a_labels.find('.');
    const std::string_view label = a_labels.substr(0, dot);
    const auto u_label = has_alabel_prefix(label) ? u_label_of(label) : std::nullopt;
    if (u_label && is_refused_by_idna2008(*u_label)) return {Lint::kIdna2008};
    if (dot == std::string_view::npos) return {};
    a_labels.remove_prefix(dot + 1);
  }
}

void append_ascii_label(std::string_view label, IdnaAnswer& answer) {
  const std::string folded = ascii_lower_copy(label);
  answer.ascii += folded;
  if (!has_alabel_prefix(folded)) return;
  const std::optional<std::string> u_label = u_label_of(folded);
  if (u_label && a_labels_of(*u_label) == folded) {
    answer.lints.add(lints_of(folded));
  } else {
    answer.lints.add(Lint::kBadAlabel);
  }
}

void append_label(std::string_view label, IdnaAnswer& answer) {
  if (is_ascii(label)) {
    append_ascii_label(label, answer);
    return;
  }
  for (char c : label) answer.has_non_ldh |= is_ascii(c) && ldh_lower(c) == 0;
  const auto converted = a_labels_of(label);
  answer.is_refused |= !converted;
  if (!converted) return;
  answer.ascii += *converted;
  answer.lints.add(lints_of(*converted));
  for (char c : *converted) answer.label_count += c == '.' ? 1 : 0;
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

// The first code point that UTS #46 refuses in any position; 0 if there is none.
char32_t first_disallowed(std::string_view label) {
  for (char32_t point : code_points(label)) {
    std::string alone;
    append_utf8(point, alone);
    const bool is_refused =
        (convert_by(&uidna_nameToASCII_UTF8, alone).errors & UIDNA_ERROR_DISALLOWED) != 0;
    if (is_refused && !is_newer(point)) return point;
  }
  return 0;
}

}  // namespace

bool has_alabel_prefix(std::string_view label) {
  return label.size() >= kAlabelPrefix.size() &&
         equal_fold(label.substr(0, kAlabelPrefix.size()), kAlabelPrefix);
}

size_t dot_at_front(std::string_view text) {
  if (text.starts_with('.')) return 1;
  for (std::string_view dot : {"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"}) {
    if (text.starts_with(dot)) return dot.size();
  }
  return 0;
}

std::string idna_fault_of(std::string_view label) {
  if (is_ascii(label) || a_labels_of(label)) return {};
  const uint32_t errors = convert_by(&uidna_nameToASCII_UTF8, with_small_sharp_s(label)).errors;
  if ((errors & UIDNA_ERROR_DISALLOWED) != 0) {
    const char32_t point = first_disallowed(label);
    if (point != 0) return code_point_name(point) + " is not allowed in a domain (UTS #46)";
  }
  if ((errors & UIDNA_ERROR_LEADING_COMBINING_MARK) != 0) {
    return code_point_name(first_code_point(label).value) +
           ", a combining mark, may not begin a label (UTS #46)";
  }
  if ((errors & UIDNA_ERROR_LEADING_HYPHEN) != 0) return "it begins with a hyphen (UTS #46)";
  if ((errors & UIDNA_ERROR_TRAILING_HYPHEN) != 0) return "it ends with a hyphen (UTS #46)";
  if ((errors & UIDNA_ERROR_LABEL_TOO_LONG) != 0) {
    return "it has more than 63 octets as an xn-- label (RFC 1035 §2.3.4)";
  }
  if ((errors & (UIDNA_ERROR_PUNYCODE | UIDNA_ERROR_INVALID_ACE_LABEL)) != 0) {
    return "it begins with xn--, and what follows is not Punycode (RFC 3492)";
  }
  if ((errors & UIDNA_ERROR_EMPTY_LABEL) != 0) {
    return "nothing is left of it without the characters that are ignored (UTS #46)";
  }
  if ((errors & UIDNA_ERROR_BIDI) != 0) {
    return "it mixes directions of writing in a way that the Bidi Rule forbids (RFC 5893 §2)";
  }
  // Beside a code point that is too new, ICU does not check the joiner.
  const bool has_joiner = label.find("\u200C") != std::string_view::npos ||
                          label.find("\u200D") != std::string_view::npos;
  if ((errors & UIDNA_ERROR_CONTEXTJ) != 0 || has_joiner) {
    return "a zero-width joiner (U+200C, U+200D) is not allowed there (RFC 5892 Appendix A)";
  }
  return "it has no xn-- form (UTS #46)";
}

std::vector<std::string> idna_versions() {
  UVersionInfo version;
  u_getVersion(version);
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return {std::string("ICU ") + text, std::string("libidn2 ") + idn2_check_version(nullptr)};
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
