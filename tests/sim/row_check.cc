#include "sim/row_check.h"

#include <map>
#include <set>

#include "sim/oracle.h"

namespace mxbulk::test {
namespace {

constexpr std::string_view kHeader =
    "id,email,rest,mx_email,mx_verdict,mx_reason,mx_action,mx_domain,mx_host,mx_provider,mx_flags,"
    "mx_lints,mx_suggestion\n";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::set<std::string> names_of(LintSet lints) {
  std::set<std::string> names;
  for (size_t i = 0; i < kLintCount; ++i) {
    const auto lint = static_cast<Lint>(i);
    if (lints.has(lint)) names.emplace(name_of(lint));
  }
  return names;
}

std::set<std::string> lints_in(const std::string& cell) {
  std::set<std::string> names;
  for (std::string& name : split(cell, ';')) {
    // It depends on the exchanges' providers, which the oracle does not know.
    if (!name.empty() && name != "mx_long_list") names.insert(std::move(name));
  }
  return names;
}

std::string_view terminator_of(std::string_view row) {
  if (row.ends_with("\r\n")) return row.substr(row.size() - 2);
  return row.ends_with("\n") ? row.substr(row.size() - 1) : std::string_view();
}

// Takes rows off the front of the output.
class RowChecker {
 public:
  explicit RowChecker(const RunResult& result) : rest_(result.output) {
    for (const DomainResult& domain : result.domains) records_[domain.name] = &domain.record;
  }

  std::string check_header() {
    if (!rest_.starts_with(kHeader)) return "the header is wrong";
    rest_.remove_prefix(kHeader.size());
    return {};
  }

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  std::string check(const SimulatedRow& row) {
    const std::string_view terminator = terminator_of(row.bytes);
    const std::string_view own =
        std::string_view(row.bytes).substr(0, row.bytes.size() - terminator.size());
    if (!rest_.starts_with(own)) return "another row stands here";
    rest_.remove_prefix(own.size());
    const size_t end = terminator.empty() ? rest_.size() : rest_.find(terminator);
    if (end == std::string_view::npos) return "the row has lost its terminator";
    const std::vector<std::string> cells = split(rest_.substr(0, end), ',');
    rest_.remove_prefix(end + terminator.size());
    if (cells.size() != 11) return "not ten cells were appended";
    if (cells[1] != row.email) return "email " + cells[1];
    return check_cells(row, {cells.begin() + 2, cells.end()});
  }

 private:
  std::string check_cells(const SimulatedRow& row, const std::vector<std::string>& cells) {
    LintSet lints = row.lints;
    Reason reason = row.invalid.value_or(Reason::kNotAttempted);
    if (!row.invalid) {
      const auto found = records_.find(row.domain);
      if (found == records_.end()) return "its domain was never decided";
      reason = found->second->reason;
      lints.add(found->second->lints);
    }
    if (cells[0] != name_of(verdict_of(reason))) return "verdict " + cells[0];
    if (cells[1] != name_of(reason)) return "reason " + cells[1];
    if (cells[2] != name_of(oracle_action(reason, lints))) return "action " + cells[2];
    if (cells[3] != row.domain) return "domain " + cells[3];
    if (lints_in(cells[7]) != names_of(lints)) return "lints " + cells[7];
    return {};
  }

  std::string_view rest_;
  std::map<std::string, const DomainRecord*> records_;
};

}  // namespace

std::vector<std::string> row_complaints(const Scenario& scenario, const RunResult& result) {
  // Before the first verdict nothing is written.
  if (!result.failure.ok() && result.output.empty()) return {};
  RowChecker checker(result);
  std::vector<std::string> wrong;
  if (std::string text = checker.check_header(); !text.empty()) return {text};
  for (const SimulatedRow& row : scenario.rows) {
    // A run that was given up has written the first rows only.
    if (checker.is_at_end() && !result.failure.ok()) return wrong;
    const std::string text = checker.check(row);
    if (text.empty()) continue;
    wrong.push_back("row \"" + row.bytes.substr(0, row.bytes.find_last_not_of("\r\n") + 1) +
                    "\": " + text);
    if (wrong.size() == 3) return wrong;  // what follows follows from these
  }
  if (!checker.is_at_end()) wrong.emplace_back("there is output behind the last row");
  return wrong;
}

}  // namespace mxbulk::test
