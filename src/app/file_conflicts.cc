#include "app/file_conflicts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

#include "output/terminal_text.h"

namespace mxbulk::app {
namespace {

// Device and inode of a file; if it does not exist yet, those of its folder and its name.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;  // empty: the file exists

  friend bool operator==(const Identity&, const Identity&) = default;
};

// Nothing for a device or a pipe: writing to it replaces nothing.
std::optional<Identity> identity_of(const struct stat& found) {
  if (!S_ISREG(found.st_mode)) return std::nullopt;
  return Identity{found.st_dev, found.st_ino, {}};
}

std::optional<Identity> identity_of_stream(int descriptor) {
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) return std::nullopt;
  return identity_of(found);
}

std::optional<Identity> identity_of_existing(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return identity_of(found);
}

std::optional<Identity> identity_of_input(const std::string& path) {
  return path == "-" ? identity_of_stream(STDIN_FILENO) : identity_of_existing(path);
}

std::optional<Identity> identity_of_output(const std::string& path) {
  if (path == "-") return identity_of_stream(STDOUT_FILENO);
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return identity_of(found);
  if (errno != ENOENT) return std::nullopt;
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  if (::stat(folder.empty() ? "." : folder.c_str(), &found) != 0) return std::nullopt;
  return Identity{found.st_dev, found.st_ino, whole.filename().string()};
}

std::string named(const NamedFile& file) {
  return file.role + " " + (file.path == "-" ? "(a stream)" : output::terminal_text(file.path));
}

bool is_standard_output(const NamedFile& file) {
  return file.path == "-" || file.path == "/dev/stdout";
}

Status conflict(const NamedFile& output, const NamedFile& other) {
  return Status::usage(named(output) + " is the same file as " + named(other) +
                       "; one would overwrite the other; nothing was written; name another file");
}

}  // namespace

Status check_file_conflicts(const std::vector<NamedFile>& inputs,
                            const std::vector<NamedFile>& outputs) {
  std::vector<std::optional<Identity>> inputs_seen;
  inputs_seen.reserve(inputs.size());
  for (const NamedFile& input : inputs) inputs_seen.push_back(identity_of_input(input.path));
  std::vector<std::optional<Identity>> outputs_seen;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::optional<Identity> identity = identity_of_output(outputs[i].path);
    for (size_t k = 0; k < inputs.size(); ++k) {
      if (identity && identity == inputs_seen[k]) return conflict(outputs[i], inputs[k]);
    }
    for (size_t k = 0; k < i; ++k) {
      if (identity && identity == outputs_seen[k]) return conflict(outputs[i], outputs[k]);
      if (is_standard_output(outputs[i]) && is_standard_output(outputs[k])) {
        return Status::usage(outputs[i].role + " and " + outputs[k].role +
                             " would both go to standard output; name a file for one of them");
      }
    }
    outputs_seen.push_back(identity);
  }
  return {};
}

}  // namespace mxbulk::app
