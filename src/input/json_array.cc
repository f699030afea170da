#include "input/json_array.h"

#include <array>
#include <cstdint>

namespace mxbulk::input {
namespace {

using OctetSet = std::array<bool, 256>;

constexpr OctetSet set_of(std::string_view octets) {
  OctetSet set{};
  for (const char c : octets) set[static_cast<uint8_t>(c)] = true;
  return set;
}
constexpr OctetSet kEndsInElement = set_of("\"{}[],\r\n");
constexpr OctetSet kEndsInString = set_of("\"\\\r\n");

// The number of octets at the front that are not in `set`.
size_t run_outside(const OctetSet& set, std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !set[static_cast<uint8_t>(text[at])]) ++at;
  return at;
}

// The letter that escapes a line break in a string.
constexpr char escaped(char c) {
  switch (c) {
    case '\r': return 'r';
    case '\n': return 'n';
    default: return c;
  }
}

constexpr bool is_json_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Status JsonArrayLines::push(std::string_view in, bool is_end, std::string& out) {
  while (!in.empty()) {
    const size_t used = take(in, out);
    if (!fault_.empty()) return failure(fault_);
    in.remove_prefix(used);
  }
  if (is_end && place_ != Place::kBefore) return failure("the JSON array is cut off");
  return {};
}

Status JsonArrayLines::failure(std::string_view what) const {
  return Status::input(std::string(what) + " after element " + std::to_string(elements_) +
                       "; get the file again");
}

size_t JsonArrayLines::take(std::string_view in, std::string& out) {
  switch (place_) {
    case Place::kBefore:
    case Place::kBeforeElement:
    case Place::kAfterElement:
      if (is_json_blank(in.front())) return 1;
      return take_outside(in.front());
    case Place::kElement: return take_in_element(in, out);
    case Place::kString: return take_in_string(in, out);
    case Place::kEscape:
      out.push_back(escaped(in.front()));
      place_ = Place::kString;
      return 1;
  }
  return 1;
}

size_t JsonArrayLines::take_outside(char c) {
  switch (place_) {
    case Place::kBefore:
      if (c != '[') fault_ = "other text follows the JSON array";
      place_ = Place::kBeforeElement;
      is_first_ = true;
      return 1;
    case Place::kBeforeElement:
      if (c == ']' && is_first_) {
        place_ = Place::kBefore;
        return 1;
      }
      if (c == ']' || c == ',') fault_ = "an element of the JSON array is missing";
      is_first_ = false;
      depth_ = 0;
      place_ = Place::kElement;
      return 0;
    case Place::kAfterElement:
      if (c == ',') {
        place_ = Place::kBeforeElement;
      } else if (c == ']') {
        place_ = Place::kBefore;
      } else {
        fault_ = "a comma is missing in the JSON array";
      }
      return 1;
    case Place::kElement:
    case Place::kString:
    case Place::kEscape: break;
  }
  return 1;
}

size_t JsonArrayLines::take_in_element(std::string_view in, std::string& out) {
  const size_t plain = run_outside(kEndsInElement, in);
  if (plain > 0) {
    out.append(in.substr(0, plain));
    return plain;
  }
  const char c = in.front();
  const bool ends_scalar = depth_ == 0 && (c == ',' || c == ']' || c == '}');
  if (ends_scalar) {
    end_element(out);
    return 0;
  }
  if (c == '\r' || c == '\n') {
    out.push_back(' ');
    return 1;
  }
  out.push_back(c);
  if (c == '"') place_ = Place::kString;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') {
    if (--depth_ == 0) end_element(out);
  }
  return 1;
}

// A raw line break in a string is not JSON (RFC 8259 §7), but must not make two rows of one.
size_t JsonArrayLines::take_in_string(std::string_view in, std::string& out) {
  const size_t plain = run_outside(kEndsInString, in);
  out.append(in.substr(0, plain));
  if (plain == in.size()) return plain;
  switch (in[plain]) {
    case '\r':
    case '\n':
      out.push_back('\\');
      out.push_back(escaped(in[plain]));
      break;
    case '\\':
      out.push_back('\\');
      place_ = Place::kEscape;
      break;
    default:
      out.push_back('"');
      place_ = Place::kElement;
      break;
  }
  return plain + 1;
}

void JsonArrayLines::end_element(std::string& out) {
  out.push_back('\n');
  ++elements_;
  place_ = Place::kAfterElement;
}

}  // namespace mxbulk::input
