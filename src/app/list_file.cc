#include "app/list_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "model/utf8.h"

namespace mxbulk::app {
namespace {

std::string_view without_comment(std::string_view line) {
  for (size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    const bool is_comment = at == 0 || kListBlanks.find(line[at - 1]) != kListBlanks.npos;
    if (is_comment) return line.substr(0, at);
  }
  return line;
}

}  // namespace

std::string_view trim_list_entry(std::string_view text) {
  const size_t first = text.find_first_not_of(kListBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kListBlanks) - first + 1);
}

Status read_list_file(std::string_view flag, const std::string& path, const TakeEntry& take) {
  const std::string where = std::string(flag) + ": ";
  std::error_code unused;
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path, unused)) {
    return Status::usage(where + "cannot read " + path + "; check the path and the permissions");
  }
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with(kBom)) text.remove_prefix(kBom.size());
    const std::string_view entry = trim_list_entry(without_comment(text));
    if (entry.empty()) continue;
    if (const Status status = take(entry); !status.ok()) {
      return {status.code(), where + path + ":" + std::to_string(number) + ": " + status.message()};
    }
  }
  // A list that was read in part would leave out what the user asked for.
  if (file.bad()) return Status::usage(where + "cannot read all of " + path);
  return {};
}

}  // namespace mxbulk::app
