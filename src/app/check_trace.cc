#include "app/check_trace.h"

#include <utility>

#include "output/terminal_text.h"

namespace mxbulk::app {

std::string outcome_text(const ProbeReport& report) {
  switch (report.end) {
    case ProbeReport::End::kOutcome: return std::string(name_of(reason_of(report.outcome)));
    case ProbeReport::End::kNoRoom: return "no room for a connection here";
    case ProbeReport::End::kNoRoute: return "no route from here";
  }
  return "?";
}

void CheckTrace::on_query(NameView name, RecordType type, std::string_view resolver, Proto proto) {
  std::string text = std::string(name_of(type)) + " " + to_text(name) + " to ";
  text += resolver;
  if (proto == Proto::kTcp) text += " over TCP";
  steps_.push_back({CheckStep::Kind::kQuery, std::move(text)});
}

void CheckTrace::on_answer(NameView name, RecordType type, std::string_view answer) {
  std::string text = std::string(name_of(type)) + " " + to_text(name) + ": ";
  text += answer;
  steps_.push_back({CheckStep::Kind::kAnswer, std::move(text)});
}

void CheckTrace::on_rule(NameView, std::string_view text) {
  steps_.push_back({CheckStep::Kind::kRule, std::string(text)});
}

void CheckTrace::on_probe(const IpAddress& address, const ProbeReport& report) {
  CheckedProbe probe;
  probe.ip = address.text();
  probe.outcome = outcome_text(report);
  probe.ms = report.elapsed_ms;
  probe.greeting = output::terminal_text(report.greeting);
  probe.remark = output::terminal_text(report.remark);
  std::string text = "dialled " + probe.ip + ": " + probe.outcome;
  if (report.code != 0) text += ", greeted " + std::to_string(report.code);
  steps_.push_back({CheckStep::Kind::kProbe, std::move(text)});
  probes_.insert_or_assign(address, std::move(probe));
}

const CheckedProbe* CheckTrace::probe_of(const IpAddress& address) const {
  const auto found = probes_.find(address);
  return found == probes_.end() ? nullptr : &found->second;
}

}  // namespace mxbulk::app
