#include "enrich/enrich.h"

#include <libpsl.h>

#include <algorithm>

#include "base/limits.h"
#include "enrich/edit_distance.h"
#include "enrich/role_names.h"
#include "enrich/word_lists.h"
#include "model/domain_name.h"

namespace mxbulk::enrich {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(ascii_lower(static_cast<uint8_t>(c)));
  return out;
}

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

}  // namespace

struct Enricher::Lists {
  WordMap providers = load_providers();
  RoleNames role_names;
  FreeDomains free_domains = load_free_domains();
  WordSet disposable_domains = load_disposable_domains();
  WordMap typo_traps = load_typo_traps();

  [[nodiscard]] bool is_free(std::string_view domain) const {
    return free_domains.all.contains(domain);
  }
  // Throw-away services answer for any name under theirs.
  [[nodiscard]] bool is_disposable(std::string_view domain) const {
    for (; !domain.empty(); domain = parent_of(domain)) {
      if (disposable_domains.contains(domain)) return true;
    }
    return false;
  }
  [[nodiscard]] std::string_view suggestion_for(std::string_view domain, Action action) const;
};

std::string_view Enricher::Lists::suggestion_for(std::string_view domain, Action action) const {
  if (const auto trap = typo_traps.find(domain); trap != typo_traps.end()) return trap->second;
  if (action == Action::kSend || is_free(domain) || is_disposable(domain)) return {};
  const auto& candidates = free_domains.biggest;
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](std::string_view big) {
    return is_one_typo_apart(domain, big);
  });
  return found == candidates.end() ? std::string_view() : *found;
}

Enricher::Enricher() : lists_(std::make_unique<Lists>()) {}
Enricher::~Enricher() = default;

std::string_view Enricher::provider_of(std::string_view exchange) const {
  const std::string name = lower(exchange);
  // Longest first: `mail.icloud.com` before `icloud.com`.
  for (std::string_view suffix = name; !suffix.empty(); suffix = parent_of(suffix)) {
    const auto found = lists_->providers.find(suffix);
    if (found != lists_->providers.end()) return found->second;
  }
  return {};
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
  report.is_free = lists_->is_free(report.domain);
  report.is_disposable = lists_->is_disposable(report.domain);
  report.suggestion.clear();
  // A domain of a provider of ours is no typo, whatever its DNS says today.
  const bool is_provider = !provider_of(report.domain).empty();
  const bool is_trap = lists_->typo_traps.contains(report.domain);
  if (is_provider && !is_trap) return;
  report.suggestion = lists_->suggestion_for(report.domain, action_of(report.reason, report.lints));
}

}  // namespace mxbulk::enrich
