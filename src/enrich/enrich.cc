#include "enrich/enrich.h"

#include <libpsl.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/limits.h"
#include "enrich/edit_distance.h"
#include "enrich/role_names.h"
#include "enrich/word_lists.h"
#include "model/domain_name.h"

namespace mxbulk::enrich {
namespace {

// `a.b.c` -> `b.c` -> `c` -> empty.
std::string_view parent_of(std::string_view domain) {
  const size_t dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

// The domain that somebody registered (`a.b.example.co.uk` -> `example.co.uk`); the host itself
// where the public suffix list knows none.
std::string_view registrable_domain(const std::string& host) {
  const psl_ctx_t* list = psl_builtin();
  const char* found = list == nullptr ? nullptr : psl_registrable_domain(list, host.c_str());
  return found == nullptr ? std::string_view(host) : std::string_view(found);
}

bool is_long_list(const std::vector<std::string>& exchanges) {
  if (exchanges.size() <= limits::kLongListExchanges) return false;
  const std::string_view first = registrable_domain(exchanges.front());
  return std::any_of(exchanges.begin() + 1, exchanges.end(), [&](const std::string& exchange) {
    return registrable_domain(exchange) != first;
  });
}

// What the lists say of one name.
struct NameFacts {
  std::string_view provider;
  std::string_view meant;  // of a typo that is met so often that it is listed
  bool is_free = false;
  bool is_disposable = false;
};

// What they say of a domain, those above it included.
struct DomainFacts {
  NameFacts own;
  std::string_view provider;   // of the longest suffix: `mail.icloud.com` before `icloud.com`
  bool is_disposable = false;  // throw-away services answer for any name under theirs
};

}  // namespace

struct Enricher::Lists {
  Lists();

  // Requires: `domain` in lower case.
  [[nodiscard]] DomainFacts facts_of(std::string_view domain) const;
  // The big one that `domain` is a typo of; empty where none.
  [[nodiscard]] std::string_view near_big_one(std::string_view domain) const;

  RoleNames role_names;
  std::unordered_map<std::string_view, NameFacts, TextHash, std::equal_to<>> names;
  std::vector<std::string_view> big_ones;
};

Enricher::Lists::Lists() {
  const FreeDomains free = load_free_domains();
  big_ones = free.biggest;
  for (const std::string_view name : free.all) names[name].is_free = true;
  for (const std::string_view name : load_disposable_domains()) names[name].is_disposable = true;
  for (const auto& [name, provider] : load_providers()) names[name].provider = provider;
  for (const auto& [name, meant] : load_typo_traps()) names[name].meant = meant;
}

DomainFacts Enricher::Lists::facts_of(std::string_view domain) const {
  DomainFacts facts;
  for (std::string_view suffix = domain; !suffix.empty(); suffix = parent_of(suffix)) {
    const auto found = names.find(suffix);
    if (found == names.end()) continue;
    const NameFacts& name = found->second;
    if (suffix.size() == domain.size()) facts.own = name;
    if (facts.provider.empty()) facts.provider = name.provider;
    facts.is_disposable |= name.is_disposable;
  }
  return facts;
}

std::string_view Enricher::Lists::near_big_one(std::string_view domain) const {
  const auto found = std::find_if(big_ones.begin(), big_ones.end(), [&](std::string_view big) {
    return is_one_typo_apart(domain, big);
  });
  return found == big_ones.end() ? std::string_view() : *found;
}

Enricher::Enricher() : lists_(std::make_unique<Lists>()) {}
Enricher::~Enricher() = default;

std::string_view Enricher::provider_of(std::string_view exchange) const {
  std::array<char, limits::kDomainOctetsMax> name{};
  if (exchange.size() > name.size()) return {};
  std::transform(exchange.begin(), exchange.end(), name.begin(),
                 [](char c) { return static_cast<char>(ascii_lower(static_cast<uint8_t>(c))); });
  return lists_->facts_of({name.data(), exchange.size()}).provider;
}

std::string_view Enricher::organisation_of(const std::string& exchange) const {
  const std::string_view provider = lists_->facts_of(exchange).provider;
  return provider.empty() ? registrable_domain(exchange) : provider;
}

bool Enricher::is_role(std::string_view local_part) const {
  return lists_->role_names.contains(local_part);
}

void Enricher::describe_exchanges(DomainReport& report) const {
  if (is_long_list(report.mx_hosts)) report.lints.add(Lint::kMxLongList);
  report.provider.clear();
  if (!report.mx_host.empty()) {
    report.provider = provider_of(report.mx_host);
  } else if (!report.mx_hosts.empty()) {
    report.provider = provider_of(report.mx_hosts.front());
  }
}

void Enricher::describe_domain(DomainReport& report) const {
  const DomainFacts facts = lists_->facts_of(report.domain);
  report.is_free = facts.own.is_free;
  report.is_disposable = facts.is_disposable;
  report.suggestion = facts.own.meant;
  if (!report.suggestion.empty()) return;
  // A domain that some list knows is no typo, whatever its DNS says today.
  const bool is_known = !facts.provider.empty() || facts.own.is_free || facts.is_disposable;
  const bool is_fine = action_of(report.reason, report.lints) == Action::kSend;
  if (!is_known && !is_fine) report.suggestion = lists_->near_big_one(report.domain);
}

}  // namespace mxbulk::enrich
