#include "model/domain_name.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace mxbulk {
namespace {

using namespace std::string_view_literals;

constexpr NameView kLocalhost = "\x09localhost\0"sv;
constexpr std::array<NameView, 7> kSpecialUse = {
    kLocalhost,
    "\x07invalid\0"sv,
    "\x05onion\0"sv,
    "\x05local\0"sv,
    "\x08internal\0"sv,
    "\x03"
    "alt\0"sv,
    "\x04home\x04"
    "arpa\0"sv,
};

constexpr std::array<bool, 256> plain_octets() {
  std::array<bool, 256> plain{};
  for (const char c : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"sv) {
    plain[static_cast<uint8_t>(c)] = true;
  }
  return plain;
}

bool is_plain(char c) {
  static constexpr std::array<bool, 256> kPlain = plain_octets();
  return kPlain[static_cast<uint8_t>(c)];
}

void append_escaped(std::string& text, char c) {
  if (is_plain(c)) {
    text.push_back(c);
    return;
  }
  const auto octet = static_cast<uint8_t>(c);
  text.push_back('\\');
  text.push_back(static_cast<char>('0' + octet / 100));
  text.push_back(static_cast<char>('0' + octet / 10 % 10));
  text.push_back(static_cast<char>('0' + octet % 10));
}

uint8_t length_at(std::string_view name, size_t at) {
  return static_cast<uint8_t>(name[at]);
}

bool is_plain_name(NameView wire) {
  for (size_t at = 0; wire[at] != 0; at += 1U + length_at(wire, at)) {
    const NameView label = wire.substr(at + 1, length_at(wire, at));
    if (!std::all_of(label.begin(), label.end(), is_plain)) return false;
  }
  return true;
}

// The wire form without its first and last octet, and with a dot for each length in between.
// Requires: not the root.
void write_plain(NameView wire, std::string& text) {
  text.assign(wire, 1, wire.size() - 2);
  for (size_t at = length_at(wire, 0); at < text.size();) {
    const uint8_t length = length_at(text, at);
    text[at] = '.';
    at += 1U + length;
  }
}

void write_escaped(NameView wire, std::string& text) {
  text.clear();
  for (size_t at = 0; wire[at] != 0; at += 1U + length_at(wire, at)) {
    if (at != 0) text += '.';
    for (const char c : wire.substr(at + 1, length_at(wire, at))) append_escaped(text, c);
  }
}

}  // namespace

std::optional<DomainName> DomainName::from_text(std::string_view text) {
  DomainName name;
  if (text == ".") return name;
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  size_t size = 0;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > limits::kLabelOctetsMax) return std::nullopt;
    if (size + 1 + label.size() + 1 > limits::kNameWireOctetsMax) return std::nullopt;
    name.bytes_[size++] = static_cast<uint8_t>(label.size());
    for (char c : label) name.bytes_[size++] = static_cast<uint8_t>(ascii_lower(c));
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  name.bytes_[size++] = 0;
  name.size_ = static_cast<uint8_t>(size);
  return name;
}

DomainName DomainName::from_view(NameView wire) {
  assert(!wire.empty() && wire.size() <= limits::kNameWireOctetsMax && wire.back() == '\0');
  DomainName name;
  std::memcpy(name.bytes_.data(), wire.data(), wire.size());
  name.size_ = static_cast<uint8_t>(wire.size());
  return name;
}

std::string DomainName::text() const {
  return to_text(view());
}

std::string to_text(NameView wire) {
  std::string text;
  write_text(wire, text);
  return text;
}

void write_text(NameView wire, std::string& text) {
  if (is_root(wire)) {
    text = ".";
  } else if (is_plain_name(wire)) {
    write_plain(wire, text);
  } else {
    write_escaped(wire, text);
  }
}

bool text_less(NameView a, NameView b) {
  size_t at = 0;  // the start of a label in both: all before it is equal
  while (true) {
    const auto length_a = static_cast<uint8_t>(a[at]);
    const auto length_b = static_cast<uint8_t>(b[at]);
    if (length_a == 0 || length_b == 0) return length_a < length_b;
    const NameView label_a = a.substr(at + 1, length_a);
    const NameView label_b = b.substr(at + 1, length_b);
    if (label_a == label_b) {
      at += 1U + length_a;
      continue;
    }
    const size_t common = std::min(length_a, length_b);
    const int order = label_a.substr(0, common).compare(label_b.substr(0, common));
    if (order != 0) return order < 0;
    // The shorter label is followed by a dot or by the end of the name.
    const bool a_is_shorter = length_a < length_b;
    const NameView shorter = a_is_shorter ? a : b;
    const auto next = static_cast<uint8_t>((a_is_shorter ? label_b : label_a)[common]);
    const bool ends = shorter[at + 1 + common] == 0;
    const bool shorter_first = ends || next > '.';
    return shorter_first == a_is_shorter;
  }
}

bool is_under(NameView wire, NameView ancestor) {
  size_t at = 0;
  while (wire.size() - at > ancestor.size()) at += 1U + static_cast<uint8_t>(wire[at]);
  return wire.substr(at) == ancestor;
}

bool is_special_use(NameView wire) {
  for (NameView ancestor : kSpecialUse) {
    if (is_under(wire, ancestor)) return true;
  }
  return false;
}

bool is_localhost(NameView wire) {
  return is_under(wire, kLocalhost);
}

}  // namespace mxbulk
