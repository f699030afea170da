// CSV to the e-mail cell, on one thread.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "input/csv_rows.h"

namespace mxbulk {
namespace {

enum Shape : int64_t {
  kPlain,   // 72 octets, the e-mail in the fourth of six cells
  kQuoted,  // the same, every cell in quotes and a pair of quotes in the last
  kShort,   // 33 octets, two cells
};

std::string row(Shape shape, size_t i) {
  const std::string number = std::to_string(100'000 + i * 7'919 % 900'001);
  const std::string email = "ada." + number + "@company-" + number + ".example";
  switch (shape) {
    case kPlain: return number + ",Ada,Lovelace," + email + ",GB,2024-05-17\n";
    case kQuoted:
      return "\"" + number + "\",\"Ada\",\"Lovelace\",\"" + email +
             "\",\"GB\",\"at \"\"noon\"\"\"\n";
    case kShort: return number + ",ada." + number + "@company.example\n";
  }
  return {};
}

std::string make_csv(Shape shape) {
  std::string csv;
  for (size_t i = 0; csv.size() < limits::kBlockBytes; ++i) csv += row(shape, i);
  return csv;
}

size_t column_of(Shape shape) {
  return shape == kShort ? 1 : 3;
}

void count(benchmark::State& state, const std::string& csv, size_t rows) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(csv.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows));
}

// The ends of rows and the place of the cell, by one kernel after the other; runs use the last.
void scan_csv(benchmark::State& state) {
  const auto shape = static_cast<Shape>(state.range(0));
  const auto kernels = input::csv_kernels();
  const auto kernel = static_cast<size_t>(state.range(1));
  if (kernel >= kernels.size()) return state.SkipWithError("not on this machine");
  const std::string csv = make_csv(shape);
  const input::CsvScanner scanner({','}, column_of(shape), kernels[kernel]);
  std::vector<input::CsvRow> rows;
  for (auto _ : state) {
    rows.clear();
    benchmark::DoNotOptimize(scanner.scan(csv, true, input::CsvScanner::kAllRows, rows));
  }
  count(state, csv, rows.size());
}
BENCHMARK(scan_csv)
    ->ArgNames({"shape", "kernel"})
    ->ArgsProduct({{kPlain, kQuoted, kShort}, {0, 1, 2}});

// Bytes to a vector of EmailCell: all that a run does to a row before its address is parsed.
void csv_to_cells(benchmark::State& state) {
  const auto shape = static_cast<Shape>(state.range(0));
  std::string csv = make_csv(shape);
  const size_t columns = shape == kShort ? 2 : 6;
  input::CsvRows rows({{','}, column_of(shape), columns}, input::Rendering::kNone, std::nullopt);
  const std::string name = "list.csv";
  input::RowBatch batch;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.cut(csv, true, input::CsvScanner::kAllRows));
    const Status status = rows.emit(std::move(csv), {name}, batch);
    benchmark::DoNotOptimize(batch.cells.data());
    csv = std::move(batch.source);
  }
  count(state, csv, batch.cells.size());
}
BENCHMARK(csv_to_cells)->ArgName("shape")->DenseRange(kPlain, kShort);

}  // namespace
}  // namespace mxbulk
