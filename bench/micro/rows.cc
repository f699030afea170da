// The end of a row: render what is appended to it.
#include <benchmark/benchmark.h>

#include <string>

#include "model/json_text.h"
#include "output/row_renderer.h"

namespace mxbulk {
namespace {

DomainReport make_report() {
  DomainReport report;
  report.domain = "a-company.example";
  report.reason = Reason::kMx;
  report.mx_hosts = {"aspmx.l.google.com"};
  report.mx_host = "aspmx.l.google.com";
  report.provider = "google";
  report.lints = {Lint::kMxPartial};
  return report;
}

void render_suffix(benchmark::State& state) {
  RowShape shape;
  shape.format = Format::kCsv;
  const auto renderer = output::RowRenderer::create({}, shape);
  const DomainReport report = make_report();
  const RowKey key = RowKey::waiting_for(DomainId(1), {Lint::kTrimmed}, false);
  output::RenderedColumns columns;
  for (auto _ : state) {
    renderer.value().render(report, key, columns);
    benchmark::DoNotOptimize(columns.text.data());
  }
}
BENCHMARK(render_suffix);

// What most rows cost: their suffix is known already.
void splice_known_suffix(benchmark::State& state) {
  RowShape shape;
  shape.format = Format::kCsv;
  const auto renderer = output::RowRenderer::create({}, shape);
  output::RenderedColumns columns;
  renderer.value().render(make_report(), RowKey(), columns);
  const std::string row = "1,Ada,Lovelace,ada@a-company.example,GB,2024-05-17\n";
  std::string out;
  for (auto _ : state) {
    if (out.size() > (1U << 18)) out.clear();
    renderer.value().append_row(row, "ada", columns, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(row.size()));
}
BENCHMARK(splice_known_suffix);

void write_json_string(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_json_string("a-company-example.mail.protection.outlook.com", out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_json_string);

}  // namespace
}  // namespace mxbulk
