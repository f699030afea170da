#include "input/code_points.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "model/utf8.h"

namespace mxbulk::input {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

bool is_among(char32_t value, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [value](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

// PropList.txt, White_Space.
constexpr std::array<Range, 10> kBlanks = {{{0x09, 0x0D},
                                            {0x20, 0x20},
                                            {0x85, 0x85},
                                            {0xA0, 0xA0},
                                            {0x1680, 0x1680},
                                            {0x2000, 0x200A},
                                            {0x2028, 0x2029},
                                            {0x202F, 0x202F},
                                            {0x205F, 0x205F},
                                            {0x3000, 0x3000}}};

// DerivedCoreProperties.txt, Default_Ignorable_Code_Point, but the shaping ones; and characters
// that are drawn as nothing without that property: the blank Braille pattern (U+2800), interlinear
// annotation marks and the object replacement character (U+FFF9 to U+FFFC).
constexpr std::array<Range, 16> kInvisible = {{{0xAD, 0xAD},
                                               {0x61C, 0x61C},
                                               {0x115F, 0x1160},
                                               {0x17B4, 0x17B5},
                                               {0x180E, 0x180E},
                                               {0x200B, 0x200B},
                                               {0x200E, 0x200F},
                                               {0x202A, 0x202E},
                                               {0x2060, 0x206F},
                                               {0x2800, 0x2800},
                                               {0x3164, 0x3164},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFA0, 0xFFA0},
                                               {0xFFF0, 0xFFFC},
                                               {0x1BCA0, 0x1BCA3},
                                               {0x1D173, 0x1D17A}}};

constexpr std::array<Range, 6> kShaping = {{{0x34F, 0x34F},
                                            {0x180B, 0x180F},
                                            {0x200C, 0x200D},
                                            {0xFE00, 0xFE0F},
                                            {0xE0020, 0xE007F},
                                            {0xE0100, 0xE01EF}}};

// General categories Pi and Pf, and the quotation marks among Ps, Pe, Po and Sk.
constexpr std::array<Range, 19> kQuotes = {{{0xAB, 0xAB},
                                            {0xB4, 0xB4},
                                            {0xBB, 0xBB},
                                            {0x2018, 0x201F},
                                            {0x2032, 0x2037},
                                            {0x2039, 0x203A},
                                            {0x275B, 0x2760},
                                            {0x276E, 0x276F},
                                            {0x27E8, 0x27EB},
                                            {0x2E42, 0x2E42},
                                            {0x3008, 0x300F},
                                            {0x301D, 0x301F},
                                            {0xFE41, 0xFE44},
                                            {0xFF02, 0xFF02},
                                            {0xFF07, 0xFF07},
                                            {0xFF1C, 0xFF1C},
                                            {0xFF1E, 0xFF1E},
                                            {0xFF40, 0xFF40},
                                            {0xFF62, 0xFF63}}};

constexpr std::array<Range, 13> kEndMarks = {{{0x37E, 0x37E},    // Greek question mark
                                              {0x60C, 0x60C},    // Arabic comma
                                              {0x61B, 0x61B},    // Arabic semicolon
                                              {0x6D4, 0x6D4},    // Arabic full stop
                                              {0x3001, 0x3002},  // ideographic comma, full stop
                                              {0xFE10, 0xFE14},  // vertical forms
                                              {0xFE50, 0xFE52},  // small forms
                                              {0xFE54, 0xFE55},
                                              {0xFF0C, 0xFF0C},  // full-width forms
                                              {0xFF0E, 0xFF0E},
                                              {0xFF1A, 0xFF1B},
                                              {0xFF61, 0xFF61},
                                              {0xFF64, 0xFF64}}};

constexpr std::array<Range, 17> kWideSeparators = {{{0xA6, 0xA6},  // broken bar
                                                    {0xB7, 0xB7},  // middle dot
                                                    {0x2012, 0x2016},
                                                    {0x2022, 0x2022},  // bullet
                                                    {0x2027, 0x2027},
                                                    {0x2190, 0x2194},  // arrows
                                                    {0x21D2, 0x21D2},
                                                    {0x30FB, 0x30FB},
                                                    {0xFF06, 0xFF06},  // full-width & ( ) / …
                                                    {0xFF08, 0xFF09},
                                                    {0xFF0F, 0xFF0F},
                                                    {0xFF3B, 0xFF3D},
                                                    {0xFF5B, 0xFF5D},
                                                    {0xFF65, 0xFF65},
                                                    {0xFFE4, 0xFFE4},
                                                    {0x2758, 0x275A},
                                                    {0x25CF, 0x25CF}}};

// Requires: a well-formed sequence of `octets` octets.
char32_t decode(std::string_view text, size_t octets) {
  const auto octet = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (octets == 1) return octet(0);
  char32_t value = octet(0) & (0xFFU >> (octets + 1));
  for (size_t i = 1; i < octets; ++i) value = value << 6 | (octet(i) & 0x3FU);
  return value;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const size_t octets = utf8_sequence(text);
  return octets == 0 ? CodePoint{} : CodePoint{decode(text, octets), octets};
}

CodePoint last_code_point(std::string_view text) {
  constexpr size_t kOctetsMax = 4;
  for (size_t octets = 1; octets <= std::min(kOctetsMax, text.size()); ++octets) {
    const std::string_view tail = text.substr(text.size() - octets);
    const bool is_continuation = (static_cast<uint8_t>(tail[0]) & 0xC0U) == 0x80U;
    if (is_continuation) continue;
    return utf8_sequence(tail) == octets ? CodePoint{decode(tail, octets), octets} : CodePoint{};
  }
  return {};
}

std::string code_point_name(char32_t value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string digits;
  for (; value != 0 || digits.size() < 4; value >>= 4) digits += kHex[value & 0xFU];
  return "U+" + std::string(digits.rbegin(), digits.rend());
}

bool is_blank(char32_t value) {
  return is_among(value, kBlanks);
}

bool is_shaping(char32_t value) {
  return value != 0x180E && is_among(value, kShaping);
}

bool is_invisible(char32_t value) {
  if (value < kInvisible[0].first) return false;
  return is_among(value, kInvisible) || (value >= 0xE0000 && value <= 0xE0FFF) || is_shaping(value);
}

bool is_typographic_quote(char32_t value) {
  return is_among(value, kQuotes);
}

bool is_end_mark(char32_t value) {
  if (value < 0x80) return value == ',' || value == ';' || value == '.' || value == ':';
  return is_among(value, kEndMarks);
}

bool is_at_sign(char32_t value) {
  return value == '@' || value == 0xFF20 || value == 0xFE6B;
}

bool is_wide_separator(char32_t value) {
  constexpr std::array<Range, 3> kStops = {{{0x3002, 0x3002}, {0xFF0E, 0xFF0E}, {0xFF61, 0xFF61}}};
  if (value < 0x80 || is_among(value, kStops)) return false;
  return is_blank(value) || (is_invisible(value) && !is_shaping(value)) ||
         is_typographic_quote(value) || is_end_mark(value) || is_among(value, kWideSeparators);
}

}  // namespace mxbulk::input
