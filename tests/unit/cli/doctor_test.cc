#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/flag_defs.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/subcommands.h"

namespace mxbulk::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

DoctorReport report() {
  DoctorReport report;
  report.is_usable = true;
  report.facts.machine.open_files_soft = 1'024;
  report.facts.machine.libraries = {"c-ares 1.18.1"};
  ResolverFacts& resolver = report.facts.resolvers.emplace_back();
  resolver.endpoint = "127.0.0.1:53";
  resolver.udp = ResolverFacts::Reach::kAnswers;
  resolver.lookups_per_s = 94'199.6;
  resolver.nxdomain_integrity = ResolverFacts::NxdomainIntegrity::kIntact;
  report.findings = {
      {Finding::Level::kOk, "machine", "open files", "1,024 allowed", ""},
      {Finding::Level::kWarning, "127.0.0.1:53", "TCP", "no answer\x1b[2J", "let it through"}};
  return report;
}

TEST(Doctor, TextIsATableForMachineAndEachResolver) {
  EXPECT_EQ(doctor_text(report(), false),
            "machine\n"
            "  ok       open files      1,024 allowed\n"
            "resolver 127.0.0.1:53\n"
            "  warning  TCP             no answer\\x1b[2J\n"
            "                           → let it through\n");
  EXPECT_THAT(doctor_text(report(), true), HasSubstr("\x1b[33mwarning  \x1b[0m"));
}

TEST(Doctor, JsonIsOneObject) {
  const std::string json = doctor_json(report());
  EXPECT_THAT(json, testing::StartsWith("{\"usable\":true,\"machine\":{\"open_files_soft\":1024,"));
  EXPECT_THAT(json, HasSubstr("\"libraries\":[\"c-ares 1.18.1\"]}"));
  EXPECT_THAT(json, HasSubstr("\"resolvers\":[{\"resolver\":\"127.0.0.1:53\",\"udp\":\"answers\""));
  EXPECT_THAT(json, HasSubstr("\"lookups_per_s\":94200,"));
  EXPECT_THAT(json, HasSubstr("\"nxdomain_integrity\":\"intact\""));
  EXPECT_THAT(json, HasSubstr("{\"level\":\"ok\",\"subject\":\"machine\",\"topic\":\"open files\","
                              "\"found\":\"1,024 allowed\",\"advice\":null}"));
  EXPECT_THAT(json, testing::EndsWith("\"advice\":\"let it through\"}]}\n"));
}

TEST(Doctor, JsonHasAnObjectAboutProbing) {
  DoctorReport probing = report();
  probing.facts.helo = {"a.example", false, {{"192.0.2.1", {"b.example"}, false, false}}, ""};
  probing.facts.port = {25, "c.example", "mx", {{"192.0.2.9", "smtp_220", 12, true, "mx \\x1b"}}};
  EXPECT_THAT(doctor_json(probing),
              HasSubstr("\"probing\":{\"helo\":\"a.example\",\"helo_addresses\":[{\"ip\":"
                        "\"192.0.2.1\",\"names\":[\"b.example\"],\"forward_confirmed\":false,"
                        "\"reverse_failed\":false}],\"port\":25,\"canary\":\"c.example\","
                        "\"canary_reason\":\"mx\",\"dials\":[{\"ip\":\"192.0.2.9\","
                        "\"outcome\":\"smtp_220\",\"ms\":12,\"opened\":true,"
                        "\"greeting\":\"mx \\\\x1b\"}]}"));
  probing.findings = {{Finding::Level::kOk, "probing", "port 25", "open", ""}};
  EXPECT_EQ(doctor_text(probing, false), "probing\n  ok       port 25         open\n");
}

Result<Invocation> parsed(const std::vector<std::string>& arguments) {
  return parse_command_line(arguments, [](const std::string&) { return std::string(); });
}

TEST(Doctor, TakesResolversAndNoNames) {
  const auto good = parsed({"doctor", "-r", "192.0.2.1", "--qps", "50", "--json"});
  ASSERT_TRUE(good.ok()) << good.status().message();
  EXPECT_EQ(good.value().command, Command::kDoctor);
  EXPECT_EQ(good.value().options.dns.qps, 50);
  EXPECT_TRUE(good.value().json);
  EXPECT_EQ(parsed({"doctor", "example.com"}).status().message(),
            "doctor takes no names; name a resolver with -r");
  EXPECT_EQ(parsed({"doctor", "--dns-deadline", "1s"}).status().code(), StatusCode::kUsage);
}

TEST(Doctor, HelpListsItsExitCodes) {
  EXPECT_THAT(help_text(Command::kNone), HasSubstr("mxbulk doctor"));
  EXPECT_THAT(help_text(Command::kDoctor), HasSubstr("5 no resolver is usable"));
  EXPECT_THAT(help_text(Command::kDoctor), Not(HasSubstr("--max-unknown")));
}

}  // namespace
}  // namespace mxbulk::cli
