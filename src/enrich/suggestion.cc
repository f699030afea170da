#include "enrich/suggestion.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "model/domain_name.h"

namespace mxbulk::enrich {

namespace {

// `longer` is `shorter` with one letter more, at `at`, the first place where they differ.
bool has_one_more(std::string_view longer, std::string_view shorter, size_t at) {
  return longer.size() == shorter.size() + 1 && longer.substr(at + 1) == shorter.substr(at);
}

}  // namespace

std::optional<Slip> slip_between(std::string_view typed, std::string_view meant) {
  const size_t shared = std::min(typed.size(), meant.size());
  if (std::max(typed.size(), meant.size()) > shared + 1) return std::nullopt;
  size_t at = 0;
  while (at < shared && typed[at] == meant[at]) ++at;
  if (has_one_more(meant, typed, at)) return Slip::kMissing;
  if (has_one_more(typed, meant, at)) return Slip::kExtra;
  if (typed.size() != meant.size() || at == shared) return std::nullopt;
  if (typed.substr(at + 1) == meant.substr(at + 1)) return Slip::kOther;
  const bool is_swapped = at + 1 < shared && typed[at] == meant[at + 1] &&
                          typed[at + 1] == meant[at] &&
                          typed.substr(at + 2) == meant.substr(at + 2);
  if (is_swapped) return Slip::kSwapped;
  return std::nullopt;
}

namespace {

constexpr size_t kTextOctetsMax =
    2 * limits::kAddressOctetsMax;      // a longer text has more than one slip
constexpr size_t kBrandLettersMin = 5;  // shorter ones are parts of ordinary words

struct TopLevelTypo {
  std::string_view typed;
  std::string_view meant;
};
// `co`, `cm`, `om` and `ne` exist: they are typos only if the name accepts no mail.
constexpr std::array<TopLevelTypo, 32> kTopLevelTypos = {{
    {"con", "com"},  {"cmo", "com"},  {"ocm", "com"},  {"omc", "com"},  {"vom", "com"},
    {"xom", "com"},  {"dom", "com"},  {"cim", "com"},  {"cpm", "com"},  {"clm", "com"},
    {"cam", "com"},  {"cok", "com"},  {"coj", "com"},  {"c0m", "com"},  {"comm", "com"},
    {"coom", "com"}, {"ccom", "com"}, {"comn", "com"}, {"conm", "com"}, {"co", "com"},
    {"cm", "com"},   {"om", "com"},   {"c", "com"},    {"nte", "net"},  {"ner", "net"},
    {"ney", "net"},  {"bet", "net"},  {"met", "net"},  {"nett", "net"}, {"nt", "net"},
    {"ne", "net"},   {"d", "de"},
}};

size_t common_beginning(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t size = 0;
  while (size < most && a[size] == b[size]) ++size;
  return size;
}

// `domain` itself if it has free mailboxes, the intended domain if it is a listed typo, else empty.
std::string_view listed(const DomainLists& lists, std::string_view domain) {
  const NameFacts* const facts = lists.find(domain);
  if (facts == nullptr) return {};
  if (!facts->meant.empty()) return facts->meant;
  return facts->is_free ? lists.domain_numbered(facts->suggestion) : std::string_view();
}

// Empty if the last label is not a typo of a top-level domain.
std::string with_right_top_level(std::string_view domain) {
  const size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos) return {};
  const auto* const found =
      std::find_if(kTopLevelTypos.begin(), kTopLevelTypos.end(),
                   [&](const TopLevelTypo& typo) { return typo.typed == domain.substr(dot + 1); });
  if (found == kTopLevelTypos.end()) return {};
  return std::string(domain.substr(0, dot + 1)).append(found->meant);
}

// The most likely of the big domains that differ from `typed` by one slip. `spelling`: the part of
// them that is compared.
template <class Spelling>
std::string_view nearest(const DomainLists& lists, std::string_view typed, Spelling spelling) {
  std::string_view best;
  Slip best_slip{};
  size_t best_beginning = 0;
  for (const BigDomain& big : lists.biggest()) {
    const std::optional<Slip> slip = slip_between(typed, spelling(big));
    if (!slip) continue;
    const size_t beginning = common_beginning(typed, spelling(big));
    const bool is_better =
        best.empty() || *slip < best_slip || (*slip == best_slip && beginning > best_beginning);
    if (!is_better) continue;
    best = big.name;
    best_slip = *slip;
    best_beginning = beginning;
  }
  return best;
}

std::string_view nearest_name(const DomainLists& lists, std::string_view typed) {
  return nearest(lists, typed, [](const BigDomain& big) { return big.name; });
}

// `gmail.co.uk`: a well-known name under a top level at which it has no mailboxes.
std::string_view same_brand(const DomainLists& lists, std::string_view domain) {
  const std::string_view brand = domain.substr(0, domain.find('.'));
  if (brand.size() < kBrandLettersMin || brand.size() == domain.size()) return {};
  std::string_view best;
  for (const BigDomain& big : lists.biggest()) {
    if (big.brand != brand) continue;
    if (best.empty() || common_beginning(domain, big.name) > common_beginning(domain, best)) {
      best = big.name;
    }
  }
  return best;
}

// `gmail`, `gmailcom`, `gmial`.
std::string_view meant_by_label(const DomainLists& lists, std::string_view label) {
  for (const BigDomain& big : lists.biggest()) {
    if (label == big.brand || label == big.joined) return big.name;
  }
  if (const auto com = listed(lists, std::string(label) + ".com"); !com.empty()) return com;
  if (label.size() < kBrandLettersMin) return {};
  // `t-online-de`
  if (const size_t hyphen = label.rfind('-'); hyphen != std::string_view::npos) {
    std::string dotted(label);
    dotted[hyphen] = '.';
    if (const auto found = listed(lists, dotted); !found.empty()) return found;
  }
  const auto brand = nearest(lists, label, [](const BigDomain& big) {
    return big.brand.size() < kBrandLettersMin ? std::string_view() : big.brand;
  });
  if (!brand.empty()) return brand;
  return nearest(lists, label, [](const BigDomain& big) { return std::string_view(big.joined); });
}

// The text in lower case, with one dot for each run of ASCII signs other than hyphens, and none at
// the ends.
std::string tidy(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char lower = ascii_lower(c);
    const bool is_kept =
        (lower >= 'a' && lower <= 'z') || is_digit(lower) || lower == '-' || !is_ascii(lower);
    if (is_kept) {
      out.push_back(lower);
    } else if (!out.empty() && out.back() != '.') {
      out.push_back('.');
    }
  }
  while (!out.empty() && (out.back() == '.' || out.back() == '-')) out.pop_back();
  // `gmail (dot) com`
  if (const size_t dot = out.find(".dot."); dot != std::string::npos) out.erase(dot, 4);
  const size_t first = out.find_first_not_of(".-");
  return first == std::string::npos ? std::string() : out.substr(first);
}

std::string_view without_last_at_signs(std::string_view text) {
  while (text.ends_with('@')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> pieces_between_at_signs(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const size_t at = text.find('@');
    if (at != 0) pieces.push_back(text.substr(0, at));
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  }
  return pieces;
}

// `bob@@gmail.com`, `bob@gmail@com`, `bob@gmail.com@gmail.com`. None if there are two different
// domains.
std::string_view meant_by_several_at_signs(const DomainLists& lists, std::string_view text) {
  const std::vector<std::string_view> pieces = pieces_between_at_signs(text);
  if (pieces.size() < 2) return {};  // no local part, or no domain
  const std::string_view domain = pieces[1];
  const bool is_repeated = std::all_of(pieces.begin() + 1, pieces.end(),
                                       [&](std::string_view piece) { return piece == domain; });
  if (is_repeated) return meant_by_bad_domain(lists, domain);
  const auto at = static_cast<size_t>(domain.data() - text.data());
  return listed(lists, tidy(text.substr(at)));
}

// `bob.gmail.com`, `bob#gmail.com`, `bob at gmail dot com`, `bob2gmail.com` (the key of the at sign
// without shift). A web address or a bare domain has no local part.
std::string_view meant_without_at_sign(const DomainLists& lists, std::string_view text) {
  if (text.find('/') != std::string_view::npos || text.starts_with("www.")) return {};
  const std::string tidied = tidy(text);
  const std::string corrected = with_right_top_level(tidied);
  const std::string_view domain = corrected.empty() ? tidied : corrected;
  if (!listed(lists, domain).empty()) return {};
  std::string_view rest = domain;
  while (rest.find('.') != std::string_view::npos) {
    rest.remove_prefix(rest.find('.') + 1);
    if (const auto found = listed(lists, rest); !found.empty()) return found;
  }
  const auto ends_with = [&](const BigDomain& big) {
    return big.brand.size() >= kBrandLettersMin && domain.ends_with(big.name);
  };
  const auto found = std::find_if(lists.biggest().begin(), lists.biggest().end(), ends_with);
  return found == lists.biggest().end() ? std::string_view() : found->name;
}

bool may_be_a_fault_of_the_domain(Reason reason) {
  return reason == Reason::kNoAt || reason == Reason::kBadLocal ||
         reason == Reason::kBadLocalDots || reason == Reason::kDotless ||
         reason == Reason::kBadIdn || reason == Reason::kBadDomain;
}

}  // namespace

std::string_view meant_by_domain(const DomainLists& lists, std::string_view domain) {
  if (const NameFacts* facts = lists.find(domain); facts != nullptr && !facts->meant.empty()) {
    return facts->meant;
  }
  const std::string corrected = with_right_top_level(domain);
  const bool has_typo = !corrected.empty();
  if (has_typo) {
    if (const auto found = listed(lists, corrected); !found.empty()) return found;
  }
  if (const auto found = nearest_name(lists, domain); !found.empty()) return found;
  if (has_typo) {
    if (const auto found = nearest_name(lists, corrected); !found.empty()) return found;
  }
  return same_brand(lists, domain);
}

std::string_view meant_by_bad_domain(const DomainLists& lists, std::string_view text) {
  if (text.size() > kTextOctetsMax) return {};
  const std::string domain = tidy(text);
  if (domain.empty()) return {};
  if (const auto found = listed(lists, domain); !found.empty()) return found;
  if (domain.find('.') == std::string::npos) return meant_by_label(lists, domain);
  return lists.facts_of(domain).is_known() ? std::string_view() : meant_by_domain(lists, domain);
}

std::string_view meant_by_bad_address(const DomainLists& lists, std::string_view text,
                                      Reason reason) {
  if (!may_be_a_fault_of_the_domain(reason) || text.size() > kTextOctetsMax) return {};
  if (text.starts_with('"')) return {};  // a quoted local part holds anything
  const std::string address = ascii_lower_copy(text);
  const size_t at = address.find('@');
  if (at == std::string::npos) return meant_without_at_sign(lists, address);
  const std::string_view rest = std::string_view(address).substr(at + 1);
  if (at == 0 || rest.find('@') != std::string_view::npos) {
    return meant_by_several_at_signs(lists, without_last_at_signs(address));
  }
  const std::string_view meant = meant_by_bad_domain(lists, rest);
  return meant == rest ? std::string_view() : meant;
}

}  // namespace mxbulk::enrich
