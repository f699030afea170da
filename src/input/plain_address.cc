#include "input/plain_address.h"

#include <bit>

#include "base/limits.h"

namespace mxbulk::input {
namespace {

static_assert(kMaskedOctetsMax <= limits::kLabelOctetsMax && kMaskedOctetsMax < 64,
              "no label and no local part of a short text is too long");

constexpr uint64_t bit(size_t index) {
  return uint64_t{1} << index;
}

size_t lowest(uint64_t bits) {
  return static_cast<size_t>(std::countr_zero(bits));
}

// RFC 5321 §4.1.2: Dot-string. Most octets are letters, digits and dots; others are looked up.
bool is_dot_string(std::string_view local, const AddressMasks& masks) {
  const uint64_t inside = bit(local.size()) - 1;
  const uint64_t dots = masks.dots & inside;
  const uint64_t not_dots_here = dots << 1 | 1 | bit(local.size()) >> 1;
  if ((dots & not_dots_here) != 0) return false;
  for (uint64_t rest = inside & ~(masks.words | dots); rest != 0; rest &= rest - 1) {
    if (!is_atext(local[lowest(rest)])) return false;
  }
  return true;
}

}  // namespace

size_t PlainAddress::parse(std::string_view cell) {
  if (cell.size() > kMaskedOctetsMax) return 0;
  const AddressMasks masks = address_masks(cell, text_.data() + 1);
  if (masks.at_signs == 0) return 0;
  const size_t at = lowest(masks.at_signs);
  if (at == 0 || !is_dot_string(cell.substr(0, at), masks)) return 0;
  return take_domain(masks, at + 1, cell.size()) ? at : 0;
}

bool PlainAddress::parse_domain(std::string_view text) {
  if (text.size() > kMaskedOctetsMax) return false;
  return take_domain(address_masks(text, text_.data() + 1), 0, text.size());
}

bool PlainAddress::take_domain(const AddressMasks& masks, size_t begin, size_t size) {
  const uint64_t inside = (bit(size) - 1) & ~(bit(begin) - 1);
  const uint64_t dots = masks.dots & inside;
  const uint64_t starts = dots << 1 | bit(begin);  // the first octet of each label
  const uint64_t ends = dots | bit(size);          // the octet after each
  const uint64_t odd_octets = inside & ~(masks.words | dots);
  const uint64_t empty_labels = starts & ends;
  const uint64_t outer_hyphens = masks.hyphens & (starts | ends >> 1);              // RFC 1123 §2.1
  const uint64_t maybe_alabels = starts << 2 & masks.hyphens & masks.hyphens >> 1;  // `xn--`
  if ((odd_octets | empty_labels | outer_hyphens | maybe_alabels) != 0 || dots == 0) return false;
  const size_t last_label = 64 - static_cast<size_t>(std::countl_zero(dots));
  if ((inside & ~(bit(last_label) - 1) & ~masks.digits) == 0) return false;

  size_t length = begin;  // in text_: of the label that begins after it
  for (uint64_t rest = ends; rest != 0; rest &= rest - 1) {
    const size_t end = lowest(rest);
    text_[length] = static_cast<char>(end - length);
    length = end + 1;
  }
  text_[length] = '\0';
  begin_ = begin;
  size_ = size - begin + 2;
  return true;
}

}  // namespace mxbulk::input
