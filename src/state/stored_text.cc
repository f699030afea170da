#include "state/stored_text.h"

#include <string>
#include <unordered_map>
#include <vector>

#include "model/outcome_table.h"

namespace mxbulk::state {

Reason reason_from(std::string_view name) {
  static const auto kByName = [] {
    std::unordered_map<std::string_view, Reason> by_name;
    for (const Outcome& outcome : outcome_table()) by_name.emplace(outcome.name, outcome.reason);
    return by_name;
  }();
  const auto found = kByName.find(name);
  return found == kByName.end() ? Reason::kNotAttempted : found->second;
}

std::optional<Action> action_from(std::string_view name) {
  for (size_t i = 0; i < kActionCount; ++i) {
    if (name_of(static_cast<Action>(i)) == name) return static_cast<Action>(i);
  }
  return std::nullopt;
}

LintSet lints_from(std::string_view names) {
  LintSet lints;
  while (!names.empty()) {
    const size_t end = std::min(names.find(';'), names.size());
    for (const LintText& lint : lint_table()) {
      if (lint.name == names.substr(0, end)) lints.add(lint.lint);
    }
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return lints;
}

std::string text_of(LintSet lints) {
  std::string text;
  for (const std::string_view name : lint_names(lints)) {
    if (!text.empty()) text += ';';
    text += name;
  }
  return text;
}

std::optional<ProbeOutcome> probe_from(std::string_view reason) {
  for (int i = 0; i <= static_cast<int>(ProbeOutcome::kStarttls); ++i) {
    const auto outcome = static_cast<ProbeOutcome>(i);
    if (name_of(reason_of(outcome)) == reason) return outcome;
  }
  return std::nullopt;
}

std::string_view text_of(std::optional<ProbeOutcome> probe) {
  return probe ? name_of(reason_of(*probe)) : std::string_view();
}

Action default_action(Reason reason) {
  return outcome_of(reason).action;
}

void append_host_id(int64_t id, std::string& blob) {
  for (int shift = 8 * (kHostIdOctets - 1); shift >= 0; shift -= 8) {
    blob.push_back(static_cast<char>(id >> shift & 0xFF));
  }
}

int64_t host_id_at(std::string_view blob, size_t index) {
  int64_t id = 0;
  for (size_t i = 0; i < kHostIdOctets; ++i) {
    id = id << 8 | static_cast<uint8_t>(blob[index * kHostIdOctets + i]);
  }
  return id;
}

}  // namespace mxbulk::state
