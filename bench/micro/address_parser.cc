// Parse one address: bench/micro, `mxbulk_micro --benchmark_filter=parse`.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "input/address_parser.h"

namespace mxbulk {
namespace {

// The same number of each kind in a row would flatter the branch predictor: ask for 1,000.
std::vector<std::string> cells(const std::vector<std::string>& domains) {
  std::vector<std::string> all;
  for (size_t i = 0; i < 1'000; ++i) {
    std::string cell = "first.last";
    cell += std::to_string(i * 7'919 % 100'003);
    all.push_back(cell + "@" + domains[i * 31 % domains.size()]);
  }
  return all;
}

void parse_all(benchmark::State& state, const std::vector<std::string>& all) {
  input::AddressParser parser;
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parser.parse(all[next]).domain.data());
    next = next + 1 == all.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void parse_ordinary(benchmark::State& state) {
  parse_all(state, cells({"gmail.com", "example.org", "a-company.co.uk", "mail.example.net"}));
}
BENCHMARK(parse_ordinary);

void parse_dirty(benchmark::State& state) {
  parse_all(state, cells({"gmail.com ", "Example.ORG", "example..org", "exa mple.org"}));
}
BENCHMARK(parse_dirty);

// What exports put around addresses.
void parse_wrapped(benchmark::State& state) {
  std::vector<std::string> all = cells({"gmail.com", "example.org", "a-company.co.uk"});
  for (size_t i = 0; i < all.size(); ++i) {
    std::string& cell = all[i];
    if (i % 3 == 0) {
      cell.insert(0, "First Last <").append(">");
    } else if (i % 3 == 1) {
      cell.insert(0, "\"").append("\"");
    } else {
      cell += "\xC2\xA0;";
    }
  }
  parse_all(state, all);
}
BENCHMARK(parse_wrapped);

void parse_idn(benchmark::State& state) {
  parse_all(state, cells({"m\xC3\xBCller.de", "caf\xC3\xA9.fr",
                          "stra\xC3\x9F"
                          "e.de"}));
}
BENCHMARK(parse_idn);

// As many domains as no list has, so that no answer of IDNA is met again.
void parse_idn_unseen(benchmark::State& state) {
  std::vector<std::string> all;
  for (size_t i = 0; i < 100'000; ++i) {
    all.push_back("first.last@m\xC3\xBCller-" + std::to_string(i) + ".de");
  }
  parse_all(state, all);
}
BENCHMARK(parse_idn_unseen);

}  // namespace
}  // namespace mxbulk
