#include "app/probe_exclude.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "input/address_parser.h"
#include "model/domain_name.h"
#include "model/ip_net.h"
#include "route/vetting.h"

namespace mxbulk::app {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view entry_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Hosts may bear underscores, and a whole top-level domain may be meant: so not every name here
// could stand in an address. An all-digit last label would be a mistyped IP address.
std::optional<DomainName> name_of(std::string_view entry, input::AddressParser& parser) {
  const bool is_ascii = std::all_of(entry.begin(), entry.end(),
                                    [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  if (!is_ascii) {
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
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    if (number == 1 && line.starts_with(kBom)) line.erase(0, kBom.size());
    const std::string_view entry = entry_of(line);
    if (entry.empty()) continue;
    if (const auto net = IpNet::from_text(entry)) {
      exclusions.add(*net);
    } else if (const auto name = name_of(entry, parser)) {
      exclusions.add(name->view());
    } else {
      return bad_entry(path, number, entry);
    }
  }
  // Who asked to be left out must not be dialled because a disk failed.
  if (file.bad()) return Status::usage("--probe-exclude: cannot read all of " + path);
  return exclusions;
}

}  // namespace mxbulk::app
