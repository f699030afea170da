// Build one query, read one answer.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "dns/message.h"

namespace mxbulk {
namespace {

void put_u16(std::vector<uint8_t>& out, size_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}

void put_name(std::vector<uint8_t>& out, std::string_view text) {
  const DomainName name = DomainName::from_text(text).value();
  out.insert(out.end(), name.view().begin(), name.view().end());
}

// A server's answer with `count` exchanges: compressed owners, names in full, OPT at the end.
std::vector<uint8_t> mx_answer(const DomainName& name, size_t count) {
  std::vector<uint8_t> bytes = {0x12, 0x34, 0x81, 0x80, 0, 1};
  put_u16(bytes, count);
  bytes.insert(bytes.end(), {0, 0, 0, 1});
  bytes.insert(bytes.end(), name.view().begin(), name.view().end());
  put_u16(bytes, 15);
  put_u16(bytes, 1);
  for (size_t i = 0; i < count; ++i) {
    const std::string exchange = "alt" + std::to_string(i) + ".aspmx.l.google.com";
    put_u16(bytes, 0xC00C);
    put_u16(bytes, 15);
    put_u16(bytes, 1);
    bytes.insert(bytes.end(), {0, 0, 14, 16});
    put_u16(bytes, 2 + exchange.size() + 2);
    put_u16(bytes, 10 * i);
    put_name(bytes, exchange);
  }
  bytes.insert(bytes.end(), {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0});
  return bytes;
}

void read_mx_answer(benchmark::State& state) {
  const DomainName name = DomainName::from_text("a-company.example").value();
  const std::vector<uint8_t> bytes = mx_answer(name, static_cast<size_t>(state.range(0)));
  const auto answer = std::make_unique<dns::Answer>();
  for (auto _ : state) {
    dns::read_answer(bytes, name.view(), RecordType::kMx, *answer);
    benchmark::DoNotOptimize(answer->mx_count);
  }
  if (answer->mx_count != static_cast<size_t>(state.range(0))) state.SkipWithError("not read");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_mx_answer)->Arg(1)->Arg(5);

void build_query(benchmark::State& state) {
  const DomainName name = DomainName::from_text("a-company.example").value();
  std::array<uint8_t, dns::kQueryBytesMax> out{};
  uint16_t id = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dns::build_query(out, id++, name.view(), RecordType::kMx, true));
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(build_query);

}  // namespace
}  // namespace mxbulk
