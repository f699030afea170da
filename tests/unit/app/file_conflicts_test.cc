#include "app/run_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using ::testing::HasSubstr;

class FileConflicts : public testing::Test {
 protected:
  // The message about one input and one output.
  [[nodiscard]] static Status between(const std::string& input, const std::string& output) {
    return check_file_conflicts({{"the input", input}}, {{"--output", output}});
  }
  [[nodiscard]] static Status of_outputs(const std::string& first, const std::string& second) {
    return check_file_conflicts({}, {{"--output", first}, {"--summary-json", second}});
  }
  void expect_conflict(const Status& status) {
    EXPECT_EQ(status.code(), StatusCode::kUsage);
    EXPECT_THAT(status.message(), HasSubstr("nothing was written"));
  }

  test::TempDir folder_;
  std::string list_ = folder_.write("list.csv", "email\n");
};

TEST_F(FileConflicts, AnOutputThatIsTheInputByAnyName) {
  std::filesystem::create_symlink(list_, folder_.file("symlink"));
  std::filesystem::create_hard_link(list_, folder_.file("hard"));
  std::filesystem::create_directory(folder_.file("sub"));
  for (const std::string& name :
       {list_, folder_.path() + "/./list.csv", folder_.file("sub") + "/../list.csv",
        folder_.file("symlink"), folder_.file("hard")}) {
    expect_conflict(between(list_, name));
    expect_conflict(between(name, list_));
  }
  EXPECT_THAT(between(list_, list_).message(), HasSubstr("--output " + list_));
  EXPECT_TRUE(between(list_, folder_.write("other.csv", "email\n")).ok());
  EXPECT_TRUE(between(list_, folder_.file("new.csv")).ok());
}

// `mxbulk validate - -o list.csv < list.csv`, `mxbulk validate list.csv >> list.csv`
TEST_F(FileConflicts, AStreamThatIsRedirectedFromTheFile) {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) {
    const int kept = ::dup(stream);
    const int file = ::open(list_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(::dup2(file, stream), 0);
    const Status status = stream == STDIN_FILENO ? between("-", list_) : between(list_, "-");
    const Status by_path = between("/dev/stdin", list_);
    ::dup2(kept, stream);
    ::close(kept);
    ::close(file);
    expect_conflict(status);
    if (stream == STDIN_FILENO) expect_conflict(by_path);
  }
}

TEST_F(FileConflicts, TwoOutputsThatAreOneFile) {
  expect_conflict(of_outputs(list_, folder_.path() + "//list.csv"));
  std::filesystem::create_symlink(folder_.path(), folder_.file("here"));
  expect_conflict(of_outputs(folder_.file("new.csv"), folder_.file("here") + "/new.csv"));
  EXPECT_TRUE(of_outputs(folder_.file("new.csv"), folder_.file("newer.csv")).ok());
  EXPECT_EQ(of_outputs("-", "-").code(), StatusCode::kUsage);
  EXPECT_EQ(of_outputs("-", "/dev/stdout").code(), StatusCode::kUsage);
}

TEST_F(FileConflicts, DevicesAndPipesNeverConflict) {
  EXPECT_TRUE(of_outputs("/dev/null", "/dev/null").ok());
  EXPECT_TRUE(between("/dev/null", "/dev/null").ok());
  const std::string pipe = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(between(pipe, pipe).ok());
}

// A missing input is another error, with another exit code.
TEST_F(FileConflicts, AnInputThatDoesNotExistConflictsWithNothing) {
  EXPECT_TRUE(between(folder_.file("none.csv"), folder_.file("none.csv")).ok());
}

}  // namespace
}  // namespace mxbulk::app
