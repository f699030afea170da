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
  struct Parts {
    std::string_view local_part;  // into the cell
    NameView domain;              // canonical; empty where the cell has to be judged
  };

  Parts parse(std::string_view cell);
  // Two or more labels of letters, digits and hyphens, no `xn--`, no special case; else empty.
  NameView parse_domain(std::string_view text);

 private:
  // The name that stands in the text from octet `begin` on.
  NameView domain(const AddressMasks& masks, size_t begin, size_t size);

  // The text in lower case from the second octet on, so that before each label, the first one too,
  // there is room for its length: the wire form arises where the name stands.
  std::array<char, 1 + kMaskedOctetsMax + 1> text_{};
};

}  // namespace mxbulk::input
