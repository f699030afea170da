#include "input/punycode.h"

#include <algorithm>
#include <cstdint>
#include <limits>

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

// kBase if it is no digit.
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

// Takes one number from the front; none if the text ends in it, or it overflows.
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

}  // namespace mxbulk::input
