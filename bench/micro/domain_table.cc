// Intern domains in batches: hot (a few, met again and again), over half a million, and new ones.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "base/hash.h"
#include "table/address_set.h"
#include "table/domain_table.h"

namespace mxbulk {
namespace {

constexpr size_t kBatch = 1'024;
constexpr size_t kManyDomains = 500'000;

std::vector<DomainName> make_names(size_t count) {
  std::vector<DomainName> names;
  for (size_t i = 0; i < count; ++i) {
    const std::string text =
        "company-" + std::to_string(i * 2'654'435'761U % 10'000'000) + ".example";
    names.push_back(DomainName::from_text(text).value());
  }
  return names;
}

// Requests in random order, as a mailing list makes them; the names are one after the other in
// memory, as a parser leaves them.
struct Requests {
  std::string names;
  std::vector<table::DomainTable::Request> all;
};

Requests make_requests(const std::vector<DomainName>& names, size_t count) {
  std::mt19937 random(1);
  std::vector<NameView> chosen;
  for (size_t i = 0; i < count; ++i) chosen.push_back(names[random() % names.size()].view());
  Requests requests;
  for (const NameView name : chosen) requests.names += name;
  size_t at = 0;
  for (const NameView name : chosen) {
    requests.all.push_back({NameView(requests.names).substr(at, name.size()), {}});
    at += name.size();
  }
  return requests;
}

void intern_all(table::DomainTable& domains,
                std::span<const table::DomainTable::Request> requests) {
  std::vector<DomainId> ids(kBatch);
  for (size_t at = 0; at < requests.size(); at += kBatch) {
    const size_t size = std::min(kBatch, requests.size() - at);
    if (!domains.intern(requests.subspan(at, size), std::span(ids).first(size))) std::abort();
    benchmark::DoNotOptimize(ids.data());
  }
}

void intern_known(benchmark::State& state) {
  const std::vector<DomainName> names = make_names(static_cast<size_t>(state.range(0)));
  const Requests requests = make_requests(names, 1 << 20);
  table::DomainTable domains;
  intern_all(domains, requests.all);
  for (auto _ : state) intern_all(domains, requests.all);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(requests.all.size()));
}
BENCHMARK(intern_known)->Arg(100)->Arg(10'000)->Arg(kManyDomains)->Unit(benchmark::kMillisecond);

void intern_new(benchmark::State& state) {
  const std::vector<DomainName> names = make_names(kManyDomains);
  std::vector<table::DomainTable::Request> requests;
  for (const DomainName& name : names) requests.push_back({name.view(), {}});
  for (auto _ : state) {
    auto domains = std::make_unique<table::DomainTable>();
    intern_all(*domains, requests);
    state.PauseTiming();
    domains.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(requests.size()));
}
BENCHMARK(intern_new)->Unit(benchmark::kMillisecond);

// Addresses never seen before, of --mark-duplicates: one by one, and with memory asked for ahead.
void mark_addresses(benchmark::State& state) {
  const bool looks_ahead = state.range(0) != 0;
  constexpr size_t kAddresses = 3'000'000;
  std::vector<uint64_t> hashes(kAddresses);
  for (uint64_t i = 0; i < kAddresses; ++i) {
    hashes[i] = hash_bytes({reinterpret_cast<const char*>(&i), sizeof i});
  }
  size_t known = 0;
  for (auto _ : state) {
    table::AddressSet set;
    for (size_t at = 0; at < kAddresses; at += kBatch) {
      const std::span<const uint64_t> batch(hashes.data() + at, std::min(kBatch, kAddresses - at));
      if (looks_ahead) {
        set.insert_all(batch, [&](size_t) { ++known; });
      } else {
        for (const uint64_t hash : batch) known += set.insert(hash) ? 0 : 1;
      }
    }
  }
  benchmark::DoNotOptimize(known);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kAddresses));
}
BENCHMARK(mark_addresses)->ArgName("ahead")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mxbulk
