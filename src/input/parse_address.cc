#include "input/address_explanation.h"
#include "input/address_parser.h"
#include "mxbulk/address.h"

namespace mxbulk {

Address parse_address(std::string_view cell) {
  thread_local input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse(cell);
  Address address;
  address.invalid = parsed.invalid;
  address.lints = parsed.lints;
  if (!parsed.invalid) address.local_part = parsed.local_part;
  if (!parsed.domain.empty()) address.domain = to_text(parsed.domain);
  return address;
}

std::string explain_address(std::string_view cell) {
  return input::explain_address(cell);
}

}  // namespace mxbulk
