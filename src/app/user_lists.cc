#include "app/user_lists.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "app/list_file.h"
#include "base/ascii.h"
#include "base/limits.h"
#include "input/address_parser.h"

namespace mxbulk::app {
namespace {

constexpr std::string_view kNames = "disposable.txt free.txt relay.txt role.txt typos.txt";

enum class List : uint8_t { kDisposable, kFree, kRelay, kRole, kTypos };
constexpr std::array<std::pair<List, std::string_view>, 5> kLists = {
    {{List::kDisposable, "disposable.txt"},
     {List::kFree, "free.txt"},
     {List::kRelay, "relay.txt"},
     {List::kRole, "role.txt"},
     {List::kTypos, "typos.txt"}}};

bool is_list(std::string_view file) {
  return std::any_of(kLists.begin(), kLists.end(),
                     [&](const auto& list) { return list.second == file; });
}

// Reads the lists one after another.
class Reader {
 public:
  explicit Reader(std::string folder) : folder_(std::move(folder)) {}

  Status read(List list, std::string_view file) {
    const std::string path = (std::filesystem::path(folder_) / file).string();
    std::error_code unused;
    if (std::filesystem::status(path, unused).type() == std::filesystem::file_type::not_found) {
      return {};
    }
    ++files_;
    return read_list_file("--lists", path,
                          [&](std::string_view entry) { return take(list, entry); });
  }

  [[nodiscard]] size_t files() const { return files_; }
  [[nodiscard]] enrich::UserLists& lists() { return lists_; }

 private:
  Status take(List list, std::string_view entry) {
    switch (list) {
      case List::kDisposable: return take_domain(entry, lists_.disposable);
      case List::kFree: return take_free(entry);
      case List::kRelay: return take_domain(entry, lists_.relay);
      case List::kRole: return take_role(entry);
      case List::kTypos: return take_typo(entry);
    }
    return {};
  }

  Status take_domain(std::string_view entry, std::vector<std::string>& to) {
    std::optional<std::string> domain = domain_of(entry);
    if (!domain) return no_domain(entry);
    to.push_back(std::move(*domain));
    return {};
  }

  Status take_free(std::string_view entry) {
    const bool is_suggested = entry.starts_with('*') && !entry.starts_with("*.");
    if (is_suggested) entry = trim_list_entry(entry.substr(1));
    if (Status status = take_domain(entry, lists_.free); !status.ok()) return status;
    if (is_suggested) lists_.free_suggested.push_back(lists_.free.back());
    return {};
  }

  Status take_role(std::string_view entry) {
    const std::string role = ascii_lower_copy(entry);
    const bool is_fine = role.size() <= limits::kLocalPartOctetsMax &&
                         role.find_first_of("@+ \t") == std::string::npos;
    if (!is_fine) {
      return wrong(entry, "is not a role; write what is before the @, without a +tag");
    }
    lists_.roles.push_back(std::move(role));
    return {};
  }

  Status take_typo(std::string_view entry) {
    const size_t blank = entry.find_first_of(kListBlanks);
    const std::string_view first = entry.substr(0, blank);
    const std::string_view second =
        blank == std::string_view::npos ? std::string_view() : trim_list_entry(entry.substr(blank));
    if (second.empty() || second.find_first_of(kListBlanks) != std::string_view::npos) {
      return wrong(entry, "is not a typo; write the misspelt domain, a blank, and what was meant");
    }
    std::optional<std::string> typed = domain_of(first);
    if (!typed) return no_domain(first);
    std::optional<std::string> meant = domain_of(second);
    if (!meant) return no_domain(second);
    if (*typed == *meant) return wrong(entry, "names one domain twice; write what was meant");
    lists_.typos.emplace_back(std::move(*typed), std::move(*meant));
    return {};
  }

  std::optional<std::string> domain_of(std::string_view entry) {
    const input::ParsedAddress parsed = parser_.parse_domain(entry);
    if (parsed.invalid) return std::nullopt;
    return to_text(parsed.domain);
  }

  [[nodiscard]] static Status no_domain(std::string_view entry) {
    return wrong(entry, "is not a domain; write one, as example.com: names under it count too");
  }
  [[nodiscard]] static Status wrong(std::string_view entry, std::string_view why) {
    return Status::usage("\"" + std::string(entry) + "\" " + std::string(why));
  }

  std::string folder_;
  size_t files_ = 0;
  input::AddressParser parser_;
  enrich::UserLists lists_;
};

}  // namespace

std::vector<std::string> list_paths(const std::string& folder) {
  std::vector<std::string> paths;
  if (folder.empty()) return paths;
  for (const auto& [list, file] : kLists) {
    paths.push_back((std::filesystem::path(folder) / file).string());
  }
  return paths;
}

std::vector<std::string> files_not_read(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    // Names that begin with a dot belong to editors and version control.
    if (!is_list(name) && !name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<enrich::UserLists> read_user_lists(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return Status::usage("--lists: " + folder + " is not a folder; name one with any of " +
                         std::string(kNames));
  }
  for (const std::string& name : files_not_read(folder)) {
    if (!name.ends_with(".txt")) continue;
    return Status::usage("--lists: " + folder + "/" + name + " is not a list; the lists are " +
                         std::string(kNames));
  }
  Reader reader(folder);
  for (const auto& [list, file] : kLists) {
    if (Status status = reader.read(list, file); !status.ok()) return status;
  }
  if (reader.files() == 0) {
    return Status::usage("--lists: " + folder + " has none of " + std::string(kNames));
  }
  return std::move(reader.lists());
}

Status add_user_lists(const std::string& folder, enrich::Enricher& enricher) {
  if (folder.empty()) return {};
  Result<enrich::UserLists> lists = read_user_lists(folder);
  if (!lists.ok()) return lists.status();
  enricher.add(std::move(lists.value()));
  return {};
}

}  // namespace mxbulk::app
