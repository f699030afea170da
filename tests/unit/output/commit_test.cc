#include "output/commit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace mxbulk::output {
namespace {

using test::FaultyFileSystem;
using test::TempDir;

const std::vector<std::string> kNames = {"send.csv", "summary.json", "suppress.csv"};

// Writes "new NAME" to each name of a run and commits them together.
Status write_all_names(const TempDir& folder, FileSystem& system) {
  std::vector<std::unique_ptr<OutputFile>> files;
  std::vector<OutputFile*> borrowed;
  for (const std::string& name : kNames) {
    auto file = OutputFile::create(folder.file(name), system);
    if (!file.ok()) return file.status();
    if (Status status = file.value()->write("new " + name); !status.ok()) return status;
    borrowed.push_back(file.value().get());
    files.push_back(std::move(file.value()));
  }
  return commit_all(borrowed);
}

// The files in the folder before the run: one for each name, one for the first name alone, or none.
std::vector<std::string> put_old(const TempDir& folder, size_t count) {
  for (size_t i = 0; i < count; ++i) folder.write(kNames[i], "old " + kNames[i]);
  return {kNames.begin(), kNames.begin() + static_cast<std::ptrdiff_t>(count)};
}

void expect_old(const TempDir& folder, const std::vector<std::string>& old) {
  std::string listing;
  for (const std::string& name : old) {
    EXPECT_EQ(test::read_text(folder.file(name)), "old " + name);
    listing += (listing.empty() ? "" : " ") + name;
  }
  EXPECT_EQ(folder.listing(), listing);
}

void expect_new(const TempDir& folder) {
  for (const std::string& name : kNames) {
    EXPECT_EQ(test::read_text(folder.file(name)), "new " + name);
  }
}

struct Case {
  size_t old_count;
  bool cannot_swap;
};
const std::vector<Case> kCases = {{0, false}, {1, false}, {3, false},
                                  {0, true},  {1, true},  {3, true}};

// Of a successful run; `only`: of this name.
size_t calls_of(const Case& now, const std::string& only = {}) {
  const TempDir folder;
  put_old(folder, now.old_count);
  FaultyFileSystem system;
  system.cannot_swap = now.cannot_swap;
  system.only = only;
  EXPECT_TRUE(write_all_names(folder, system).ok());
  return system.calls;
}

TEST(Commit, FilesTakeTheirNamesTogether) {
  for (const Case& now : kCases) {
    const TempDir folder;
    put_old(folder, now.old_count);
    FaultyFileSystem system;
    system.cannot_swap = now.cannot_swap;
    const Status status = write_all_names(folder, system);
    ASSERT_TRUE(status.ok()) << status.message();
    expect_new(folder);
    EXPECT_EQ(folder.listing(), "send.csv summary.json suppress.csv");
  }
}

// Each call of a run fails once, in turn.
TEST(Commit, WhicheverCallFailsAllNamesAreNewOrNone) {
  for (const Case& now : kCases) {
    const size_t calls = calls_of(now);
    EXPECT_GT(calls, 15U);
    for (size_t n = 0; n < calls; ++n) {
      const TempDir folder;
      const auto old = put_old(folder, now.old_count);
      FaultyFileSystem system;
      system.cannot_swap = now.cannot_swap;
      system.fails_at = n;
      const Status status = write_all_names(folder, system);
      SCOPED_TRACE(std::to_string(now.old_count) + " old files, call " + std::to_string(n) + ", " +
                   system.failed);
      if (!status.ok()) {
        EXPECT_EQ(status.code(), StatusCode::kInternal);
        expect_old(folder, old);
      } else {
        expect_new(folder);
        // The run has succeeded; old files that could not be removed or kept do not matter, nor
        // does the folder's descriptor.
        EXPECT_TRUE(system.failed == "unlink" || system.failed == "link" ||
                    system.failed == "close");
      }
    }
  }
}

// `strace -e inject=renameat2:error=EIO:when=2+`: the rollback must not need the call that has just
// failed.
TEST(Commit, NamesComeBackThoughNothingCanBeRenamedAnyMore) {
  for (const Case& now : kCases) {
    const size_t calls = calls_of(now, "rename");
    EXPECT_GE(calls, kNames.size());
    for (size_t n = 0; n < calls; ++n) {
      const TempDir folder;
      const auto old = put_old(folder, now.old_count);
      FaultyFileSystem system;
      system.cannot_swap = now.cannot_swap;
      system.only = "rename";
      system.fails_at = n;
      system.fails_on = true;
      EXPECT_FALSE(write_all_names(folder, system).ok());
      SCOPED_TRACE(std::to_string(now.old_count) + " old files, rename " + std::to_string(n));
      expect_old(folder, old);
    }
  }
}

// A disk that is removed: from some call on all calls fail. No old file is lost.
TEST(Commit, WhateverFailsPermanentlyTheOldFilesStillExist) {
  for (const Case& now : kCases) {
    const size_t calls = calls_of(now);
    EXPECT_GT(calls, 15U);
    for (size_t n = 0; n < calls; ++n) {
      const TempDir folder;
      const auto old = put_old(folder, now.old_count);
      FaultyFileSystem system;
      system.cannot_swap = now.cannot_swap;
      system.fails_at = n;
      system.fails_on = true;
      const Status status = write_all_names(folder, system);
      if (status.ok()) continue;  // only the removal of old files was left
      std::vector<std::string> texts;
      for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        texts.push_back(test::read_text(entry.path().string()));
      }
      for (const std::string& name : old) {
        EXPECT_NE(std::find(texts.begin(), texts.end(), "old " + name), texts.end())
            << name << " after call " << n << ", " << system.failed;
      }
    }
  }
}

TEST(Commit, StandardOutputAndDevicesHaveNoNameToTake) {
  const TempDir folder;
  auto device = OutputFile::create("/dev/null");
  auto file = OutputFile::create(folder.file("a"));
  ASSERT_TRUE(device.ok() && file.ok());
  EXPECT_FALSE(device.value()->has_name());
  EXPECT_TRUE(file.value()->has_name());
  OutputFile* const both[] = {device.value().get(), file.value().get()};
  EXPECT_TRUE(commit_all(both).ok());
  EXPECT_EQ(folder.listing(), "a");
}

TEST(Commit, PreparingTwiceDoesNothingMore) {
  const TempDir folder;
  FaultyFileSystem system;
  auto file = OutputFile::create(folder.file("a.gz"), system);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file.value()->prepare().ok());
  const size_t calls = system.calls;
  ASSERT_TRUE(file.value()->prepare().ok());
  EXPECT_EQ(system.calls, calls);
  EXPECT_EQ(folder.listing().find("a.gz"), 1U) << "not its own name yet: " << folder.listing();
}

}  // namespace
}  // namespace mxbulk::output
