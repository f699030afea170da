// The fast path of address syntax: what nearly every cell of a list is, a Dot-string at an ASCII
// host name, judged from bit masks. It never says that something is bad.
//
// Threads: one PlainAddress a thread. Ownership: names borrow from it until the next call.
#pragma once

#include <array>
#include <string_view>

#include "input/address_masks.h"
#include "model/domain_name.h"

namespace mxbulk::input {

class PlainAddress {
 public:
  // The octets of the local part; 0 where the cell has to be judged.
  size_t parse(std::string_view cell);
  // The same for a bare domain: two or more labels of letters, digits and hyphens, no `xn--`, no
  // special case. False where the text has to be judged.
  bool parse_domain(std::string_view text);
  // Canonical, of the last cell or text that was good.
  [[nodiscard]] NameView domain() const { return {text_.data() + begin_, size_}; }

 private:
  // Takes the name that stands in the text from octet `begin` on.
  bool take_domain(const AddressMasks& masks, size_t begin, size_t size);

  // The text in lower case from the second octet on, so that before each label, the first one too,
  // there is room for its length: the wire form arises where the name stands.
  std::array<char, 1 + kMaskedOctetsMax + 1> text_{};
  size_t begin_ = 0;  // of the domain in it
  size_t size_ = 0;
};

}  // namespace mxbulk::input
