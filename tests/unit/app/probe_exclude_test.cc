#include "app/probe_exclude.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace mxbulk::app {
namespace {

using testing::HasSubstr;

bool covers_name(const probing::ProbeExclusions& exclusions, const char* name) {
  return exclusions.covers(DomainName::from_text(name)->view());
}
bool covers_address(const probing::ProbeExclusions& exclusions, const char* address) {
  return exclusions.covers(*IpAddress::from_text(address));
}

TEST(ProbeExclude, ReadsNamesNetsAndComments) {
  const test::TempDir dir;
  dir.write("out",
            "\xEF\xBB\xBF# who asked\n"
            "Example.NET.\r\n"
            "\n"
            "  mx_1.host.example   # its operator, by mail\n"
            "192.0.2.7\n"
            "198.51.100.0/24\n"
            "2001:db8::/32\n"
            "b\xC3\xBC"
            "cher.example\n"
            "museum");  // no LF behind the last
  const auto read = read_probe_exclusions(dir.file("out"));
  ASSERT_TRUE(read.ok()) << read.status().message();
  const probing::ProbeExclusions& exclusions = read.value();
  EXPECT_TRUE(covers_name(exclusions, "mail.example.net"));
  EXPECT_TRUE(covers_name(exclusions, "mx_1.host.example"));
  EXPECT_FALSE(covers_name(exclusions, "host.example"));
  EXPECT_TRUE(covers_name(exclusions, "xn--bcher-kva.example"));
  EXPECT_TRUE(covers_name(exclusions, "any.museum"));
  EXPECT_TRUE(covers_address(exclusions, "192.0.2.7"));
  EXPECT_FALSE(covers_address(exclusions, "192.0.2.8"));
  EXPECT_TRUE(covers_address(exclusions, "198.51.100.200"));
  EXPECT_TRUE(covers_address(exclusions, "2001:db8::25"));
}

TEST(ProbeExclude, ALineThatIsNoEntryIsNamed) {
  const test::TempDir dir;
  for (const char* entry : {"10.0.0.0/33", "10.1.2.3/8", "192.0.2", "1.2.3.4.5", "*.example.net",
                            "a b.example", "user@example.net", "a..b", "mx.example:25", ".",
                            "[192.0.2.1]", "http://example.net", "a.example,b.example"}) {
    dir.write("out", "# first\n" + std::string(entry) + "\n");
    const auto read = read_probe_exclusions(dir.file("out"));
    ASSERT_FALSE(read.ok()) << entry;
    EXPECT_EQ(read.status().code(), StatusCode::kUsage);
    EXPECT_THAT(read.status().message(),
                HasSubstr(dir.file("out") + ":2: \"" + std::string(entry) + "\""));
  }
}

TEST(ProbeExclude, AFileThatCannotBeReadExcludesNobodyByMistake) {
  const test::TempDir dir;
  EXPECT_FALSE(read_probe_exclusions(dir.file("missing")).ok());
  EXPECT_FALSE(read_probe_exclusions(dir.path()).ok());
  dir.write("empty", "");
  EXPECT_TRUE(read_probe_exclusions(dir.file("empty")).ok());
}

}  // namespace
}  // namespace mxbulk::app
