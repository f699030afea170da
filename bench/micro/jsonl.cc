// JSONL to the e-mail cell, on one thread.
#include <benchmark/benchmark.h>

#include <string>

#include "base/limits.h"
#include "input/json_rows.h"

namespace mxbulk {
namespace {

// 160 octets, six keys. `escapes`: one of the values has some.
std::string make_jsonl(bool escapes) {
  std::string jsonl;
  for (size_t i = 0; jsonl.size() < limits::kBlockBytes; ++i) {
    const std::string number = std::to_string(100'000 + i * 7'919 % 900'001);
    jsonl +=
        "{\"id\":" + number + ",\"name\":\"Ada " + (escapes ? "\\\"L\\\" " : "King ") +
        "Lovelace\",\"email\":\"ada." + number + "@company-" + number +
        ".example\",\"country\":\"GB\",\"opted_in\":true,\"since\":\"2024-05-17T10:00:00Z\"}\n";
  }
  return jsonl;
}

// Bytes to a vector of EmailCell: all that a run does to a row before its address is parsed.
void jsonl_to_cells(benchmark::State& state) {
  std::string jsonl = make_jsonl(state.range(0) != 0);
  input::JsonRows rows({"email"}, "mx_", input::Rendering::kNone, {}, std::nullopt);
  const std::string name = "list.jsonl";
  input::RowBatch batch;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.cut(jsonl, true, limits::kBlockBytes));
    const Status status = rows.emit(std::move(jsonl), {name}, batch);
    benchmark::DoNotOptimize(batch.cells.data());
    jsonl = std::move(batch.source);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(jsonl.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(batch.cells.size()));
}
BENCHMARK(jsonl_to_cells)->ArgName("escapes")->Arg(0)->Arg(1);

}  // namespace
}  // namespace mxbulk
