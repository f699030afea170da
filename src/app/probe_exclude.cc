#include "app/probe_exclude.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "app/list_file.h"
#include "base/ascii.h"
#include "input/address_parser.h"
#include "model/domain_name.h"
#include "model/ip_net.h"
#include "route/address_policy.h"

namespace mxbulk::app {
namespace {

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

// Hosts may bear underscores, and a whole top-level domain may be meant: so not every name here
// could stand in an address. An all-digit last label would be a mistyped IP address.
std::optional<DomainName> name_of(std::string_view entry, input::AddressParser& parser) {
  if (!is_ascii(entry)) {
    const input::ParsedAddress parsed = parser.parse_domain(entry);
    if (parsed.invalid) return std::nullopt;
    return DomainName::from_view(parsed.domain);
  }
  std::string_view text = entry;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::optional<DomainName> name = DomainName::from_text(text);
  if (!name || !route::is_host_name(name->view())) return std::nullopt;
  const size_t dot = text.rfind('.');
  if (is_digits(text.substr(dot == std::string_view::npos ? 0 : dot + 1))) return std::nullopt;
  return name;
}

Status bad_entry(const std::string& path, size_t number, std::string_view entry) {
  return Status::usage("--probe-exclude: " + path + ":" + std::to_string(number) + ": \"" +
                       std::string(entry) +
                       "\" is no entry; write an IP address, a net as 192.0.2.0/24, or the name of "
                       "a host or domain (all under it is meant too)");
}

}  // namespace

Result<probing::ProbeExclusions> read_probe_exclusions(const std::string& path) {
  std::ifstream file(path);
  std::error_code unused;
  if (!file || std::filesystem::is_directory(path, unused)) {
    return Status::usage("--probe-exclude: cannot read " + path + "; check the path");
  }
  probing::ProbeExclusions exclusions;
  input::AddressParser parser;
  Status status = for_each_entry(file, [&](size_t number, std::string_view entry) -> Status {
    entry = entry.substr(0, entry.find('#'));  // no name has one
    if (const auto net = IpNet::from_text(entry)) {
      exclusions.add(*net);
    } else if (const auto name = name_of(entry, parser)) {
      exclusions.add(name->view());
    } else {
      return bad_entry(path, number, entry);
    }
    return {};
  });
  if (!status.ok()) return status;
  // Who asked to be left out must not be dialled because a disk failed.
  if (file.bad()) return Status::usage("--probe-exclude: cannot read all of " + path);
  return exclusions;
}

}  // namespace mxbulk::app
