#include "output/summary_json.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include "model/json_text.h"
#include "model/outcome_table.h"
#include "output/summary_parts.h"

namespace mxbulk::output {
namespace {

std::string_view name_of(Egress egress) {
  switch (egress) {
    case Egress::kUntried: return "untried";
    case Egress::kOpen: return "ok";
    case Egress::kBlocked: return "blocked";
    case Egress::kIntercepted: return "intercepted";
    case Egress::kLost: return "lost";
  }
  return "?";
}

void write_verdicts(const Summary& summary, JsonWriter& json) {
  json.begin_object();
  for (const VerdictText& verdict : verdict_table()) {
    json.key(verdict.name).number(summary.rows_with(verdict.verdict));
  }
  json.end_object();
}

// Zeros too, so that a program finds every name. Two enumerators may share one public name.
void write_reasons(const Summary& summary, JsonWriter& json) {
  json.begin_object();
  for (const Outcome& outcome : outcome_table()) {
    uint64_t rows = summary.rows_by_reason[static_cast<size_t>(outcome.reason)];
    if (outcome.reason == Reason::kBadLocalDots) continue;
    if (outcome.reason == Reason::kBadLocal) {
      rows += summary.rows_by_reason[static_cast<size_t>(Reason::kBadLocalDots)];
    }
    json.key(outcome.name).number(rows);
  }
  json.end_object();
}

void write_dns(const Summary& summary, JsonWriter& json) {
  json.begin_object();
  json.key("queries").number(summary.dns_queries);
  json.key("answers").number(summary.dns_answers);
  json.key("retries").number(summary.dns_retries);
  json.key("forged").number(summary.dns_forged);
  json.key("resolvers").texts(summary.resolvers);
  json.key("excluded").texts(summary.resolvers_excluded);
  json.end_object();
}

// ISO 8601, as RFC 3339 writes it; null for no time.
std::string time_json(int64_t unix_ms) {
  if (unix_ms == 0) return "null";
  const auto seconds = static_cast<time_t>(unix_ms / 1'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  size_t size = std::strftime(text.data(), text.size(), "\"%Y-%m-%dT%H:%M:%S", &parts);
  size += static_cast<size_t>(std::snprintf(text.data() + size, text.size() - size, ".%03dZ\"",
                                            static_cast<int>(unix_ms % 1'000)));
  return {text.data(), size};
}

void write_input(const InputDescription& input, JsonWriter& json) {
  json.begin_object();
  json.key("name").text(input.name);
  json.key("bytes").number(input.bytes);
  json.key("compression").text_or_null(input.compression);
  json.key("format").text_or_null(input.format);
  json.key("encoding").text_or_null(input.encoding);
  json.key("delimiter").text_or_null(input.delimiter);
  json.key("header").boolean(input.has_header);
  json.key("column").number(input.column);
  json.key("column_name").text_or_null(input.column_name);
  json.key("lines_above").number(input.lines_above);
  json.key("first_ill_formed_line").number(input.first_ill_formed_line);
  json.key("replaced").number(input.replaced);
  json.key("understood").text_or_null(input.text);
  json.end_object();
}

void write_output(const OutputDescription& output, JsonWriter& json) {
  json.begin_object();
  json.key("path").text(output.path);
  json.key("rows").number(output.rows);
  json.end_object();
}

// A flag that was given twice is written once, with its values joined as the flag accepts them.
void write_settings(const std::vector<Setting>& settings, JsonWriter& json) {
  json.begin_object();
  for (const Setting& setting : settings) {
    json.key(setting.flag).text(setting.value);
  }
  json.end_object();
}

void write_actions(const Summary& summary, JsonWriter& json) {
  json.begin_object();
  for (size_t i = 0; i < kActionCount; ++i) {
    json.key(mxbulk::name_of(static_cast<Action>(i))).number(summary.rows_by_action[i]);
  }
  json.end_object();
}

void write_state(const NightTotals& night, JsonWriter& json) {
  if (!night.has_state && night.bad_state.empty()) return json.null();
  json.begin_object();
  json.key("failure").text_or_null(night.bad_state);
  json.key("from_state").number(night.from_state);
  json.key("last_run").text_or_null(night.last_run_date);
  json.key("changed").number(night.changed);
  json.key("went_dead").number(night.went_dead);
  json.key("recovered").number(night.recovered);
  json.key("new").number(night.appeared);
  json.key("vanished").number(night.vanished);
  json.key("changes_unnamed").number(night.changes_unnamed);
  json.end_object();
}

void write_gates(const Summary& summary, JsonWriter& json) {
  json.begin_array();
  for (const TrippedGate& gate : summary.tripped_gates) {
    json.begin_object();
    json.key("gate").text(gate.text);
    json.key("share").decimal(gate.share, 6);
    json.end_object();
  }
  json.end_array();
}

void write_probes(const ProbeTotals& probes, JsonWriter& json) {
  if (probes.port == 0) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("port").number(probes.port);
  json.key("egress").text_or_null(name_of(probes.egress));
  json.key("addresses").number(probes.addresses);
  json.key("skipped").number(probes.skipped);
  json.key("connections").number(probes.connections);
  json.key("opened").number(probes.opened);
  json.key("retried").number(probes.retried);
  json.end_object();
}

}  // namespace

std::string summary_json(const Summary& summary) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("version").text_or_null(MXBULK_VERSION);
  json.key("exit_code").number(static_cast<uint64_t>(summary.exit_code));
  json.key("error").text_or_null(summary.error);
  json.key("started").raw(time_json(summary.began_unix_ms));
  json.key("ended").raw(time_json(summary.ended_unix_ms));
  write_settings(summary.settings, json.key("settings"));
  json.key("inputs").begin_array();
  for (const InputDescription& input : summary.inputs) write_input(input, json);
  json.end_array();
  json.key("outputs").begin_array();
  for (const OutputDescription& output : summary.outputs) write_output(output, json);
  json.end_array();
  json.key("rows").number(summary.rows);
  json.key("rows_written").number(summary.rows_written);
  json.key("domains").number(summary.domains);
  json.key("seconds").decimal(summary.seconds, 3);
  write_verdicts(summary, json.key("verdicts"));
  write_reasons(summary, json.key("reasons"));
  write_actions(summary, json.key("actions"));
  json.key("unknown_share").decimal(summary.unknown_share(), 6);
  write_dns(summary, json.key("dns"));
  write_probes(summary.probes, json.key("probes"));
  write_state(summary.night, json.key("state"));
  write_gates(summary, json.key("tripped_gates"));
  json.key("run_id").text_or_null(summary.run_id);
  json.key("run_date").text_or_null(summary.run_date);
  json.key("missed_deadline").boolean(summary.missed_deadline);
  const bool named = may_name_worst(summary);
  json.key("first_invalid_row").number(summary.first_invalid_row);
  json.key("first_invalid_place").text_or_null(summary.first_invalid_place);
  json.key("invalid_share").decimal(summary.invalid_share(), 6);
  json.key("worst_dead_domain").text_or_null(named ? summary.worst_dead_domain : "");
  json.key("worst_dead_rows").number(named ? summary.worst_dead_rows : 0);
  json.key("ragged_rows").number(summary.ragged_rows);
  json.key("rows_trimmed").number(summary.rows_trimmed);
  json.key("rows_duplicate").number(summary.rows_duplicate);
  json.key("rows_passed").number(summary.rows_passed);
  json.key("rows_deferred").number(summary.rows_deferred);
  json.key("bytes_read").number(summary.bytes_read);
  json.key("dry_run").boolean(summary.dry_run);
  json.key("output").text_or_null(summary.output_path);
  json.end_object();
  return text + "\n";
}

}  // namespace mxbulk::output
