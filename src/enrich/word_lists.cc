#include "enrich/word_lists.h"

namespace mxbulk::enrich {
namespace {

constexpr char kProviders[] =
#include "data/providers.txt.inc"
    ;
constexpr char kRoleNames[] =
#include "data/role_names.txt.inc"
    ;
constexpr char kFreeDomains[] =
#include "data/free_domains.txt.inc"
    ;
constexpr char kDisposableDomains[] =
#include "data/disposable_domains.txt.inc"
    ;
constexpr char kMoreDisposableDomains[] =
#include "data/more_disposable_domains.txt.inc"
    ;
constexpr char kDisposableExchanges[] =
#include "data/disposable_exchanges.txt.inc"
    ;
constexpr char kRelayDomains[] =
#include "data/relay_domains.txt.inc"
    ;
constexpr char kTypoTraps[] =
#include "data/typo_traps.txt.inc"
    ;

WordSet words_of(std::string_view text) {
  const auto lines = lines_of(text);
  return {lines.begin(), lines.end()};
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

WordMap pairs_of(std::string_view text) {
  WordMap pairs;
  for (std::string_view line : lines_of(text)) {
    const size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      pairs.emplace(line.substr(0, space), line.substr(space + 1));
    }
  }
  return pairs;
}

WordMap load_providers() {
  return pairs_of(kProviders);
}
WordSet load_role_names() {
  return words_of(kRoleNames);
}
std::vector<std::string_view> load_disposable_domains() {
  std::vector<std::string_view> names = lines_of(kDisposableDomains);
  const std::vector<std::string_view> more = lines_of(kMoreDisposableDomains);
  names.insert(names.end(), more.begin(), more.end());
  return names;
}
std::vector<std::string_view> load_disposable_exchanges() {
  return lines_of(kDisposableExchanges);
}
std::vector<std::string_view> load_relay_domains() {
  return lines_of(kRelayDomains);
}
WordMap load_typo_traps() {
  return pairs_of(kTypoTraps);
}

FreeDomains load_free_domains() {
  FreeDomains domains;
  for (std::string_view line : lines_of(kFreeDomains)) {
    const bool is_big = line.starts_with('*');
    if (is_big) line.remove_prefix(1);
    if (is_big) domains.biggest.push_back(line);
    domains.all.insert(line);
  }
  return domains;
}

}  // namespace mxbulk::enrich
