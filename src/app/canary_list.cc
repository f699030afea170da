#include "app/canary_list.h"

#include "base/limits.h"
#include "input/address_parser.h"

namespace mxbulk::app {

Result<DomainName> parse_canary(std::string_view word) {
  input::AddressParser parser;
  const input::ParsedAddress parsed = parser.parse_domain(word);
  if (parsed.invalid || is_special_use(parsed.domain)) {
    return Status::usage("\"" + std::string(word) +
                         "\" is no domain that can have MX; name one that takes mail, best your "
                         "own");
  }
  return DomainName::from_view(parsed.domain);
}

Result<std::vector<DomainName>> canary_list(const std::vector<std::string>& words) {
  std::vector<DomainName> names;
  for (const std::string& word : words) {
    Result<DomainName> name = parse_canary(word);
    if (!name.ok()) return Status::usage("--canary: " + name.status().message());
    names.push_back(name.value());
  }
  if (names.size() > limits::kCanariesGivenMax) {
    return Status::usage("--canary: at most " + std::to_string(limits::kCanariesGivenMax) +
                         " of them");
  }
  return names;
}

}  // namespace mxbulk::app
