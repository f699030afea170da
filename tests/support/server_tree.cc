#include "support/server_tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace mxbulk::test {
namespace {

void make_device(const std::string& path, unsigned minor_number) {
  constexpr unsigned kMemoryDevices = 1;
  ASSERT_EQ(mknod(path.c_str(), S_IFCHR | 0666, makedev(kMemoryDevices, minor_number)), 0)
      << path << ": " << std::strerror(errno);
  chmod(path.c_str(), 0666);
}

}  // namespace

std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [mark, value] : values) {
    for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

void make_root(const std::string& root, const std::string& tree) {
  using std::filesystem::copy_options;
  chmod(root.c_str(), 0755);
  std::error_code error;
  for (const char* part : {"/etc", "/lib", "/lib64", "/usr", "/var"}) {
    if (!std::filesystem::exists(tree + part)) continue;
    std::filesystem::copy(
        tree + part, root + part,
        copy_options::recursive | copy_options::copy_symlinks | copy_options::create_hard_links,
        error);
    ASSERT_FALSE(error) << tree << part << ": " << error.message();
  }
  for (const char* name : {"/dev", "/tmp", "/run"}) {
    std::filesystem::create_directories(root + name, error);
    ASSERT_FALSE(error) << root << name << ": " << error.message();
  }
  constexpr unsigned kNull = 3;
  constexpr unsigned kRandom = 9;
  make_device(root + "/dev/null", kNull);
  make_device(root + "/dev/urandom", kRandom);
}

}  // namespace mxbulk::test
