// What lists of ours know: of a local part once a row, of a domain when it is first rendered.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "enrich/enrich.h"

namespace mxbulk {
namespace {

void is_role(benchmark::State& state) {
  const enrich::Enricher enricher;
  constexpr std::array<std::string_view, 8> kLocalParts = {
      "ada.lovelace17", "info", "j.smith", "grace", "radia.perlman99", "sales+x", "paul1983", "a"};
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(enricher.is_role(kLocalParts[next]));
    next = (next + 1) % kLocalParts.size();
  }
}
BENCHMARK(is_role);

void describe_domain(benchmark::State& state) {
  const enrich::Enricher enricher;
  std::vector<DomainReport> reports(1'000);
  for (size_t i = 0; i < reports.size(); ++i) {
    reports[i].domain = "company" + std::to_string(i * 7'919) + ".co.uk";
    reports[i].reason = Reason::kMx;
    reports[i].mx_host = "mx1.hoster" + std::to_string(i % 400) + ".net";
    reports[i].mx_hosts = {reports[i].mx_host};
  }
  size_t next = 0;
  for (auto _ : state) {
    enricher.describe(reports[next]);
    next = next + 1 == reports.size() ? 0 : next + 1;
  }
}
BENCHMARK(describe_domain);

// A list in which every cell is bad: what the search for a suggestion adds to each.
void suggest_for_address(benchmark::State& state) {
  const enrich::Enricher enricher;
  constexpr std::array<std::pair<std::string_view, Reason>, 6> kCells = {
      {{"no address at all", Reason::kNoAt},
       {"+49 30 901820", Reason::kNoAt},
       {"ada.example.com", Reason::kNoAt},
       {"ada@gmail,com", Reason::kBadDomain},
       {"ada@server", Reason::kDotless},
       {"ada lovelace@example.com", Reason::kBadLocal}}};
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(enricher.suggest_for_address(kCells[next].first, kCells[next].second));
    next = (next + 1) % kCells.size();
  }
}
BENCHMARK(suggest_for_address);

// What each run begins with.
void load_lists(benchmark::State& state) {
  for (auto _ : state) {
    const enrich::Enricher enricher;
    benchmark::DoNotOptimize(&enricher);
  }
}
BENCHMARK(load_lists);

}  // namespace
}  // namespace mxbulk
