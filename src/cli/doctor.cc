#include <algorithm>
#include <array>
#include <cmath>

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
    case Facts::Reach::kUnresponsive: return "unresponsive";
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
    case Facts::LetterCase::kPreserved: return "preserved";
    case Facts::LetterCase::kLowercased: return "lowercased";
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
    case Facts::Bottleneck::kPacketLoss: return "packet_loss";
    case Facts::Bottleneck::kWindow: return "window";
    case Facts::Bottleneck::kClient: return "client";
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

uint64_t rounded(double value) {
  return static_cast<uint64_t>(std::llround(value));
}

void write_machine(const MachineFacts& machine, JsonWriter& json) {
  json.begin_object();
  json.key("open_files_soft").number(machine.open_files_soft);
  json.key("open_files_hard").number(machine.open_files_hard);
  json.key("udp_socket").boolean(machine.has_socket);
  json.key("receive_buffer_bytes").number(machine.receive_buffer_bytes);
  json.key("receive_buffer_wanted_bytes").number(machine.receive_buffer_wanted_bytes);
  json.key("rmem_max_bytes").number(machine.receive_buffer_cap_bytes);
  json.key("in_flight_per_socket").number(machine.in_flight_per_socket);
  json.key("sendmmsg").boolean(machine.has_sendmmsg);
  json.key("udp_segment").boolean(machine.has_udp_segment);
  json.key("libraries").texts(machine.libraries);
  json.end_object();
}

void write_resolver(const ResolverFacts& resolver, JsonWriter& json) {
  json.begin_object();
  json.key("resolver").text(resolver.endpoint);
  json.key("udp").text(name_of(resolver.udp));
  json.key("udp_rcode").text(resolver.udp_rcode);
  json.key("tcp").text(name_of(resolver.tcp));
  json.key("edns").boolean(resolver.has_edns);
  json.key("large_answer").text(name_of(resolver.large_answer));
  json.key("large_answer_bytes").number(resolver.large_answer_bytes);
  json.key("letter_case").text(name_of(resolver.letter_case));
  json.key("nxdomain_integrity").text(name_of(resolver.nxdomain_integrity));
  json.key("latency_p50_us").number(static_cast<uint64_t>(resolver.latency_p50_us));
  json.key("latency_p99_us").number(static_cast<uint64_t>(resolver.latency_p99_us));
  json.key("lookups").number(resolver.lookups);
  json.key("queries").number(resolver.queries);
  json.key("retries").number(resolver.retries);
  json.key("lookups_per_s").number(rounded(resolver.lookups_per_s));
  json.key("window").number(resolver.window);
  json.key("qps_limit").number(resolver.qps_limit);
  json.key("client_cpu_percent").number(rounded(resolver.client_cpu_share * 100));
  json.key("bottleneck").text(name_of(resolver.bottleneck));
  json.end_object();
}

void write_finding(const Finding& finding, JsonWriter& json) {
  json.begin_object();
  json.key("level").text(name_of(finding.level));
  json.key("subject").text(finding.subject);
  json.key("topic").text(finding.topic);
  json.key("found").text(finding.found);
  json.key("advice").text_or_null(finding.advice);
  json.end_object();
}

template <class Items, class Write>
void write_items(const Items& items, Write write, JsonWriter& json) {
  json.begin_array();
  for (const auto& item : items) write(item, json);
  json.end_array();
}

void write_helo_address(const HeloFacts::Address& address, JsonWriter& json) {
  json.begin_object();
  json.key("ip").text(address.ip);
  json.key("names").texts(address.names);
  json.key("forward_confirmed").boolean(address.is_forward_confirmed);
  json.key("reverse_failed").boolean(address.has_reverse_failed);
  json.end_object();
}

void write_dial(const PortFacts::Dial& dial, JsonWriter& json) {
  json.begin_object();
  json.key("ip").text(dial.ip);
  json.key("outcome").text(dial.outcome);
  json.key("ms").number(dial.ms);
  json.key("opened").boolean(dial.has_opened);
  json.key("greeting").text_or_null(dial.greeting);
  json.end_object();
}

void write_probing(const HeloFacts& helo, const PortFacts& port, JsonWriter& json) {
  json.begin_object();
  json.key("helo").text_or_null(helo.name);
  write_items(helo.addresses, write_helo_address, json.key("helo_addresses"));
  json.key("port").number(port.port);
  json.key("canary").text_or_null(port.canary);
  json.key("canary_reason").text_or_null(port.canary_reason);
  write_items(port.dials, write_dial, json.key("dials"));
  json.end_object();
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
  JsonWriter json(out);
  json.begin_object();
  json.key("usable").boolean(report.is_usable);
  write_machine(report.facts.machine, json.key("machine"));
  write_items(report.facts.resolvers, write_resolver, json.key("resolvers"));
  write_probing(report.facts.helo, report.facts.port, json.key("probing"));
  write_items(report.findings, write_finding, json.key("findings"));
  json.end_object();
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
      Status::resolver("no resolver can be used; fix the failures above, or name another "
                       "with -r"),
      false);
}

}  // namespace mxbulk::cli
