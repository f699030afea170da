// What lists of ours know of a domain beyond DNS: provider, flags, a suggestion for a typo.
// Off the loop: called once a domain when the writer first renders it.
//
// Threads: immutable after construction; one instance serves all threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/domain_report.h"

namespace mxbulk::enrich {

class Enricher {
 public:
  Enricher();
  ~Enricher();

  // Slug of the mail provider that runs this exchange (text form), empty where unknown.
  [[nodiscard]] std::string_view provider_of(std::string_view exchange) const;
  // Who runs this host: the provider where it is known, else the registrable domain (in `exchange`
  // or static). Requires: lower case.
  [[nodiscard]] std::string_view organisation_of(const std::string& exchange) const;
  // `info`, `postmaster`, `noreply` …: RFC 2142 and common use. Case is ignored; a tag (`info+x`)
  // is cut off.
  [[nodiscard]] bool is_role(std::string_view local_part) const;
  // Fills provider and the lint mx_long_list (more than limits::kLongListExchanges exchanges of
  // different registrable domains) from the exchanges that are there.
  void describe_exchanges(DomainReport& report) const;
  // Fills is_free, is_disposable and suggestion from the domain's name and what became of it.
  void describe_domain(DomainReport& report) const;

 private:
  struct Lists;
  std::unique_ptr<Lists> lists_;
};

}  // namespace mxbulk::enrich
