// Any bytes as an address: the address found is part of the cell, and parsing the domain found
// again gives the same domain.
//
//   the whole input   the cell
#include "fuzz/targets.h"
#include "input/address_explanation.h"
#include "input/address_parser.h"

namespace mxbulk::test {
namespace {

std::string run(std::span<const uint8_t> input_bytes) {
  static input::AddressParser parser;
  const std::vector<char> copy(input_bytes.begin(), input_bytes.end());
  const std::string_view cell(copy.data(), copy.size());
  const input::ParsedAddress first = parser.parse(cell);
  const bool is_inside =
      first.local_part.empty() || (first.local_part.data() >= cell.data() &&
                                   first.local_part.data() + first.local_part.size() <= cell.end());
  if (!is_inside) return "the local part stands nowhere";
  const bool is_explained = !input::explain_address(cell).empty();
  if (is_explained != first.invalid.has_value()) return "an explanation too many or too few";
  if (first.invalid) return {};
  const std::string local(first.local_part);
  const std::string domain = to_text(first.domain);
  const input::ParsedAddress again = parser.parse(local + "@" + domain);
  if (again.invalid) return "what was good is bad, written out: " + local + "@" + domain;
  if (to_text(again.domain) != domain) return "another domain, written out: " + domain;
  const input::ParsedAddress alone = parser.parse_domain(domain);
  return alone.invalid || to_text(alone.domain) != domain ? "another domain, alone: " + domain : "";
}

std::vector<std::string> seeds() {
  return {"ada@company.example",
          " <Ada.Lovelace+x@Company.EXAMPLE.> ",
          "mailto:\"a b\"@c.de",
          "j\xC3\xBCrgen@b\xC3\xBC\x63her.example",
          "a@xn--bcher-kva.example",
          "a@[192.0.2.1]",
          "a@\xE2\x80\x8B"
          "b.de\xC2\xA0",
          "a@b@c.de",
          "\"a\\\"b\"@\xE4\xB8\xAD\xE6\x96\x87.example",
          "a@-b.de",
          "=\"jo@x.org\"; 'ann@y.org'",
          "Bob <b@x>; (work) \xE2\x80\x9E\"c d\"@y.org\xE2\x80\x9C,",
          "jo\xEF\xBC\xA0x.org\n\"bob@x.org\" <bob@x.org>",
          "x@i\xE2\x9D\xA4.ws",
          "x@\xCD\xB8.net"};
}

}  // namespace

const FuzzTarget kAddressTarget = {"address", run, seeds};

}  // namespace mxbulk::test
