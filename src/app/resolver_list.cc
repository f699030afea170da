#include "app/resolver_list.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

namespace mxbulk::app {
namespace {

constexpr size_t kResolversMax = 32;

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

Status bad_resolver(std::string_view word) {
  return Status::usage("--resolver: \"" + std::string(word) +
                       "\" is not an IP address; write 192.0.2.53, 192.0.2.53:5353, "
                       "[2001:db8::53]:53, @FILE or lab");
}

// The `nameserver` lines of resolv.conf(5); a bare address a line is taken too.
Status read_file(const std::string& path, std::vector<Endpoint>& found) {
  std::ifstream file(path);
  if (!file) {
    return Status::usage("--resolver: cannot read " + path + "; name a resolver with -r IP");
  }
  std::string line;
  size_t number = 0;
  while (std::getline(file, line)) {
    ++number;
    std::istringstream words(line.substr(0, line.find_first_of("#;")));
    std::string word;
    std::string address;
    if (!(words >> word)) continue;
    if (word == "nameserver") {
      if (!(words >> address)) continue;
    } else if (word == "search" || word == "domain" || word == "options" || word == "sortlist") {
      continue;
    } else {
      address = word;
    }
    Result<Endpoint> resolver = parse_resolver(address);
    if (!resolver.ok()) {
      return Status::usage(path + ":" + std::to_string(number) + ": \"" + address +
                           "\" is not an IP address");
    }
    found.push_back(resolver.value());
  }
  if (found.empty()) {
    return Status::usage(path + " names no resolver; name one with -r IP");
  }
  return {};
}

}  // namespace

Result<Endpoint> parse_resolver(std::string_view word) {
  Endpoint resolver;
  std::string_view host = word;
  std::string_view port;
  bool has_port = false;
  if (word.starts_with('[')) {
    const size_t close = word.find(']');
    if (close == std::string_view::npos) return bad_resolver(word);
    host = word.substr(1, close - 1);
    const std::string_view rest = word.substr(close + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return bad_resolver(word);
    if (has_port) port = rest.substr(1);
  } else if (const size_t colon = word.find(':');
             colon != std::string_view::npos && word.find(':', colon + 1) == word.npos) {
    host = word.substr(0, colon);
    port = word.substr(colon + 1);
    has_port = true;
  }
  const std::optional<IpAddress> address = IpAddress::from_text(host);
  if (!address) return bad_resolver(word);
  resolver.address = *address;
  if (has_port) {
    const std::optional<uint16_t> number = parse_port(port);
    if (!number) {
      return Status::usage("--resolver: \"" + std::string(word) +
                           "\" has no valid port; ports are 1 to 65535");
    }
    resolver.port = *number;
  }
  return resolver;
}

Result<std::vector<Endpoint>> resolver_list(const std::vector<std::string>& words) {
  std::vector<Endpoint> found;
  if (words.empty()) {
    Status status = read_file("/etc/resolv.conf", found);
    if (!status.ok()) return status;
  }
  for (const std::string& word : words) {
    if (word.starts_with('@')) {
      Status status = read_file(word.substr(1), found);
      if (!status.ok()) return status;
      continue;
    }
    Result<Endpoint> resolver = parse_resolver(word);
    if (!resolver.ok()) return resolver.status();
    found.push_back(resolver.value());
  }
  if (found.size() > kResolversMax) {
    return Status::usage("--resolver: at most " + std::to_string(kResolversMax) + " resolvers");
  }
  return found;
}

bool is_loopback(const IpAddress& address) {
  if (address.is_v4()) return address.octets()[0] == 127;
  return address == *IpAddress::from_text("::1");
}

}  // namespace mxbulk::app
