// The engine alone: every name to its verdict, nothing read or written meanwhile. The names are
// interned first; then the network thread runs as in the program, and only that is timed.
//
//   engine_loop RESOLVER CONCURRENCY < names        # CONCURRENCY 0: the window finds itself
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "app/net_runner.h"
#include "model/domain_name.h"
#include "mxbulk/options.h"
#include "mxbulk/summary.h"
#include "mxbulk/validator.h"
#include "phase.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::bench {
namespace {

bool intern_names(std::istream& in, table::DomainTable& domains) {
  for (std::string line; std::getline(in, line);) {
    const auto name = DomainName::from_text(line);
    if (!name) {
      std::fprintf(stderr, "no domain: %s\n", line.c_str());
      return false;
    }
    const table::DomainTable::Request request{name->view(), {}};
    DomainId id;
    if (!domains.intern({&request, 1}, {&id, 1})) return false;
  }
  return true;
}

std::array<uint32_t, kVerdictCount> count_verdicts(const table::DomainTable& domains) {
  std::array<uint32_t, kVerdictCount> counts{};
  for (uint32_t id = 0; id < domains.size(); ++id) {
    if (!domains.is_ready(DomainId(id))) continue;
    ++counts[static_cast<size_t>(verdict_of(domains.record(DomainId(id)).reason))];
  }
  return counts;
}

// When the first and the last twentieth of the domains were done: between them the window is full,
// whatever a long tail does at the end.
class Middle {
 public:
  // After each turn of the loop. Loop thread.
  void look(const Phase& phase, uint64_t done, uint64_t all) {
    if (done < all / 20) return;
    if (began_s_ == 0) {
      began_s_ = phase.wall_s();
      done_before_ = done;
    } else if (rate_ == 0 && done >= all - all / 20) {
      rate_ = static_cast<double>(done - done_before_) / (phase.wall_s() - began_s_);
    }
  }
  [[nodiscard]] double domains_a_second() const { return rate_; }

 private:
  double began_s_ = 0;
  uint64_t done_before_ = 0;
  double rate_ = 0;
};

void print(const table::DomainTable& domains, const Summary& summary, const Phase& phase,
           const Middle& middle) {
  const double cpu_s = phase.cpu_s();
  const double wall_s = phase.wall_s();
  const auto counts = count_verdicts(domains);
  const auto count = [&](Verdict verdict) { return counts[static_cast<size_t>(verdict)]; };
  std::printf(
      "{\"domains\": %u, \"mx_ok\": %u, \"unknown\": %u, \"queries\": %lu, \"retries\": %lu, "
      "\"wall_s\": %.4f, \"cpu_s\": %.4f, \"middle_a_second\": %.0f}\n",
      domains.size(), count(Verdict::kMxOk), count(Verdict::kUnknown), summary.dns_queries,
      summary.dns_retries, wall_s, cpu_s, middle.domains_a_second());
}

int run(const char* resolver, const char* concurrency) {
  Options options;
  options.dns.resolvers = {resolver};
  options.dns.concurrency = static_cast<uint32_t>(std::strtoul(concurrency, nullptr, 10));
  table::DomainTable domains;
  table::HostTable hosts;
  const enrich::Enricher enricher;
  Progress progress;
  if (!intern_names(std::cin, domains)) return 2;
  Phase phase;
  Middle middle;
  app::NetRunner::Hooks hooks;
  hooks.after_turn = [&](engine::Dispatcher&) {
    middle.look(phase, progress.domains_done.load(std::memory_order_relaxed), domains.size());
  };
  auto net =
      app::NetRunner::create(options, {domains, hosts, enricher, progress}, std::move(hooks));
  if (!net.ok()) {
    std::fprintf(stderr, "%s\n", net.status().message().c_str());
    return 1;
  }
  net.value()->close_intake();
  phase = Phase();
  if (const Status status = net.value()->start(); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return 1;
  }
  net.value()->join();
  Summary summary;
  net.value()->fill(summary);
  print(domains, summary, phase, middle);
  if (net.value()->failure().ok()) return 0;
  std::fprintf(stderr, "%s\n", net.value()->failure().message().c_str());
  return 1;
}

}  // namespace
}  // namespace mxbulk::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: engine_loop RESOLVER CONCURRENCY < names\n", stderr);
    return 2;
  }
  std::ios::sync_with_stdio(false);
  return mxbulk::bench::run(argv[1], argv[2]);
}
