#include "app/resolver_list.h"

#include <algorithm>
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
  return Status::usage("\"" + std::string(word) +
                       "\" is no resolver; write IP, IP:PORT, [IPv6]:PORT, @FILE (resolv.conf) "
                       "or lab");
}

Status of_flag(const Status& status) {
  return {status.code(), "--resolver: " + status.message()};
}

// `fe80::1%eth0`: a link-local server by its interface, as routers announce them.
bool is_zoned(std::string_view address) {
  const size_t percent = address.find('%');
  return percent != address.npos && IpAddress::from_text(address.substr(0, percent));
}

// The `nameserver` lines of resolv.conf(5); a bare address a line is taken too. Zoned addresses are
// passed over: the other servers of the file answer the same.
Status read_file(const std::string& path, std::vector<Endpoint>& found) {
  std::ifstream file(path);
  if (!file) {
    return Status::usage("--resolver: cannot read " + path + "; name a resolver with -r IP");
  }
  std::string line;
  size_t number = 0;
  const size_t before = found.size();
  bool has_zoned = false;
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
    if (is_zoned(address)) {
      has_zoned = true;
      continue;
    }
    Result<Endpoint> resolver = parse_resolver(address);
    if (!resolver.ok()) {
      return Status::usage(path + ":" + std::to_string(number) + ": \"" + address +
                           "\" is not an IP address; mend the line or name a resolver with -r IP");
    }
    found.push_back(resolver.value());
  }
  if (found.size() > before) return {};
  const std::string_view what = has_zoned
                                    ? " names only resolvers with a zone (%), which cannot be asked"
                                    : " names no resolver";
  return Status::usage(path + std::string(what) + "; name one with -r IP");
}

}  // namespace

Result<Endpoint> parse_resolver(std::string_view word) {
  const bool is_bracketed = word.starts_with('[');
  std::string_view host = word;
  std::string_view port;  // with its colon
  if (is_bracketed) {
    const size_t close = word.find(']');
    if (close == word.npos) return bad_resolver(word);
    host = word.substr(1, close - 1);
    port = word.substr(close + 1);
  } else if (const size_t colon = word.find(':'); colon == word.rfind(':') && colon != word.npos) {
    host = word.substr(0, colon);
    port = word.substr(colon);
  }
  const std::optional<IpAddress> address = IpAddress::from_text(host);
  if (!address || (is_bracketed && address->is_v4())) return bad_resolver(word);
  Endpoint resolver;
  resolver.address = *address;
  if (port.empty()) return resolver;
  if (!port.starts_with(':')) return bad_resolver(word);
  const std::optional<uint16_t> number = parse_port(port.substr(1));
  if (!number) {
    return Status::usage("\"" + std::string(word) + "\" has no valid port; ports are 1 to 65535");
  }
  resolver.port = *number;
  return resolver;
}

Status check_resolver(std::string_view word) {
  if (word == kLabResolver || (word.starts_with('@') && word.size() > 1)) return {};
  return parse_resolver(word).status();
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
    if (!resolver.ok()) return of_flag(resolver.status());
    found.push_back(resolver.value());
  }
  if (found.size() > kResolversMax) {
    return Status::usage("--resolver: at most " + std::to_string(kResolversMax) + " resolvers");
  }
  return found;
}

bool has_lab(const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), kLabResolver) != words.end();
}

bool is_loopback(const IpAddress& address) {
  if (address.is_v4()) return address.octets()[0] == 127;
  return address == *IpAddress::from_text("::1");
}

}  // namespace mxbulk::app
