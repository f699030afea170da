#include "cli/night_flags.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/limits.h"
#include "cli/flag_store.h"
#include "cli/flag_values.h"
#include "model/outcome_table.h"

namespace mxbulk::cli {
namespace {

constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kNightTimeMaxMs = 366LL * 24 * 3'600 * kSecondMs;

// `0` needs no unit. At most a year.
Result<int64_t> night_time_ms_from(std::string_view text) {
  if (text == "0") return int64_t{0};
  Result<int64_t> value = duration_ms_from(text);
  if (!value.ok() || value.value() <= kNightTimeMaxMs) return value;
  return Status::usage("\"" + std::string(text) + "\" is out of range; write at most 366d");
}

Status name_file(std::string_view text, std::string& field) {
  if (text.empty()) return Status::usage("a value is missing; name a file");
  field = text;
  return {};
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

bool find_outcome(std::string_view name, FailGate& gate) {
  Verdict verdict{};
  if (verdict_from_name(name, verdict)) {
    gate.verdict = verdict;
    return true;
  }
  for (size_t i = 0; i < kActionCount; ++i) {
    if (name_of(static_cast<Action>(i)) != name) continue;
    gate.action = static_cast<Action>(i);
    return true;
  }
  gate.reason = name;
  const auto table = outcome_table();
  return std::any_of(table.begin(), table.end(),
                     [&](const Outcome& outcome) { return outcome.name == name; });
}

Result<FailGate> gate_from(std::string_view text) {
  constexpr std::string_view kOfDomains = "domains:";
  FailGate gate;
  gate.text = text;
  const auto wrong = [&](const std::string& what) {
    return Status::usage("\"" + std::string(text) + "\": " + what +
                         "; write a verdict, reason or action and a share, as in no_mx>5% or "
                         "domains:suppress>10%");
  };
  gate.of_domains = text.starts_with(kOfDomains);
  if (gate.of_domains) text.remove_prefix(kOfDomains.size());
  const size_t sign = text.find('>');
  if (sign == text.npos) return wrong("there is no >");
  const std::string_view name = without_blanks(text.substr(0, sign));
  if (!find_outcome(name, gate)) {
    return wrong("\"" + std::string(name) + "\" is no verdict, reason or action");
  }
  const Result<double> rate = rate_from(without_blanks(text.substr(sign + 1)));
  if (!rate.ok()) return wrong(rate.status().message());
  gate.share_max = rate.value();
  return gate;
}

}  // namespace

Status set_state(std::string_view text, Invocation& to) {
  if (text == "-") return Status::usage("a state cannot be a stream; name a file");
  return name_file(text, to.options.state.path);
}
Status set_state_optional(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.state.is_optional);
}
Status set_max_age(std::string_view text, Invocation& to) {
  const Result<int64_t> age_ms = night_time_ms_from(text);
  if (!age_ms.ok()) return age_ms.status();
  to.options.state.max_age_s = age_ms.value() / kSecondMs;
  return {};
}
Status set_max_shift(std::string_view text, Invocation& to) {
  return store(rate_from(text), to.options.state.shift_max);
}
Status set_accept_shift(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.state.accepts_shift);
}

Status set_dead_after(std::string_view text, Invocation& to) {
  const size_t slash = text.find('/');
  if (slash == text.npos) {
    return Status::usage("\"" + std::string(text) +
                         "\" has no /; write runs and a time, as in "
                         "5/120h");
  }
  const Result<uint64_t> runs = count_from(text.substr(0, slash), 1, limits::kDeadAfterRunsMax);
  if (!runs.ok()) return runs.status();
  const Result<int64_t> time_ms = night_time_ms_from(text.substr(slash + 1));
  if (!time_ms.ok()) return time_ms.status();
  to.options.state.dead_after_runs = static_cast<uint32_t>(runs.value());
  to.options.state.dead_after_s = time_ms.value() / kSecondMs;
  return {};
}

Status set_changes(std::string_view text, Invocation& to) {
  return name_file(text, to.options.state.changes_path);
}
Status set_changes_all(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.state.changes_all);
}
Status set_all_domains(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.state.names_all_domains);
}
Status set_run_id(std::string_view text, Invocation& to) {
  if (text.size() > limits::kRunIdOctetsMax) {
    return Status::usage("it is longer than " + std::to_string(limits::kRunIdOctetsMax) +
                         " octets; write a shorter one");
  }
  to.options.run_id = text;
  return {};
}

Status set_run_date(std::string_view text, Invocation& to) {
  const auto wrong = [&] {
    return Status::usage("\"" + std::string(text) + "\" is no date; write YYYY-MM-DD");
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong();
  const Result<uint64_t> year = count_from(text.substr(0, 4), 1, 9'999);
  const Result<uint64_t> month = count_from(text.substr(5, 2), 1, 12);
  const Result<uint64_t> day = count_from(text.substr(8, 2), 1, 31);
  if (!year.ok() || !month.ok() || !day.ok()) return wrong();
  using namespace std::chrono;  // NOLINT: names of its literals
  const year_month_day date(std::chrono::year(static_cast<int>(year.value())),
                            std::chrono::month(static_cast<unsigned>(month.value())),
                            std::chrono::day(static_cast<unsigned>(day.value())));
  if (!date.ok()) return wrong();
  to.options.run_date = text;
  return {};
}

Status set_deadline(std::string_view text, Invocation& to) {
  const Result<int64_t> deadline_ms = night_time_ms_from(text);
  if (!deadline_ms.ok()) return deadline_ms.status();
  to.options.deadline_ms = deadline_ms.value();
  return {};
}

Status set_days(std::string_view text, Invocation& to) {
  return store(count_from(text, limits::kPruneDaysMin, limits::kPruneDaysMax), to.state_days);
}

Status set_fail_if(std::string_view text, Invocation& to) {
  const Result<std::vector<std::string>> gates = filled_list_from(text);
  if (!gates.ok()) return gates.status();
  for (const std::string& one : gates.value()) {
    Result<FailGate> gate = gate_from(one);
    if (!gate.ok()) return gate.status();
    to.options.fail_if.push_back(std::move(gate.value()));
  }
  return {};
}

Status check_night_rules(const Options& options) {
  if (!options.state.changes_path.empty() && options.state.path.empty()) {
    return Status::usage("--changes needs --state, which has the last run");
  }
  return {};
}

}  // namespace mxbulk::cli
