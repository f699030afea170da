#include "rows/spill_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <string>

#include "support/temp_dir.h"

namespace mxbulk::rows {
namespace {

TEST(SpillFile, GivesBackWhatWasWrittenAndHasNoName) {
  const test::TempDir folder;
  const auto opened = open_spill_file(folder.path());
  ASSERT_TRUE(opened.ok()) << opened.status().message();
  SpillFile& file = *opened.value();
  EXPECT_EQ(folder.listing(), "");
  const std::string text(100'000, 'x');
  ASSERT_TRUE(file.write(0, text).ok());
  ASSERT_TRUE(file.write(text.size(), "behind it").ok());
  file.give_back(0, 50'000);
  std::string read(9, '\0');
  ASSERT_TRUE(file.read(text.size(), read).ok());
  EXPECT_EQ(read, "behind it");
  read.resize(50'000);
  ASSERT_TRUE(file.read(50'000, read).ok());
  EXPECT_EQ(read, text.substr(50'000));
}

TEST(SpillFile, WhatIsNotThereIsAnError) {
  const test::TempDir folder;
  const auto opened = open_spill_file(folder.path());
  ASSERT_TRUE(opened.ok());
  std::string read(9, '\0');
  EXPECT_EQ(opened.value()->read(0, read).code(), StatusCode::kInternal);
}

TEST(SpillFile, FolderThatIsNotThereIsNamed) {
  const test::TempDir folder;
  const Status status = open_spill_file(folder.file("none")).status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find(folder.file("none") + ": No such file"), std::string::npos)
      << status.message();
}

// A full disk, staged with the limit on file sizes.
TEST(SpillFile, FullDiskIsAnError) {
  const test::TempDir folder;
  const auto opened = open_spill_file(folder.path());
  ASSERT_TRUE(opened.ok());
  const auto before_signal = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4'096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = opened.value()->write(0, std::string(10'000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, before_signal);
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("File too large"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace mxbulk::rows
