// The fast path of address syntax. Nearly every cell of a list is a Dot-string at an ASCII host
// name; bit masks recognise it. Anything else is left to the full parser: this never refuses an
// address.
//
// Threads: one PlainAddress per thread. Ownership: names borrow from it until the next call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "input/char_class.h"
#include "model/domain_name.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mxbulk::input {

// The classes of the octets of a short text, as bit masks: bit i for octet i; and the text in lower
// case. One version for SSE2, one for all processors; both give the same result.
inline constexpr size_t kMaskedOctetsMax = 63;  // so that the bit after the text exists too

struct AddressMasks {
  uint64_t words = 0;  // letters, digits and hyphens
  uint64_t digits = 0;
  uint64_t hyphens = 0;
  uint64_t dots = 0;
  uint64_t at_signs = 0;
};

// Requires: text.size() <= kMaskedOctetsMax; as much space at `lowered`.
inline AddressMasks scalar_address_masks(std::string_view text, char* lowered) {
  AddressMasks masks;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    lowered[i] = ascii_lower(c);
    masks.words |= uint64_t{ldh_lower(c) != 0} << i;
    masks.digits |= uint64_t{is_digit(c)} << i;
    masks.hyphens |= uint64_t{c == '-'} << i;
    masks.dots |= uint64_t{c == '.'} << i;
    masks.at_signs |= uint64_t{c == '@'} << i;
  }
  return masks;
}

#if defined(__SSE2__)
// Adds the 16 octets at `octets`, which are at `offset` of the text.
inline void add_sixteen(const char* octets, size_t offset, AddressMasks& masks, char* lowered) {
  const auto bits = [offset](__m128i found) {
    return uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(found))} << offset;
  };
  // Octets from 0x80 on are negative here, so they are below each range.
  const auto between = [](__m128i text, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(text, _mm_set1_epi8(static_cast<char>(first - 1))),
                         _mm_cmplt_epi8(text, _mm_set1_epi8(static_cast<char>(last + 1))));
  };
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(octets));
  const __m128i letters = between(_mm_or_si128(text, case_bit), 'a', 'z');
  const __m128i digits = between(text, '0', '9');
  const __m128i hyphens = _mm_cmpeq_epi8(text, _mm_set1_epi8('-'));
  masks.words |= bits(_mm_or_si128(_mm_or_si128(letters, digits), hyphens));
  masks.digits |= bits(digits);
  masks.hyphens |= bits(hyphens);
  masks.dots |= bits(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
  masks.at_signs |= bits(_mm_cmpeq_epi8(text, _mm_set1_epi8('@')));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(lowered + offset),
                   _mm_or_si128(text, _mm_and_si128(letters, case_bit)));
}

// Requires: text.size() <= kMaskedOctetsMax; space for as much, and for 16 octets, at `lowered`.
inline AddressMasks address_masks(std::string_view text, char* lowered) {
  AddressMasks masks;
  if (text.size() < 16) {
    char padded[16] = {};
    text.copy(padded, text.size());  // unlike memcpy, also from an empty view
    add_sixteen(padded, 0, masks, lowered);
    return masks;
  }
  // The last step may read octets of the one before it again: that sets the same bits.
  const size_t last = text.size() - 16;
  for (size_t i = 0; i < last; i += 16) add_sixteen(text.data() + i, i, masks, lowered);
  add_sixteen(text.data() + last, last, masks, lowered);
  return masks;
}
#else
inline AddressMasks address_masks(std::string_view text, char* lowered) {
  return scalar_address_masks(text, lowered);
}
#endif

class PlainAddress {
 public:
  // The number of octets of the local part; 0 if the full parser must decide.
  size_t parse(std::string_view cell);
  // The same for a bare domain: two or more labels of letters, digits and hyphens, no `xn--`, no
  // special case. False if the full parser must decide.
  bool parse_domain(std::string_view text);
  // The canonical domain of the last cell or text that was recognised.
  [[nodiscard]] NameView domain() const { return {text_.data() + begin_, size_}; }

 private:
  // Takes the name that begins at octet `begin` of the text.
  bool take_domain(const AddressMasks& masks, size_t begin, size_t size);

  // The text in lower case, from the second octet on: before each label, also the first one, is an
  // octet for its length, so the wire form is made in place.
  std::array<char, 1 + kMaskedOctetsMax + 1> text_{};
  size_t begin_ = 0;  // of the domain in it
  size_t size_ = 0;
};

}  // namespace mxbulk::input
