// The flags of probes, on the command line and in the environment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "cli/flags.h"

namespace mxbulk::cli {
namespace {

using testing::HasSubstr;
using Strings = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

Result<Invocation> parse(const Strings& arguments, const Variables& variables = {}) {
  return parse_command_line(arguments, [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

ProbeOptions parsed(const Strings& arguments, const Variables& variables = {}) {
  const auto result = parse(arguments, variables);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? result.value().options.probe : ProbeOptions();
}

std::string refused(const Strings& arguments) {
  const auto result = parse(arguments);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kUsage);
  return result.status().message();
}

TEST(ProbeFlags, AreOffByDefault) {
  EXPECT_EQ(parsed({"validate"}).depth, ProbeDepth::kOff);
  EXPECT_EQ(parsed({"validate", "--probe", "off"}).depth, ProbeDepth::kOff);
}

TEST(ProbeFlags, FillTheOptions) {
  const ProbeOptions probe = parsed({"validate",
                                     "--probe",
                                     "starttls",
                                     "--probe-concurrency",
                                     "200",
                                     "--probe-per-host=2",
                                     "--probe-timeout",
                                     "5s",
                                     "--probe-all",
                                     "--probe-port",
                                     "2525",
                                     "--probe-exclude",
                                     "out.txt",
                                     "--helo",
                                     "probe.example.net",
                                     "--source-ip",
                                     "127.0.0.1",
                                     "--allow-net",
                                     "10.0.0.0/8,fd00::/8",
                                     "--allow-net",
                                     "192.0.2.1"});
  EXPECT_EQ(probe.depth, ProbeDepth::kStarttls);
  EXPECT_EQ(probe.concurrency, 200U);
  EXPECT_EQ(probe.per_host, 2U);
  EXPECT_EQ(probe.timeout_ms, 5'000);
  EXPECT_TRUE(probe.all);
  EXPECT_EQ(probe.port, 2525);
  EXPECT_EQ(probe.exclude_path, "out.txt");
  EXPECT_EQ(probe.helo, "probe.example.net");
  EXPECT_EQ(probe.source_ip, "127.0.0.1");
  EXPECT_EQ(probe.allow_nets, (Strings{"10.0.0.0/8", "fd00::/8", "192.0.2.1"}));
}

TEST(ProbeFlags, BelongToAllThatDial) {
  for (const char* command : {"validate", "resolve", "check"}) {
    const ProbeOptions probe = parsed({command, "x.example", "--probe=banner", "--probe-all",
                                       "--probe-exclude", "f", "--probe-per-host", "2"});
    EXPECT_EQ(probe.depth, ProbeDepth::kBanner) << command;
  }
  const ProbeOptions probe =
      parsed({"doctor", "--helo", "a.example", "--source-ip", "127.0.0.1", "--probe", "banner",
              "--probe-port", "26", "--probe-timeout", "1s", "--allow-net", "10.0.0.0/8"});
  EXPECT_EQ(probe.port, 26);
  EXPECT_THAT(refused({"doctor", "--probe-all"}), HasSubstr("unknown flag"));
  EXPECT_THAT(refused({"extract", "--helo", "a.example"}), HasSubstr("unknown flag"));
}

TEST(ProbeFlags, MayBeInTheEnvironment) {
  const ProbeOptions probe = parsed({"validate"}, {{"MXBULK_PROBE", "ehlo"},
                                                   {"MXBULK_HELO", "probe.example.net"},
                                                   {"MXBULK_PROBE_ALL", "yes"},
                                                   {"MXBULK_ALLOW_NET", "10.0.0.0/8,fd00::/8"}});
  EXPECT_EQ(probe.depth, ProbeDepth::kEhlo);
  EXPECT_EQ(probe.helo, "probe.example.net");
  EXPECT_TRUE(probe.all);
  EXPECT_EQ(probe.allow_nets.size(), 2U);
}

TEST(ProbeFlags, WrongValuesNameTheFlag) {
  const std::pair<Strings, const char*> cases[] = {
      {{"validate", "--probe", "rcpt"}, "--probe: \"rcpt\" is not among off, connect, banner"},
      {{"validate", "--probe-concurrency", "0"}, "--probe-concurrency"},
      {{"validate", "--probe-concurrency", "20001"}, "--probe-concurrency"},
      {{"validate", "--probe-per-host", "0"}, "--probe-per-host"},
      {{"validate", "--probe-timeout", "10"}, "--probe-timeout"},
      {{"validate", "--probe-port", "65536"}, "--probe-port"},
      {{"validate", "--probe-port", "0"}, "--probe-port"},
      {{"validate", "--probe-exclude", ""}, "--probe-exclude"},
      {{"validate", "--helo", "laptop"}, "--helo: \"laptop\" is not a fully qualified host name"},
      {{"validate", "--source-ip", "eth0"}, "--source-ip: \"eth0\" is not an IP address"},
      {{"validate", "--allow-net", "10.0.0.0/40"}, "--allow-net: \"10.0.0.0/40\" is not a network"},
      {{"validate", "--allow-net", ""}, "--allow-net"}};
  for (const auto& [arguments, expected] : cases) {
    EXPECT_THAT(refused(arguments), HasSubstr(expected));
  }
}

// Rules over several flags apply wherever each of them is given.
TEST(ProbeFlags, DepthsWithEhloNeedAName) {
  EXPECT_THAT(refused({"validate", "--probe", "ehlo"}), HasSubstr("--helo"));
  EXPECT_THAT(refused({"check", "a.example", "--probe", "starttls"}), HasSubstr("--helo"));
  (void)parsed({"validate", "--probe", "banner"});
}

TEST(ProbeFlags, TheBuiltInWorldCanBeProbed) {
  (void)parsed({"check", "gmail.com", "-r", "lab", "--probe", "connect"});
}

}  // namespace
}  // namespace mxbulk::cli
