// A domain name in canonical wire form: length-prefixed labels, ASCII letters in lower case, the
// root's zero at the end (RFC 1035 §3.1). One spelling for tables, queries and comparisons.
//
// Threads: plain value. Ownership: DomainName owns its bytes; a NameView borrows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/limits.h"

namespace mxbulk {

// A borrowed name in canonical wire form. A comment at each use says who owns it.
using NameView = std::string_view;

class DomainName {
 public:
  DomainName() : size_(1) { bytes_[0] = 0; }  // the root

  // `text` is absolute, with or without its trailing dot; no escapes. None for empty labels, labels
  // over 63 octets and names over 255 octets on the wire. Letters become lower case.
  static std::optional<DomainName> from_text(std::string_view text);
  // Requires: `wire` is canonical.
  static DomainName from_view(NameView wire);

  [[nodiscard]] NameView view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), size_};
  }
  [[nodiscard]] std::string text() const;

 private:
  std::array<uint8_t, limits::kNameWireOctetsMax> bytes_;
  uint8_t size_;
};

// Text without the trailing dot; the root is ".". Octets outside letters, digits, hyphen and
// underscore become \DDD (RFC 1035 §5.1), so that a terminal or a CSV cell is safe.
[[nodiscard]] std::string to_text(NameView wire);
// The same into `text`, which keeps its memory.
void write_text(NameView wire, std::string& text);

// Order of the text forms, octet by octet: what people expect of a sorted list of names.
[[nodiscard]] bool text_less(NameView a, NameView b);

[[nodiscard]] inline bool is_root(NameView wire) {
  return wire.size() == 1;
}
// True if `wire` is `ancestor` or a name under it.
[[nodiscard]] bool is_under(NameView wire, NameView ancestor);

// `localhost`, `invalid`, `onion`, `local`, `internal`, `alt`, `home.arpa` and names under them:
// RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476; never sent to a resolver.
[[nodiscard]] bool is_special_use(NameView wire);
[[nodiscard]] bool is_localhost(NameView wire);

}  // namespace mxbulk
