#include "output/metrics.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "model/outcome_table.h"

namespace mxbulk::output {
namespace {

constexpr std::string_view kLastSuccess = "mxbulk_last_success_timestamp_seconds";

std::string decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

class Metrics {
 public:
  void describe(std::string_view name, std::string_view type, std::string_view help) {
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  void value(std::string_view name, std::string_view labels, const std::string& number) {
    text_.append(name);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_.append(" ").append(number).append("\n");
  }
  void gauge(std::string_view name, std::string_view help, const std::string& number) {
    describe(name, "gauge", help);
    value(name, "", number);
  }
  void count(std::string_view name, std::string_view help, uint64_t number) {
    gauge(name, help, std::to_string(number));
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Two enumerators may share one public name.
void add_reasons(const Summary& summary, Metrics& metrics) {
  constexpr std::string_view kName = "mxbulk_rows_by_reason";
  metrics.describe(kName, "gauge", "Rows of the last run by verdict and reason.");
  for (const Outcome& outcome : outcome_table()) {
    if (outcome.reason == Reason::kBadLocalDots) continue;
    uint64_t rows = summary.rows_by_reason[static_cast<size_t>(outcome.reason)];
    if (outcome.reason == Reason::kBadLocal) {
      rows += summary.rows_by_reason[static_cast<size_t>(Reason::kBadLocalDots)];
    }
    const std::string labels = "verdict=\"" + std::string(name_of(outcome.verdict)) +
                               "\",reason=\"" + std::string(outcome.name) + "\"";
    metrics.value(kName, labels, std::to_string(rows));
  }
}

void add_latencies(const DnsLatencies& latencies, Metrics& metrics) {
  const std::string name = "mxbulk_domain_lookup_seconds";
  metrics.describe(name, "histogram", "From the first question about a domain to its verdict.");
  uint64_t sum = 0;
  for (size_t i = 0; i < DnsLatencies::kBoundsMs.size(); ++i) {
    sum += latencies.domains[i];
    metrics.value(name + "_bucket", "le=\"" + decimal(DnsLatencies::kBoundsMs[i] / 1e3) + "\"",
                  std::to_string(sum));
  }
  sum += latencies.domains.back();
  metrics.value(name + "_bucket", "le=\"+Inf\"", std::to_string(sum));
  metrics.value(name + "_sum", "", decimal(static_cast<double>(latencies.sum_ms) / 1e3));
  metrics.value(name + "_count", "", std::to_string(sum));
}

}  // namespace

std::string metrics_text(const Summary& summary, int64_t last_success_s) {
  Metrics metrics;
  metrics.gauge("mxbulk_exit_code", "How the last run ended.", std::to_string(summary.exit_code));
  metrics.gauge(kLastSuccess, "When a run ended with 0 or 3 last.", std::to_string(last_success_s));
  metrics.gauge("mxbulk_end_timestamp_seconds", "When the last run ended.",
                std::to_string(summary.ended_unix_ms / 1'000));
  metrics.gauge("mxbulk_duration_seconds", "How long the last run took.", decimal(summary.seconds));
  metrics.count("mxbulk_rows", "Rows of the last run.", summary.rows);
  metrics.count("mxbulk_domains", "Distinct domains of the last run.", summary.domains);
  metrics.count("mxbulk_state_hits", "Domains that were not asked for again.",
                summary.night.from_state);
  metrics.count("mxbulk_state_failed", "1 if the run went on without its state.",
                summary.night.bad_state.empty() ? 0 : 1);
  metrics.count("mxbulk_domains_went_dead", "Domains that died since the run before.",
                summary.night.went_dead);
  metrics.count("mxbulk_dns_queries", "Queries of the last run.", summary.dns_queries);
  metrics.count("mxbulk_dns_answers", "Answers that it accepted.", summary.dns_answers);
  metrics.count("mxbulk_dns_retries", "Queries that were repeated.", summary.dns_retries);
  metrics.count("mxbulk_dns_forged", "Answers that were dropped as forged.", summary.dns_forged);
  add_reasons(summary, metrics);
  add_latencies(summary.latencies, metrics);
  return metrics.take();
}

int64_t last_success_of(std::string_view metrics) {
  const std::string line = "\n" + std::string(kLastSuccess) + " ";
  const size_t at = metrics.find(line);
  if (at == metrics.npos) return 0;
  int64_t seconds = 0;
  const std::string_view rest = metrics.substr(at + line.size());
  std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
  return seconds;
}

}  // namespace mxbulk::output
