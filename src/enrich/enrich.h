// What lists say of a domain beyond DNS: provider, flags, a suggestion for a typo. Called on the
// writer's thread, once per domain, when it is first rendered.
//
// Threads: immutable after construction and add(); then any thread may call it. Ownership: owns its
// lists.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/user_lists.h"
#include "model/domain_name.h"
#include "model/domain_report.h"

namespace mxbulk::enrich {

class Enricher {
 public:
  Enricher();
  ~Enricher();

  // Adds the user's own lists. Call it at most once, before any other thread uses this.
  void add(UserLists lists);

  // Slug of the mail provider that runs this exchange (text form), empty if unknown.
  [[nodiscard]] std::string_view provider_of(std::string_view exchange) const;
  // The operator of this host: the provider if it is known, else the registrable domain. A view
  // into `exchange` or static text. Requires: lower case.
  [[nodiscard]] std::string_view organisation_of(const std::string& exchange) const;
  // True for `info`, `postmaster`, `noreply` …: RFC 2142 and common use. Letter case and a tag
  // (`info+x`) are ignored.
  [[nodiscard]] bool is_role(std::string_view local_part) const;
  // Fills provider, is_free, is_relay, is_disposable, suggestion and the lint mx_long_list (more
  // than limits::kLongListExchanges exchanges of different registrable domains) from the domain's
  // name, exchanges and reason. No suggestion is made if the verdict is unknown.
  void describe(DomainReport& report) const;

  // The number of the domain that was probably meant by a cell that is no address (`bob@gmail,com`)
  // or no domain (`gmail,com`); 0 = none. `text`: any bytes, after cleaning
  // (input/address_cleaning.h).
  [[nodiscard]] uint32_t suggest_for_address(std::string_view text, Reason reason) const;
  [[nodiscard]] uint32_t suggest_for_domain(std::string_view text, Reason reason) const;
  // The domain with that number; empty for 0.
  [[nodiscard]] std::string_view suggestion(uint32_t number) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The suffix under which others may register names beside this one (`example.co.uk` and
// `a.b.example.co.uk` -> `co.uk`), by the ICANN part of the public suffix list; at least one label
// is left away. A view into `name`. Requires: not the root.
[[nodiscard]] NameView public_suffix(NameView name);

// `libpsl 0.21.2`, as loaded.
[[nodiscard]] std::string libpsl_version();

}  // namespace mxbulk::enrich
