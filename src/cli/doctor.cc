#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "cli/subcommands.h"
#include "model/json_text.h"
#include "mxbulk/doctor.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

using output::terminal_text;
using Level = Finding::Level;
using Facts = ResolverFacts;

constexpr size_t kLevelColumns = 9;
constexpr size_t kTopicColumns = 16;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kOk: return "ok";
    case Level::kWarning: return "warning";
    case Level::kFailure: return "failure";
  }
  return "";
}

std::string_view color_of(Level level) {
  switch (level) {
    case Level::kOk: return "\x1b[32m";
    case Level::kWarning: return "\x1b[33m";
    case Level::kFailure: return "\x1b[31m";
  }
  return "";
}

std::string_view name_of(Facts::Reach reach) {
  switch (reach) {
    case Facts::Reach::kAnswers: return "answers";
    case Facts::Reach::kRefuses: return "refuses";
    case Facts::Reach::kSilent: return "silent";
    case Facts::Reach::kUnreachable: return "unreachable";
  }
  return "";
}

std::string_view name_of(Facts::LargeAnswer answer) {
  switch (answer) {
    case Facts::LargeAnswer::kUnknown: return "unknown";
    case Facts::LargeAnswer::kWhole: return "whole";
    case Facts::LargeAnswer::kTruncated: return "truncated";
    case Facts::LargeAnswer::kLost: return "lost";
  }
  return "";
}

std::string_view name_of(Facts::LetterCase letter_case) {
  switch (letter_case) {
    case Facts::LetterCase::kUnknown: return "unknown";
    case Facts::LetterCase::kKept: return "kept";
    case Facts::LetterCase::kFolded: return "folded";
  }
  return "";
}

std::string_view name_of(Facts::NxdomainIntegrity integrity) {
  switch (integrity) {
    case Facts::NxdomainIntegrity::kUnknown: return "unknown";
    case Facts::NxdomainIntegrity::kIntact: return "intact";
    case Facts::NxdomainIntegrity::kNodata: return "nodata";
    case Facts::NxdomainIntegrity::kRewritten: return "rewritten";
    case Facts::NxdomainIntegrity::kDeniesRoot: return "denies_root";
  }
  return "";
}

std::string_view name_of(Facts::Bottleneck bottleneck) {
  switch (bottleneck) {
    case Facts::Bottleneck::kNone: return "none";
    case Facts::Bottleneck::kQps: return "qps";
    case Facts::Bottleneck::kLosses: return "losses";
    case Facts::Bottleneck::kWindow: return "window";
    case Facts::Bottleneck::kProgram: return "program";
    case Facts::Bottleneck::kResolver: return "resolver";
  }
  return "";
}

std::string padded(std::string_view text, size_t columns) {
  std::string out(text);
  out.resize(std::max(out.size() + 1, columns), ' ');
  return out;
}

std::string line_of(const Finding& finding, bool color) {
  std::string level = padded(name_of(finding.level), kLevelColumns);
  if (color) level = std::string(color_of(finding.level)) + level + "\x1b[0m";
  std::string line =
      "  " + level + padded(finding.topic, kTopicColumns) + terminal_text(finding.found) + "\n";
  if (!finding.advice.empty()) {
    line += std::string(2 + kLevelColumns + kTopicColumns, ' ') + "→ " +
            terminal_text(finding.advice) + "\n";
  }
  return line;
}

// An object's members, one by one.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_.push_back('{'); }

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(value, out_);
  }
  void number(std::string_view name, uint64_t value) {
    key(name);
    out_ += std::to_string(value);
  }
  void rounded(std::string_view name, double value) {
    number(name, static_cast<uint64_t>(std::llround(value)));
  }
  void boolean(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  // The value is appended by the caller.
  void key(std::string_view name) {
    out_ += std::exchange(between_, ",");
    append_json_string(name, out_);
    out_.push_back(':');
  }
  void end() { out_.push_back('}'); }

 private:
  std::string& out_;
  const char* between_ = "";
};

void append_machine(const MachineFacts& machine, std::string& out) {
  JsonObject object(out);
  object.number("files_soft", machine.files_soft);
  object.number("files_hard", machine.files_hard);
  object.boolean("udp_socket", machine.has_socket);
  object.number("receive_buffer_bytes", machine.receive_buffer_bytes);
  object.number("receive_buffer_wanted_bytes", machine.receive_buffer_wanted_bytes);
  object.number("rmem_max_bytes", machine.receive_buffer_cap_bytes);
  object.number("in_flight_per_socket", machine.in_flight_per_socket);
  object.boolean("batches", machine.has_batches);
  object.boolean("segmentation", machine.has_segmentation);
  object.key("libraries");
  append_json_array(machine.libraries, out);
  object.end();
}

void append_resolver(const ResolverFacts& resolver, std::string& out) {
  JsonObject object(out);
  object.text("resolver", resolver.endpoint);
  object.text("udp", name_of(resolver.udp));
  object.text("udp_rcode", resolver.udp_rcode);
  object.text("tcp", name_of(resolver.tcp));
  object.boolean("edns", resolver.has_edns);
  object.text("large_answer", name_of(resolver.large_answer));
  object.number("large_answer_bytes", resolver.large_answer_bytes);
  object.text("letter_case", name_of(resolver.letter_case));
  object.text("nxdomain_integrity", name_of(resolver.nxdomain_integrity));
  object.number("latency_p50_us", static_cast<uint64_t>(resolver.latency_p50_us));
  object.number("latency_p99_us", static_cast<uint64_t>(resolver.latency_p99_us));
  object.number("lookups", resolver.lookups);
  object.number("queries", resolver.queries);
  object.number("retries", resolver.retries);
  object.rounded("lookups_per_s", resolver.lookups_per_s);
  object.number("in_flight", resolver.window);
  object.number("qps_limit", resolver.qps_limit);
  object.rounded("cpu_percent", resolver.cpu_share * 100);
  object.text("bottleneck", name_of(resolver.bottleneck));
  object.end();
}

void append_finding(const Finding& finding, std::string& out) {
  JsonObject object(out);
  object.text("level", name_of(finding.level));
  object.text("subject", finding.subject);
  object.text("topic", finding.topic);
  object.text("found", finding.found);
  object.key("advice");
  append_json_string_or_null(finding.advice, out);
  object.end();
}

template <class Items, class Append>
void append_items(const Items& items, Append append, std::string& out) {
  out.push_back('[');
  const char* between = "";
  for (const auto& item : items) {
    out += std::exchange(between, ",");
    append(item, out);
  }
  out.push_back(']');
}

void append_helo_address(const HeloFacts::Address& address, std::string& out) {
  JsonObject object(out);
  object.text("ip", address.ip);
  object.key("names");
  append_json_array(address.names, out);
  object.boolean("confirmed", address.is_confirmed);
  object.boolean("unknown", address.is_unknown);
  object.end();
}

void append_dial(const PortFacts::Dial& dial, std::string& out) {
  JsonObject object(out);
  object.text("ip", dial.ip);
  object.text("outcome", dial.outcome);
  object.number("ms", dial.ms);
  object.boolean("opened", dial.has_opened);
  object.key("greeting");
  append_json_string_or_null(dial.greeting, out);
  object.end();
}

void append_probing(const HeloFacts& helo, const PortFacts& port, std::string& out) {
  JsonObject object(out);
  object.key("helo");
  append_json_string_or_null(helo.name, out);
  object.key("helo_addresses");
  append_items(helo.addresses, append_helo_address, out);
  object.number("port", port.port);
  object.key("canary");
  append_json_string_or_null(port.canary, out);
  object.key("canary_reason");
  append_json_string_or_null(port.canary_reason, out);
  object.key("dials");
  append_items(port.dials, append_dial, out);
  object.end();
}

}  // namespace

std::string doctor_text(const DoctorReport& report, bool color) {
  std::string text;
  std::string subject;
  for (const Finding& finding : report.findings) {
    if (finding.subject != subject) {
      subject = finding.subject;
      const bool is_resolver = subject != "machine" && subject != "probing";
      text += (is_resolver ? "resolver " : "") + terminal_text(subject) + "\n";
    }
    text += line_of(finding, color);
  }
  return text;
}

std::string doctor_json(const DoctorReport& report) {
  std::string out;
  JsonObject object(out);
  object.boolean("usable", report.is_usable);
  object.key("machine");
  append_machine(report.facts.machine, out);
  object.key("resolvers");
  append_items(report.facts.resolvers, append_resolver, out);
  object.key("probing");
  append_probing(report.facts.helo, report.facts.port, out);
  object.key("findings");
  append_items(report.findings, append_finding, out);
  object.end();
  return out + "\n";
}

int run_doctor(const Invocation& invocation, const Console& console) {
  Result<DoctorReport> result = diagnose(invocation.options);
  if (!result.ok()) return report_failure(result.status(), false);
  DoctorReport& report = result.value();
  if (invocation.quiet && !invocation.json) {
    std::erase_if(report.findings, [](const Finding& f) { return f.level == Level::kOk; });
  }
  const Status status =
      print(invocation.json ? doctor_json(report) : doctor_text(report, console.color_stdout));
  if (!status.ok()) return report_failure(status, false);
  if (report.is_usable) return 0;
  return report_failure(
      Status::resolver("no resolver can be used; mend what is a failure above, or name another "
                       "with -r"),
      false);
}

}  // namespace mxbulk::cli
