#include <algorithm>

#include "cli/subcommands.h"
#include "model/json_text.h"
#include "model/outcome_table.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

using output::terminal_text;

constexpr int kUnknown = 3;

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMxOk:
    case Verdict::kReachable: return "\x1b[32m";
    case Verdict::kNoMx:
    case Verdict::kNullMx:
    case Verdict::kDeadMx:
    case Verdict::kInvalid: return "\x1b[31m";
    case Verdict::kUnknown: return "\x1b[33m";
  }
  return "";
}

std::string_view name_of_kind(CheckStep::Kind kind) {
  switch (kind) {
    case CheckStep::Kind::kQuery: return "query";
    case CheckStep::Kind::kAnswer: return "answer";
    case CheckStep::Kind::kRule: return "rule";
    case CheckStep::Kind::kProbe: return "probe";
  }
  return "";
}

std::vector<std::string_view> flags_of(const CheckReport& report) {
  std::vector<std::string_view> flags;
  if (report.is_disposable) flags.emplace_back("disposable");
  if (report.is_role) flags.emplace_back("role");
  if (report.is_free) flags.emplace_back("free");
  if (report.is_relay) flags.emplace_back("relay");
  return flags;
}

template <class Texts>
std::string joined(const Texts& texts, std::string_view between) {
  std::string out;
  for (const auto& text : texts) {
    if (!out.empty()) out += between;
    out += terminal_text(text);
  }
  return out;
}

std::string field(std::string_view name, const std::string& value) {
  if (value.empty()) return {};
  std::string label(name);
  label.resize(std::max<size_t>(label.size(), 11), ' ');
  return "  " + label + value + "\n";
}

std::string headline(const CheckReport& report, bool color) {
  std::string verdict =
      std::string(name_of(report.verdict)) + "/" + std::string(name_of(report.reason));
  if (color) verdict = std::string(color_of(report.verdict)) + verdict + "\x1b[0m";
  return terminal_text(report.input) + ": " + verdict + ", " + std::string(name_of(report.action)) +
         "\n";
}

std::vector<CheckedExchange> sorted_exchanges(const CheckReport& report) {
  auto exchanges = report.exchanges;
  std::stable_sort(exchanges.begin(), exchanges.end(), [](const auto& a, const auto& b) {
    return a.preference != b.preference ? a.preference < b.preference : a.host < b.host;
  });
  return exchanges;
}

std::string probe_text(const CheckedProbe& probe) {
  std::string line = "       probe " + terminal_text(probe.ip) + ": " +
                     terminal_text(probe.outcome) + " in " + std::to_string(probe.ms) + " ms";
  if (!probe.greeting.empty()) line += ", \"" + terminal_text(probe.greeting) + "\"";
  if (!probe.remark.empty()) line += ", " + terminal_text(probe.remark);
  return line + "\n";
}

std::string exchange_text(const CheckedExchange& exchange) {
  std::string line = "    " + std::to_string(exchange.preference) + " " +
                     terminal_text(exchange.host) + "  " + terminal_text(exchange.state);
  if (exchange.is_cname) line += ", a CNAME";
  if (!exchange.provider.empty()) line += ", " + terminal_text(exchange.provider);
  line += "\n";
  if (!exchange.ipv4.empty()) line += "       IPv4 " + joined(exchange.ipv4, ", ") + "\n";
  if (!exchange.ipv6.empty()) line += "       IPv6 " + joined(exchange.ipv6, ", ") + "\n";
  for (const CheckedProbe& probe : exchange.probes) line += probe_text(probe);
  return line;
}

std::string lints_text(LintSet lints) {
  if (lints.empty()) return {};
  std::string text = "  lints\n";
  for (const LintText& lint : lint_table()) {
    if (!lints.has(lint.lint)) continue;
    text += "    " + std::string(lint.name) + ": " + std::string(lint.sentence) + "\n";
  }
  return text;
}

std::string steps_text(const std::vector<CheckStep>& steps) {
  if (steps.empty()) return {};
  std::string text = "  steps\n";
  size_t number = 0;
  for (const CheckStep& step : steps) {
    std::string label = std::to_string(++number);
    label.insert(0, label.size() < 3 ? 3 - label.size() : 0, ' ');
    std::string kind(name_of_kind(step.kind));
    kind.resize(7, ' ');
    text += "  " + label + ". " + kind + terminal_text(step.text) + "\n";
  }
  return text;
}

void write_probe(const CheckedProbe& probe, JsonWriter& json) {
  json.begin_object();
  json.key("ip").text(probe.ip);
  json.key("outcome").text(probe.outcome);
  json.key("ms").number(probe.ms);
  json.key("greeting").text_or_null(probe.greeting);
  json.key("remark").text_or_null(probe.remark);
  json.end_object();
}

void write_exchange(const CheckedExchange& exchange, JsonWriter& json) {
  json.begin_object();
  json.key("preference").number(exchange.preference);
  json.key("host").text(exchange.host);
  json.key("state").text(exchange.state);
  json.key("ipv4").texts(exchange.ipv4);
  json.key("ipv6").texts(exchange.ipv6);
  json.key("provider").text_or_null(exchange.provider);
  json.key("cname").boolean(exchange.is_cname);
  json.key("probes").begin_array();
  for (const CheckedProbe& probe : exchange.probes) write_probe(probe, json);
  json.end_array();
  json.end_object();
}

void write_step(const CheckStep& step, JsonWriter& json) {
  json.begin_object();
  json.key("kind").text(name_of_kind(step.kind));
  json.key("text").text(step.text);
  json.end_object();
}

}  // namespace

std::string check_text(const CheckReport& report, bool color) {
  std::string text = headline(report, color);
  const std::string_view sentence = outcome_of(report.reason).sentence;
  text += field("why", report.explanation.empty() ? std::string(sentence)
                                                  : terminal_text(report.explanation));
  text += field("domain", terminal_text(report.domain));
  text += field("provider", terminal_text(report.provider));
  text += field("flags", joined(flags_of(report), ", "));
  if (!report.suggestion.empty()) {
    text += field("suggestion", "did you mean " + terminal_text(report.suggestion) + "?");
  }
  if (!report.exchanges.empty()) text += "  exchanges\n";
  for (const CheckedExchange& exchange : sorted_exchanges(report)) text += exchange_text(exchange);
  return text + lints_text(report.lints) + steps_text(report.steps);
}

std::string check_json(const CheckReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("input").text_or_null(report.input);
  json.key("domain").text_or_null(report.domain);
  json.key("verdict").text(name_of(report.verdict));
  json.key("reason").text(name_of(report.reason));
  json.key("action").text(name_of(report.action));
  json.key("explanation").text_or_null(report.explanation);
  json.key("provider").text_or_null(report.provider);
  json.key("suggestion").text_or_null(report.suggestion);
  json.key("flags").texts(flags_of(report));
  json.key("lints").texts(lint_names(report.lints));
  json.key("exchanges").begin_array();
  for (const CheckedExchange& exchange : sorted_exchanges(report)) write_exchange(exchange, json);
  json.end_array();
  json.key("steps").begin_array();
  for (const CheckStep& step : report.steps) write_step(step, json);
  json.end_array();
  json.end_object();
  return out + "\n";
}

int run_check(const Invocation& invocation, const Console& console) {
  const auto result = check(invocation.options, invocation.names);
  if (!result.ok()) return report_failure(result.status(), false);
  bool is_known = true;
  std::string text;
  for (const CheckReport& report : result.value()) {
    if (!text.empty() && !invocation.json) text += "\n";
    text += invocation.json ? check_json(report) : check_text(report, console.color_stdout);
    is_known = is_known && report.verdict != Verdict::kUnknown;
  }
  if (Status status = print(text); !status.ok()) return report_failure(status, false);
  return is_known ? 0 : kUnknown;
}

}  // namespace mxbulk::cli
