#include "enrich/enrich.h"

#include <libpsl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "enrich/domain_lists.h"
#include "enrich/suggestion.h"
#include "enrich/word_lists.h"
#include "model/domain_name.h"

namespace mxbulk::enrich {
namespace {

// The registrable domain (`a.b.example.co.uk` -> `example.co.uk`); the host itself if the public
// suffix list gives none.
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

// The best exchange, or the first if none is usable. Empty if there is none.
std::string_view main_exchange(const DomainReport& report) {
  if (!report.mx_host.empty()) return report.mx_host;
  return report.mx_hosts.empty() ? std::string_view() : std::string_view(report.mx_hosts.front());
}

// A copy of a name in lower case. Empty if the name is longer than any domain.
class LowerCase {
 public:
  explicit LowerCase(std::string_view name) {
    if (name.size() > text_.size()) return;
    size_ = name.size();
    copy_ascii_lower(name, text_.data());
  }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, limits::kDomainOctetsMax> text_{};
  size_t size_ = 0;
};

}  // namespace

struct Enricher::Parts {
  RoleNames role_names;
  DomainLists domains;
};

Enricher::Enricher() : parts_(std::make_unique<Parts>()) {}
Enricher::~Enricher() = default;

void Enricher::add(UserLists lists) {
  parts_->role_names.add(std::move(lists.roles));
  parts_->domains.add(std::move(lists));
}

std::string_view Enricher::provider_of(std::string_view exchange) const {
  return parts_->domains.facts_of(LowerCase(exchange).text()).provider;
}

std::string_view Enricher::organisation_of(const std::string& exchange) const {
  const std::string_view provider = parts_->domains.facts_of(exchange).provider;
  return provider.empty() ? registrable_domain(exchange) : provider;
}

bool Enricher::is_role(std::string_view local_part) const {
  return parts_->role_names.contains(local_part);
}

void Enricher::describe(DomainReport& report) const {
  const DomainLists& lists = parts_->domains;
  if (is_long_list(report.mx_hosts)) report.lints.add(Lint::kMxLongList);
  const DomainFacts exchange = lists.facts_of(LowerCase(main_exchange(report)).text());
  report.provider = exchange.provider;
  const DomainFacts domain = lists.facts_of(report.domain);
  report.is_free = domain.own.is_free;
  report.is_relay = domain.is_relay;
  // An exchange of a disposable service serves only disposable domains.
  report.is_disposable = domain.is_decided ? domain.is_disposable : exchange.is_disposable_exchange;
  report.suggestion.clear();
  // An unknown domain may accept mail: to suggest another one would be a guess.
  if (verdict_of(report.reason) == Verdict::kUnknown) return;
  report.suggestion = domain.own.meant;
  const bool is_fine = action_of(report.reason, report.lints) == Action::kSend;
  // A listed domain is not a typo, whatever its DNS says today.
  const bool is_known = domain.is_known() || report.is_disposable;
  if (!report.suggestion.empty() || is_fine || is_known) return;
  report.suggestion = meant_by_domain(lists, report.domain);
}

uint32_t Enricher::suggest_for_address(std::string_view text, Reason reason) const {
  const DomainLists& lists = parts_->domains;
  return lists.number_of(meant_by_bad_address(lists, text, reason));
}

uint32_t Enricher::suggest_for_domain(std::string_view text, Reason reason) const {
  const bool may_be_a_slip = reason == Reason::kBadDomain || reason == Reason::kDotless;
  if (!may_be_a_slip) return 0;
  const DomainLists& lists = parts_->domains;
  return lists.number_of(meant_by_bad_domain(lists, text));
}

std::string_view Enricher::suggestion(uint32_t number) const {
  return parts_->domains.domain_numbered(number);
}

NameView public_suffix(NameView name) {
  const psl_ctx_t* list = psl_builtin();
  while (true) {
    name.remove_prefix(1 + static_cast<uint8_t>(name.front()));
    const bool is_last = is_root(name) || is_root(name.substr(1 + static_cast<uint8_t>(name[0])));
    if (is_last || list == nullptr) return name;
    if (psl_is_public_suffix2(list, to_text(name).c_str(), PSL_TYPE_ICANN) != 0) return name;
  }
}

std::string libpsl_version() {
  return std::string("libpsl ") + psl_get_version();
}

}  // namespace mxbulk::enrich
