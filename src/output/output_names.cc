#include "output/output_names.h"

#include <algorithm>
#include <string_view>

#include "output/terminal_text.h"

namespace mxbulk::output {
namespace {

constexpr std::string_view kVerdictPlace = "{verdict}";
constexpr std::string_view kActionPlace = "{action}";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Status check_placeholders(const std::string& path) {
  for (size_t begin = path.find('{'); begin != path.npos; begin = path.find('{', begin + 1)) {
    const size_t end = path.find('}', begin);
    if (end == path.npos) break;
    const std::string_view place = std::string_view(path).substr(begin, end + 1 - begin);
    if (place == kVerdictPlace || place == kActionPlace) continue;
    return Status::usage("the output's name has " + terminal_text(place) +
                         ", which is not a placeholder; use {action} or {verdict}");
  }
  return {};
}

std::vector<Verdict> verdicts_of(const std::vector<Verdict>& only) {
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const bool is_named = std::find(only.begin(), only.end(), verdict) != only.end();
    if (only.empty() || is_named) verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace

bool has_placeholder(const std::string& path) {
  const size_t begin = path.find('{');
  return begin != path.npos && path.find('}', begin) != path.npos;
}

Result<std::vector<OutputName>> output_names(const std::string& path,
                                             const std::vector<Verdict>& only) {
  if (Status status = check_placeholders(path); !status.ok()) return status;
  std::vector<OutputName> names = {{path, std::nullopt, std::nullopt}};
  if (path.find(kVerdictPlace) != path.npos) {
    names.clear();
    for (const Verdict verdict : verdicts_of(only)) {
      names.push_back({path, verdict, std::nullopt});
      replace_all(names.back().path, kVerdictPlace, name_of(verdict));
    }
  }
  if (path.find(kActionPlace) == path.npos) return names;
  std::vector<OutputName> split;
  for (const OutputName& name : names) {
    for (size_t i = 0; i < kActionCount; ++i) {
      split.push_back({name.path, name.verdict, static_cast<Action>(i)});
      replace_all(split.back().path, kActionPlace, name_of(static_cast<Action>(i)));
    }
  }
  return split;
}

}  // namespace mxbulk::output
