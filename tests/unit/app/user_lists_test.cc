#include "app/user_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(UserListsFolder, ReadsEachListWithCommentsCaseAndIdn) {
  const test::TempDir dir;
  dir.write("disposable.txt",
            "\xEF\xBB\xBF# ours\r\n"
            "Throw-Away.EXAMPLE\r\n"
            "\r\n"
            "  b\xC3\xBC"
            "cher.example   # by its operator\n");
  dir.write("free.txt", "* big.example\nsmall.example");
  dir.write("relay.txt", "Hide.example.\n");
  dir.write("role.txt", "Kasse\nc#team # of C#\n");
  dir.write("typos.txt",
            "ACMEE.example\tacme.example\n# none\nb\xC3\xBC"
            "hcer.example  b\xC3\xBC"
            "cher.example\n");
  dir.write("README.md", "no list");
  const auto read = read_user_lists(dir.path());
  ASSERT_TRUE(read.ok()) << read.status().message();
  const enrich::UserLists& lists = read.value();
  EXPECT_THAT(lists.disposable, ElementsAre("throw-away.example", "xn--bcher-kva.example"));
  EXPECT_THAT(lists.free, ElementsAre("big.example", "small.example"));
  EXPECT_THAT(lists.free_suggested, ElementsAre("big.example"));
  EXPECT_THAT(lists.relay, ElementsAre("hide.example"));
  EXPECT_THAT(lists.roles, ElementsAre("kasse", "c#team"));
  EXPECT_THAT(lists.typos, ElementsAre(Pair("acmee.example", "acme.example"),
                                       Pair("xn--bhcer-kva.example", "xn--bcher-kva.example")));
  EXPECT_THAT(files_not_read(dir.path()), ElementsAre("README.md"));
}

TEST(UserListsFolder, AWrongLineIsReportedWithItsFile) {
  const std::pair<const char*, const char*> bad[] = {{"disposable.txt", "user@example.com"},
                                                     {"disposable.txt", "*.example.com"},
                                                     {"disposable.txt", "a.example b.example"},
                                                     {"disposable.txt", "example"},
                                                     {"free.txt", "*"},
                                                     {"free.txt", "*.example.com"},
                                                     {"relay.txt", "http://duck.com/"},
                                                     {"role.txt", "info@example.com"},
                                                     {"role.txt", "two words"},
                                                     {"role.txt", "info+tag"},
                                                     {"typos.txt", "gmial.com"},
                                                     {"typos.txt", "gmial.com gmail.com x.com"},
                                                     {"typos.txt", "gmail.com GMAIL.com"},
                                                     {"typos.txt", "gmial,com gmail.com"},
                                                     {"typos.txt", "gmial.com gmail,com"}};
  for (const auto& [file, entry] : bad) {
    const test::TempDir dir;
    dir.write(file, "# first\n" + std::string(entry) + "\n");
    const auto read = read_user_lists(dir.path());
    ASSERT_FALSE(read.ok()) << file << ": " << entry;
    EXPECT_EQ(read.status().code(), StatusCode::kUsage);
    EXPECT_THAT(read.status().message(), HasSubstr("--lists: " + dir.file(file) + ":2: \""));
  }
}

TEST(UserListsFolder, AFolderWithoutListsOrWithAMisnamedOneIsRefused) {
  const test::TempDir dir;
  EXPECT_THAT(read_user_lists(dir.file("missing")).status().message(),
              HasSubstr("is not a folder"));
  EXPECT_THAT(read_user_lists(dir.path()).status().message(), HasSubstr("has none of"));
  dir.write("free.txt", "a.example\n");
  EXPECT_TRUE(read_user_lists(dir.path()).ok());
  EXPECT_THAT(read_user_lists(dir.file("free.txt")).status().message(),
              HasSubstr("is not a folder"));
  dir.write("disposables.txt", "b.example\n");
  EXPECT_THAT(read_user_lists(dir.path()).status().message(),
              HasSubstr("disposables.txt is not a list; the lists are disposable.txt"));
  std::filesystem::remove(dir.file("disposables.txt"));
  std::filesystem::create_directory(dir.file("role.txt"));
  EXPECT_THAT(read_user_lists(dir.path()).status().message(), HasSubstr("cannot read"));
}

TEST(UserListsFolder, WithoutAFolderNothingIsRead) {
  enrich::Enricher enricher;
  EXPECT_TRUE(add_user_lists("", enricher).ok());
}

}  // namespace
}  // namespace mxbulk::app
