// The columns of a row: encode them, and append them to it.
#include <benchmark/benchmark.h>

#include <string>

#include "model/json_text.h"
#include "output/text_row_encoder.h"

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

void encode_columns(benchmark::State& state) {
  RowShape shape;
  shape.format = Format::kCsv;
  const auto encoder = output::TextRowEncoder::create({}, shape);
  const DomainReport report = make_report();
  const RowKey key = RowKey::waiting_for(DomainId(1), {Lint::kTrimmed}, false);
  output::EncodedColumns columns;
  for (auto _ : state) {
    encoder.value().encode(output::result_of(report, key), columns);
    benchmark::DoNotOptimize(columns.text.data());
  }
}
BENCHMARK(encode_columns);

// What most rows cost: the columns of their key are encoded already.
void append_known_columns(benchmark::State& state) {
  RowShape shape;
  shape.format = Format::kCsv;
  auto encoder = output::TextRowEncoder::create({}, shape);
  const DomainReport report = make_report();
  output::EncodedColumns columns;
  encoder.value().encode(output::result_of(report, RowKey()), columns);
  const std::string row = "1,Ada,Lovelace,ada@a-company.example,GB,2024-05-17\n";
  std::string out;
  for (auto _ : state) {
    if (out.size() > (1U << 18)) out.clear();
    encoder.value().append_row(row, "ada", columns, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(row.size()));
}
BENCHMARK(append_known_columns);

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
