// docs/verdicts.md says what the code does: the same reasons under the same verdicts with the same
// actions, the same lints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "mxbulk/verdict.h"

namespace mxbulk {
namespace {

using ::testing::ContainerEq;

// The cells of a row of a table, without blanks and backquotes around them; empty for other lines.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (!line.starts_with("| `")) return cells;
  std::istringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');) {
    const size_t first = cell.find_first_not_of(" `");
    const size_t last = cell.find_last_not_of(" `");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

struct Documented {
  // reason -> "verdict action"
  std::map<std::string, std::string> reasons;
  std::set<std::string> lints;
  std::set<std::string> actions;
};

Documented read_page() {
  std::ifstream file(MXBULK_SOURCE_DIR "/docs/verdicts.md");
  EXPECT_TRUE(file.is_open());
  Documented found;
  std::string section;  // the last heading, without its marks
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) {
      section = line.substr(line.find_first_not_of("# `"));
      if (section.ends_with('`')) section.pop_back();
      continue;
    }
    const std::vector<std::string> cells = cells_of(line);
    Verdict verdict{};
    if (cells.size() < 2) continue;
    if (verdict_from_name(section, verdict)) {
      EXPECT_TRUE(found.reasons.emplace(cells[0], section + " " + cells[1]).second)
          << cells[0] << " twice";
    }
    if (section == "Lints") found.lints.insert(cells[0]);
    if (section == "Actions") found.actions.insert(cells[0]);
  }
  return found;
}

TEST(VerdictsPage, HasEachReasonWithItsVerdictAndAction) {
  std::map<std::string, std::string> expected;
  for (size_t index = 0; index < kReasonCount; ++index) {
    const auto reason = static_cast<Reason>(index);
    // Shares a public name; its own action is in the list of exceptions.
    if (reason == Reason::kBadLocalDots) continue;
    expected[std::string(name_of(reason))] = std::string(name_of(verdict_of(reason))) + " " +
                                             std::string(name_of(action_of(reason, {})));
  }
  EXPECT_THAT(read_page().reasons, ContainerEq(expected));
}

TEST(VerdictsPage, HasEachLint) {
  std::set<std::string> expected;
  for (size_t index = 0; index < kLintCount; ++index) {
    expected.insert(std::string(name_of(static_cast<Lint>(index))));
  }
  EXPECT_THAT(read_page().lints, ContainerEq(expected));
}

TEST(VerdictsPage, HasEachAction) {
  std::set<std::string> expected;
  for (size_t index = 0; index < kActionCount; ++index) {
    expected.insert(std::string(name_of(static_cast<Action>(index))));
  }
  EXPECT_THAT(read_page().actions, ContainerEq(expected));
}

}  // namespace
}  // namespace mxbulk
