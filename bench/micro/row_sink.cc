// Rows whose domains are decided, from block to file: what a row costs the writer, the kernel
// apart.
#include <benchmark/benchmark.h>

#include <string>

#include "output/text_row_encoder.h"
#include "rows/row_sink.h"

namespace mxbulk {
namespace {

constexpr uint32_t kDomains = 10;

class Nowhere final : public output::OutputFile {
 public:
  Status write(std::string_view bytes) override {
    benchmark::DoNotOptimize(bytes.data());
    return {};
  }
  Status flush() override { return {}; }
  Status prepare() override { return {}; }
};

void decide_domains(table::DomainTable& domains) {
  for (uint32_t i = 0; i < kDomains; ++i) {
    const auto name = DomainName::from_text("company-" + std::to_string(i) + ".example");
    const table::DomainTable::Request request{name->view(), {}};
    DomainId id;
    if (!domains.intern({&request, 1}, {&id, 1})) std::abort();
    DomainRecord record;
    record.reason = Reason::kMx;
    domains.publish(id, record);
  }
}

Block make_block(Format format) {
  Block block;
  for (uint32_t i = 0; block.bytes.size() < limits::kBlockBytes; ++i) {
    const std::string number = std::to_string(i * 7'919 % 100'003);
    const std::string email = "ada.lovelace" + number + "@company.example";
    if (format == Format::kJsonl) {
      block.bytes += R"({"id":)" + number + R"(,"name":"Ada Lovelace","email":")" + email + "\"}\n";
    } else {
      block.bytes += number + ",Ada,Lovelace," + email + ",GB,newsletter\n";
    }
    const size_t begin = block.row_ends.empty() ? 0 : block.row_ends.back();
    const size_t at = block.bytes.find("ada.", begin) - begin;
    block.local_parts.push_back(LocalPart::in_row(at, email.find('@')));
    block.row_ends.push_back(static_cast<uint32_t>(block.bytes.size()));
    block.keys.push_back(RowKey::waiting_for(DomainId(i * 31 % kDomains), {}, false));
  }
  return block;
}

void write_rows(benchmark::State& state, Format format, bool csv_safe, bool has_email = true) {
  OutputOptions options;
  options.csv_safe = csv_safe;
  if (!has_email) {
    options.columns.assign(output::default_columns().begin(), output::default_columns().end());
    std::erase(options.columns, "email");
  }
  RowShape shape;
  shape.format = format;
  const auto encoder = output::TextRowEncoder::create(options, shape);
  const enrich::Enricher enricher;
  table::DomainTable domains;
  const table::HostTable hosts;
  decide_domains(domains);
  rows::ReadyGate gate(domains);
  rows::Reporter reporter(domains, hosts, enricher);
  Nowhere file;
  rows::RowSink sink(options, format, encoder.value(), {{.file = &file}}, gate, reporter);
  Block block = make_block(format);
  if (!has_email) block.local_parts.clear();
  for (auto _ : state) {
    if (!sink.write(block).ok()) std::abort();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(block.bytes.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(block.rows()));
}
BENCHMARK_CAPTURE(write_rows, csv, Format::kCsv, false);
BENCHMARK_CAPTURE(write_rows, csv_without_email, Format::kCsv, false, false);
BENCHMARK_CAPTURE(write_rows, csv_safe, Format::kCsv, true);
BENCHMARK_CAPTURE(write_rows, jsonl, Format::kJsonl, false);

}  // namespace
}  // namespace mxbulk
