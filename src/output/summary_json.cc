#include "output/summary_json.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include "model/json_text.h"
#include "output/summary_parts.h"

namespace mxbulk::output {
namespace {

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), pattern, values...);
  return {text.data(), static_cast<size_t>(length)};
}

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

// A flat JSON object, member by member.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  std::string& key(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    append_json_string(name, out_);
    out_.push_back(':');
    return out_;
  }
  void number(std::string_view name, uint64_t value) { key(name) += std::to_string(value); }
  void text(std::string_view name, std::string_view value) {
    append_json_string_or_null(value, key(name));
  }
  void boolean(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  void close() { out_.push_back('}'); }

 private:
  std::string& out_;  // the caller's
  bool first_ = true;
};

void append_verdicts(const Summary& summary, std::string& out) {
  ObjectWriter object(out);
  for (Verdict verdict : kVerdictsShown) {
    object.number(name_of(verdict), summary.rows_with(verdict));
  }
  object.close();
}

// Zeros too, so that a program finds each; two enumerators may share one public name.
void append_reasons(const Summary& summary, std::string& out) {
  ObjectWriter object(out);
  for (size_t index = 0; index < kReasonCount; ++index) {
    const auto reason = static_cast<Reason>(index);
    uint64_t rows = summary.rows_by_reason[index];
    if (reason == Reason::kBadLocalDots) continue;
    if (reason == Reason::kBadLocal) {
      rows += summary.rows_by_reason[static_cast<size_t>(Reason::kBadLocalDots)];
    }
    object.number(name_of(reason), rows);
  }
  object.close();
}

void append_dns(const Summary& summary, std::string& out) {
  ObjectWriter object(out);
  object.number("queries", summary.dns_queries);
  object.number("answers", summary.dns_answers);
  object.number("retries", summary.dns_retries);
  object.number("forged", summary.dns_forged);
  append_json_array(summary.resolvers, object.key("resolvers"));
  append_json_array(summary.resolvers_left_out, object.key("excluded"));
  object.close();
}

// ISO 8601, as RFC 3339 writes it; null for no time.
std::string time_json(int64_t unix_ms) {
  if (unix_ms == 0) return "null";
  const auto seconds = static_cast<time_t>(unix_ms / 1'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const size_t size = std::strftime(text.data(), text.size(), "\"%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), size) + format(".%03dZ\"", static_cast<int>(unix_ms % 1'000));
}

// Calls `append` for each element between its commas.
template <class Elements, class Append>
void append_list(const Elements& elements, std::string& out, Append append) {
  out.push_back('[');
  for (const auto& element : elements) {
    if (&element != &elements.front()) out.push_back(',');
    append(element, out);
  }
  out.push_back(']');
}

void append_input(const InputDescription& input, std::string& out) {
  ObjectWriter object(out);
  append_json_string(input.name, object.key("name"));
  object.number("bytes", input.bytes);
  object.text("compression", input.compression);
  object.text("format", input.format);
  object.text("encoding", input.encoding);
  object.text("delimiter", input.delimiter);
  object.boolean("header", input.has_header);
  object.number("column", input.column);
  object.text("column_name", input.column_name);
  object.number("lines_above", input.lines_above);
  object.number("first_ill_formed_line", input.first_ill_formed_line);
  object.number("replaced", input.replaced);
  object.text("understood", input.text);
  object.close();
}

void append_output(const OutputDescription& output, std::string& out) {
  ObjectWriter object(out);
  append_json_string(output.path, object.key("path"));
  object.number("rows", output.rows);
  object.close();
}

// A flag that was given twice stands there once, with the values joined as the flag takes them.
void append_settings(const std::vector<Setting>& settings, std::string& out) {
  ObjectWriter object(out);
  for (const Setting& setting : settings) {
    append_json_string(setting.value, object.key(setting.flag));
  }
  object.close();
}

void append_probes(const ProbeTotals& probes, std::string& out) {
  if (probes.port == 0) {
    out += "null";
    return;
  }
  ObjectWriter object(out);
  object.number("port", probes.port);
  object.text("egress", name_of(probes.egress));
  object.number("addresses", probes.addresses);
  object.number("skipped", probes.skipped);
  object.number("connections", probes.connections);
  object.number("opened", probes.opened);
  object.number("retried", probes.retried);
  object.close();
}

}  // namespace

std::string summary_json(const Summary& summary) {
  std::string text;
  ObjectWriter object(text);
  object.text("version", MXBULK_VERSION);
  object.number("exit_code", static_cast<uint64_t>(summary.exit_code));
  object.text("error", summary.error);
  object.key("started") += time_json(summary.began_unix_ms);
  object.key("ended") += time_json(summary.ended_unix_ms);
  append_settings(summary.settings, object.key("settings"));
  append_list(summary.inputs, object.key("inputs"), append_input);
  append_list(summary.outputs, object.key("outputs"), append_output);
  object.number("rows", summary.rows);
  object.number("rows_written", summary.rows_written);
  object.number("domains", summary.domains);
  object.key("seconds") += format("%.3f", summary.seconds);
  append_verdicts(summary, object.key("verdicts"));
  append_reasons(summary, object.key("reasons"));
  object.key("unknown_share") += format("%.6f", summary.unknown_share());
  append_dns(summary, object.key("dns"));
  append_probes(summary.probes, object.key("probes"));
  const bool named = may_name_worst(summary);
  object.number("first_invalid_row", summary.first_invalid_row);
  object.text("first_invalid_place", summary.first_invalid_place);
  object.key("invalid_share") += format("%.6f", summary.invalid_share());
  object.text("worst_dead_domain", named ? summary.worst_dead_domain : "");
  object.number("worst_dead_rows", named ? summary.worst_dead_rows : 0);
  object.number("ragged_rows", summary.ragged_rows);
  object.number("rows_trimmed", summary.rows_trimmed);
  object.number("rows_duplicate", summary.rows_duplicate);
  object.number("rows_passed", summary.rows_passed);
  object.number("rows_deferred", summary.rows_deferred);
  object.number("bytes_read", summary.bytes_read);
  object.boolean("dry_run", summary.dry_run);
  object.text("output", summary.output_path);
  object.close();
  return text + "\n";
}

}  // namespace mxbulk::output
