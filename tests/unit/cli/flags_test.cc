#include "cli/flags.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "cli/flag_defs.h"
#include "cli/help.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

using Strings = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

Result<Invocation> parse(const Strings& arguments, const Variables& variables = {}) {
  return parse_command_line(arguments, [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

Invocation parsed(const Strings& arguments, const Variables& variables = {}) {
  auto result = parse(arguments, variables);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? result.value() : Invocation();
}

std::string refused(const Strings& arguments, const Variables& variables = {}) {
  const auto result = parse(arguments, variables);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kUsage);
  EXPECT_EQ(result.status().message().find('\n'), std::string::npos);
  return result.status().message();
}

class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "mxbulk-test-XXXXXX").string();
    ::close(::mkstemp(pattern.data()));
    path_ = pattern;
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Flags, DefaultsAreTheLibrarysDefaults) {
  const Invocation invocation = parsed({"validate"});
  const Options plain;
  EXPECT_EQ(invocation.command, Command::kValidate);
  EXPECT_EQ(invocation.options.output.path, plain.output.path);
  EXPECT_EQ(invocation.options.output.prefix, "mx_");
  EXPECT_EQ(invocation.options.dns.qps, -1);
  EXPECT_EQ(invocation.options.dns.timeout_ms, 2'000);
  EXPECT_EQ(invocation.options.dns.tries, 3U);
  EXPECT_EQ(invocation.options.dns.dns_deadline_ms, 20'000);
  EXPECT_EQ(invocation.options.memory_bytes, 64ULL << 20);
  EXPECT_DOUBLE_EQ(invocation.options.max_unknown, 0.05);
  EXPECT_TRUE(invocation.options.input.files.empty());
}

TEST(Flags, InputFlags) {
  const auto input = parsed({"validate", "--format", "tsv", "-s", "mail", "--json-path=a.b", "-d",
                             "tab", "-n", "--limit", "10", "a.csv", "-", "--", "-odd"})
                         .options.input;
  EXPECT_EQ(input.format, Format::kTsv);
  EXPECT_EQ(input.column, "mail");
  EXPECT_EQ(input.json_path, "a.b");
  EXPECT_EQ(input.delimiter, '\t');
  EXPECT_TRUE(input.no_headers);
  EXPECT_EQ(input.limit_rows, 10U);
  EXPECT_EQ(input.files, (Strings{"a.csv", "-", "-odd"}));
}

TEST(Flags, OutputFlags) {
  const auto output =
      parsed({"validate", "-oclean.csv", "--output-format", "jsonl", "--mode", "domains",
              "--columns", "verdict,reason", "--columns=host", "--prefix=", "--only",
              "mx_ok,unknown,mx_ok", "--csv-safe", "--summary-json", "s.json", "list.csv"})
          .options.output;
  EXPECT_EQ(output.path, "clean.csv");
  EXPECT_EQ(output.format, Format::kJsonl);
  EXPECT_EQ(output.mode, Mode::kDomains);
  EXPECT_EQ(output.columns, (Strings{"verdict", "reason", "host"}));
  EXPECT_EQ(output.prefix, "");
  EXPECT_EQ(output.only, (std::vector<Verdict>{Verdict::kMxOk, Verdict::kUnknown}));
  EXPECT_TRUE(output.csv_safe);
  EXPECT_EQ(output.summary_json_path, "s.json");
}

TEST(Flags, CanariesAreAListOfDomains) {
  EXPECT_EQ(parsed({"validate", "--canary", "a.example,b.example", "--canary=c.example"})
                .options.dns.canaries,
            (Strings{"a.example", "b.example", "c.example"}));
  EXPECT_EQ(parsed({"check", "x.example"}, {{"MXBULK_CANARY", "a.example"}}).options.dns.canaries,
            Strings{"a.example"});
  const ConfigFile config("canary = [\"a.example\", \"b.example\"]\n");
  EXPECT_EQ(parsed({"resolve", "--config", config.path()}).options.dns.canaries,
            (Strings{"a.example", "b.example"}));
  EXPECT_NE(refused({"validate", "--canary", "localhost"}).find("--canary"), std::string::npos);
  EXPECT_NE(refused({"validate", "--canary",
                     "a.example,a.example,a.example,a.example,a.example,"
                     "a.example,a.example,a.example,a.example"})
                .find("at most 8"),
            std::string::npos);
}

TEST(Flags, DnsAndMachineFlags) {
  const Options options = parsed({"validate",
                                  "-r",
                                  "127.0.0.1:5300,[::1]",
                                  "-r",
                                  "[::1]:53",
                                  "-c",
                                  "500",
                                  "--qps",
                                  "0",
                                  "--timeout",
                                  "500ms",
                                  "--tries",
                                  "2",
                                  "--dns-deadline",
                                  "1m",
                                  "--memory",
                                  "1G",
                                  "--max-unknown",
                                  "1%",
                                  "--dry-run",
                                  "--tries",
                                  "4"})
                              .options;
  EXPECT_EQ(options.dns.resolvers, (Strings{"127.0.0.1:5300", "[::1]", "[::1]:53"}));
  EXPECT_EQ(options.dns.concurrency, 500U);
  EXPECT_EQ(options.dns.qps, 0);
  EXPECT_EQ(options.dns.timeout_ms, 500);
  EXPECT_EQ(options.dns.tries, 4U) << "the last one wins";
  EXPECT_EQ(options.dns.dns_deadline_ms, 60'000);
  EXPECT_EQ(options.memory_bytes, 1ULL << 30);
  EXPECT_DOUBLE_EQ(options.max_unknown, 0.01);
  EXPECT_TRUE(options.dry_run);
}

TEST(Flags, MessageFlagsAndClusters) {
  const Invocation invocation =
      parsed({"validate", "-qv", "--progress", "json", "--color", "never", "x"});
  EXPECT_TRUE(invocation.quiet && invocation.verbose);
  EXPECT_EQ(invocation.progress, ProgressStyle::kJson);
  EXPECT_EQ(invocation.color, ColorChoice::kNever);
}

TEST(Flags, CheckTakesNames) {
  const Invocation invocation = parsed({"check", "a@b.de", "--json", "example.com"});
  EXPECT_EQ(invocation.names, (Strings{"a@b.de", "example.com"}));
  EXPECT_TRUE(invocation.json);
  refused({"check"});
}

TEST(Flags, UnknownFlagsNameTheNearest) {
  EXPECT_EQ(
      refused({"validate", "--reslover", "1.1.1.1"}),
      "unknown flag --reslover; did you mean --resolver? (mxbulk validate --help lists them)");
  EXPECT_EQ(refused({"extract", "x", "--probe=ehlo"}),
            "unknown flag --probe; mxbulk extract --help lists them");
  EXPECT_EQ(refused({"check", "--csv-safe", "x"}),
            "unknown flag --csv-safe; mxbulk check --help lists them");
  EXPECT_NE(refused({"validate", "-Z"}).find("-Z"), std::string::npos);
  EXPECT_NE(refused({"vaildate"}).find("did you mean validate?"), std::string::npos);
  EXPECT_NE(refused({"--qps", "3"}).find("unknown flag --qps"), std::string::npos);
}

TEST(Flags, HelpAndVersionAreCommandsToo) {
  EXPECT_EQ(parsed({"help"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"help"}).command, Command::kNone);
  EXPECT_EQ(parsed({"help", "resolve"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"help", "resolve"}).command, Command::kResolve);
  EXPECT_EQ(parsed({"help", "help"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"help", "--help"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"version"}).request, Request::kVersion);
  EXPECT_NE(refused({"help", "vaildate"}).find("did you mean validate?"), std::string::npos);
  EXPECT_NE(refused({"help", "check", "doctor"}).find("one command"), std::string::npos);
  EXPECT_NE(refused({"version", "x"}).find("takes nothing"), std::string::npos);
  EXPECT_NE(refused({"hlep"}).find("did you mean help?"), std::string::npos);
  EXPECT_NE(refused({"verison"}).find("did you mean version?"), std::string::npos);
}

TEST(Flags, AFileOrAnAddressInsteadOfACommandSuggestsOne) {
  const ConfigFile file("email\na@example.com\n");
  EXPECT_EQ(refused({file.path()}),
            file.path() + " is not a command; did you mean: mxbulk validate " + file.path());
  EXPECT_EQ(refused({"-q", file.path()}),
            file.path() + " is not a command; did you mean: mxbulk validate " + file.path());
  EXPECT_EQ(refused({"-"}), "- is not a command; did you mean: mxbulk validate -");
  EXPECT_EQ(refused({"bob@example.com"}),
            "bob@example.com is not a command; did you mean: mxbulk check bob@example.com");
  EXPECT_EQ(refused({"gmail.com"}),
            "unknown command gmail.com; did you mean: mxbulk check gmail.com");
  EXPECT_EQ(refused({"none/gmail.com"}),
            "unknown command none/gmail.com; mxbulk --help lists them");
  EXPECT_EQ(refused({"no-such-list.csv"}),
            "unknown command no-such-list.csv; mxbulk --help lists them");
  EXPECT_EQ(refused({"-q", "validate", "x.csv"}),
            "flags go after the command; write: mxbulk validate -q …");
  EXPECT_EQ(refused({"--resolver", "lab", "validate", "x.csv"}),
            "flags go after the command; write: mxbulk validate --resolver …");
}

TEST(Flags, ShortHelpIsByTheLetter) {
  EXPECT_EQ(parsed({"validate", "-h"}).request, Request::kShortHelp);
  EXPECT_EQ(parsed({"-h"}).request, Request::kShortHelp);
  EXPECT_EQ(parsed({"validate", "-qh", "--nonsense"}).request, Request::kShortHelp);
  EXPECT_EQ(parsed({"validate", "-h", "--help"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"validate", "-h", "--", "--help"}).request, Request::kShortHelp);
}

Strings warnings(const Strings& arguments, const Variables& variables = {}) {
  return parsed(arguments, variables).warnings;
}

TEST(Flags, FlagsWithoutEffectAreReported) {
  const std::pair<Strings, const char*> cases[] = {
      {{"validate", "--mode", "domains", "--columns", "verdict"}, "--columns"},
      {{"validate", "--mode", "domains", "--prefix", "x_"}, "--prefix"},
      {{"validate", "--mode", "domains", "--csv-safe"}, "--csv-safe"},
      {{"validate", "-o", "x.jsonl.gz", "--csv-safe"}, "--csv-safe"},
      {{"validate", "--output-format", "jsonl", "--csv-safe"}, "--csv-safe"},
      {{"validate", "--format", "jsonl", "--csv-safe"}, "--csv-safe"},
      {{"validate", "--format", "jsonl", "-s", "mail", "--json-path", "a"}, "--column"},
      {{"validate", "--format", "jsonl", "-d", "tab"}, "--delimiter"},
      {{"extract", "--format", "jsonl", "-n"}, "--no-headers"},
      {{"validate", "--format", "lines", "-d", "tab"}, "--delimiter"},
      {{"validate", "--format", "lines", "-s", "2"}, "--column"},
      {{"validate", "--mode", "minimal", "--new-columns", "front"}, "--new-columns"},
      {{"validate", "--mode", "domains", "--new-columns", "front"}, "--new-columns"},
      {{"validate", "--format", "csv", "-s", "2", "--json-path", "a.b"}, "--json-path"},
      {{"validate", "--probe-timeout", "5s"}, "--probe-timeout"},
      {{"resolve", "--probe-concurrency", "5"}, "--probe-concurrency"},
      {{"resolve", "--probe-per-host", "5"}, "--probe-per-host"},
      {{"check", "x.de", "--probe-port", "26"}, "--probe-port"},
      {{"check", "x.de", "--probe=off", "--helo", "a.example.com"}, "--helo"},
      {{"check", "x.de", "--probe=banner", "--probe-all"}, "--probe-all"},
      {{"validate", "--probe-all"}, "--probe-all"},
      {{"validate", "--lists", "/tmp", "--columns", "verdict,mx_host"}, "--lists"}};
  for (const auto& [arguments, flag] : cases) {
    const Strings lines = warnings(arguments);
    ASSERT_FALSE(lines.empty()) << flag;
    EXPECT_EQ(lines[0].find(std::string(flag) + " has no effect "), 0U) << lines[0];
  }
}

TEST(Flags, FlagsWithAnEffectAreNotReported) {
  const Strings quiet[] = {
      {"validate", "--columns", "verdict", "--prefix", "x_", "--csv-safe"},
      {"validate", "--format", "jsonl", "-o", "x.csv", "--csv-safe", "--json-path", "a"},
      {"validate", "--format", "csv", "-s", "2", "-d", "tab", "-n"},
      {"validate", "-s", "2", "--json-path", "a"},  // depends on the input
      {"validate", "--format", "jsonl", "-s", "mail"},
      {"validate", "--probe", "ehlo", "--helo", "a.example.com", "--probe-timeout", "5s"},
      {"validate", "--allow-net", "10.0.0.0/8"},  // for verdicts too
      {"doctor", "--helo", "a.example.com", "--probe-port", "26"},
      {"validate", "--mode", "domains", "-o", "x.csv", "--dry-run"}};
  for (const Strings& arguments : quiet) {
    const Strings lines = warnings(arguments);
    EXPECT_TRUE(lines.empty()) << lines[0];
  }
  // Settings of the environment and of a file are for many commands.
  const ConfigFile config("probe-timeout = \"5s\"\n");
  EXPECT_TRUE(warnings({"validate", "--config", config.path()},
                       {{"MXBULK_CSV_SAFE", "1"}, {"MXBULK_MODE", "domains"}})
                  .empty());
}

TEST(Flags, UnknownVariablesWithOurPrefixAreReported) {
  EXPECT_EQ(unknown_variables({"HOME", "MXBULK_RESOLVER", "MXBULK_DNS_DEADLINE", "MXBULK_CONFIG",
                               "MXBULK_LISTS", "XMXBULK_Y"}),
            Strings());
  EXPECT_EQ(unknown_variables({"MXBULK_RESOLVRE", "MXBULK_", "MXBULK_HELP"}),
            (Strings{"the variable MXBULK_RESOLVRE is not known; did you mean MXBULK_RESOLVER?",
                     "the variable MXBULK_ is not known; nothing reads it",
                     "the variable MXBULK_HELP is not known; did you mean MXBULK_HELO?"}));
}

TEST(Flags, WrongValuesNameTheFlag) {
  const std::pair<Strings, const char*> cases[] = {
      {{"validate", "-r", "1.2.3"}, "--resolver: \"1.2.3\""},
      {{"validate", "-r", "host.name"}, "--resolver: \"host.name\""},
      {{"validate", "-r", "1.1.1.1:99999"}, "--resolver: \"1.1.1.1:99999\""},
      {{"validate", "-c", "0"}, "--concurrency"},
      {{"validate", "-c", "60001"}, "--concurrency"},
      {{"validate", "--qps", "-1"}, "--qps"},
      {{"validate", "--timeout", "2"}, "--timeout"},
      {{"validate", "--timeout", "0s"}, "--timeout"},
      {{"validate", "--timeout", "2d"}, "--timeout"},
      {{"validate", "--tries", "0"}, "--tries"},
      {{"validate", "--max-unknown", "5"}, "--max-unknown"},
      {{"validate", "--memory", "0"}, "--memory"},
      {{"validate", "--memory", "1023K"}, "--memory"},
      {{"validate", "--only", "mx_ok,good"}, "\"good\" is not a verdict; there are mx_ok"},
      {{"validate", "--mode", "all"}, "append, minimal, domains"},
      {{"validate", "--format", "parquet"}, "auto, csv, tsv, jsonl, lines"},
      {{"validate", "-o", "x.parquet"}, ".parquet"},
      {{"validate", "-o", "X.XLSX"}, "writes no .xlsx files"},
      {{"extract", "-o", "x.parquet.gz"}, "writes no .parquet files"},
      {{"resolve", "-o", "x.csv.bz2"}, "writes no .bz2 files"},
      {{"validate", "-o", "x.csv.xz"}, "writes no .xz files"},
      {{"validate", "--limit", "-1"}, "a whole number of 0 or more"},
      {{"validate", "-c", "60001"}, " to 60,000"},
      {{"validate", "-o", "folder/"}, "names no file"},
      {{"validate", "--only", ""}, "--only"},
      {{"validate", "--columns", ","}, "--columns"},
      {{"validate", "--resolver", ""}, "--resolver"},
      {{"validate", "--config", "."}, "--config"},
      {{"validate", "-o"}, "--output needs a value"},
      {{"validate", "-", "-"}, "- is given twice"},
      {{"resolve", "a", "b"}, "reads one file"},
      {{"validate", "--column\x1B"}, "\\x1b"}};
  for (const auto& [arguments, expected] : cases) {
    const std::string message = refused(arguments);
    EXPECT_NE(message.find(expected), std::string::npos) << message;
    EXPECT_EQ(message.find('\x1B'), std::string::npos);
  }
}

TEST(Flags, HelpWinsOverAnyMistake) {
  EXPECT_EQ(parsed({"validate", "--help", "--nonsense"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"--help", "-V"}).request, Request::kHelp);
  EXPECT_EQ(parsed({"-V"}).request, Request::kVersion);
  EXPECT_EQ(parsed({"check", "--version"}).request, Request::kVersion);
}

TEST(Flags, PrecedenceIsFlagEnvironmentConfigDefault) {
  const ConfigFile config(
      "tries = 7\nqps = 5\ncsv_safe = true\nresolver = [\"1.1.1.1\", \"[::1]\"]\n");
  const Variables variables = {{"MXBULK_TRIES", "6"}, {"MXBULK_NO_HEADERS", "1"}};
  const Strings with_config = {"validate", "--config", config.path()};
  Options options = parsed(with_config).options;
  EXPECT_EQ(options.dns.tries, 7U);
  EXPECT_EQ(options.dns.qps, 5);
  EXPECT_TRUE(options.output.csv_safe);
  EXPECT_EQ(options.dns.resolvers, (Strings{"1.1.1.1", "[::1]"}));
  options = parsed(with_config, variables).options;
  EXPECT_EQ(options.dns.tries, 6U);
  EXPECT_TRUE(options.input.no_headers);
  options = parsed({"validate", "--config", config.path(), "--tries", "5", "-r", "lab"}, variables)
                .options;
  EXPECT_EQ(options.dns.tries, 5U);
  EXPECT_EQ(options.dns.resolvers, (Strings{"lab"})) << "a list is replaced, not joined";
  EXPECT_EQ(parsed({"validate"}, {{"MXBULK_CONFIG", config.path()}}).options.dns.tries, 7U);
}

TEST(Flags, ConfigErrorsNameFileAndKey) {
  const std::pair<const char*, const char*> cases[] = {
      {"resolvr = \"lab\"\n", "unknown key \"resolvr\"; did you mean resolver?"},
      {"[dns]\ntries = 2\n", "section \"dns\""},
      {"tries = 0\n", ": tries: \"0\" is not a whole number of 1 to 20"},
      {"help = true\n", "unknown key"},
      {"config = \"x\"\n", "unknown key"},
      {"csv-safe = 3\n", "csv-safe"}};
  for (const auto& [text, expected] : cases) {
    const ConfigFile config(text);
    const std::string message = refused({"validate", "--config", config.path()});
    EXPECT_EQ(message.find(config.path() + ": "), 0U) << message;
    EXPECT_NE(message.find(expected), std::string::npos) << message;
  }
  refused({"validate", "--config", "/nonexistent/mxbulk.toml"});
}

TEST(Flags, ConfigMayHaveFlagsOfOtherCommands) {
  const ConfigFile config("csv-safe = true\ntries = 2\n");
  EXPECT_EQ(parsed({"check", "x.de", "--config", config.path()}).options.dns.tries, 2U);
}

TEST(Flags, JsonErrorsAreDetectedInWrongCommandLines) {
  EXPECT_TRUE(wants_json_errors({"validate", "--bad", "--progress", "json"}));
  EXPECT_TRUE(wants_json_errors({"validate", "--progress=json", "--bad"}));
  EXPECT_FALSE(wants_json_errors({"validate", "--progress", "bar"}));
  EXPECT_FALSE(wants_json_errors({"validate", "--", "--progress=json"}));
}

// Each flag of the contract that this program has, with its default.
TEST(Help, HasEveryFlagWithItsDefault) {
  for (const CommandDef& command : command_defs()) {
    std::string text = help_text(command.command);
    std::string flat;  // wrapped lines joined again
    for (char c : text) {
      if (c == '\n') c = ' ';
      if (c != ' ' || flat.empty() || flat.back() != ' ') flat.push_back(c);
    }
    for (const FlagDef& flag : flag_defs()) {
      const std::string name = "--" + std::string(flag.name) + " ";
      const bool is_named = flat.find(name) != std::string::npos;
      EXPECT_EQ(is_named, flag.belongs_to(command.command)) << command.name << " " << name;
      if (!is_named) continue;
      EXPECT_NE(flat.find(flag.help), std::string::npos) << name;
      if (!flag.is_switch()) {
        EXPECT_NE(flat.find("[" + std::string(flag.by_default) + "]"), std::string::npos) << name;
      }
    }
    EXPECT_NE(help_text(Command::kNone).find("mxbulk " + std::string(command.name)),
              std::string::npos);
    EXPECT_NE(help_text_without_command().find("mxbulk " + std::string(command.name)),
              std::string::npos);
  }
}

size_t lines_in(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Help, ShortHasOneLineForEachFlag) {
  for (const CommandDef& command : command_defs()) {
    const std::string text = short_help_text(command.command);
    std::istringstream lines(text);
    size_t flags = 0;
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(output::columns_of(line), 100U) << line;
      if (line.find("--") != std::string::npos && line.starts_with("  ")) ++flags;
    }
    size_t expected = 0;
    for (const FlagDef& flag : flag_defs()) {
      if (!flag.belongs_to(command.command)) continue;
      ++expected;
      EXPECT_NE(text.find("--" + std::string(flag.name)), std::string::npos) << flag.name;
      EXPECT_NE(text.find(std::string(flag.short_help()) + "\n"), std::string::npos) << flag.name;
    }
    EXPECT_EQ(flags, expected) << command.name;
    EXPECT_LT(lines_in(text), lines_in(help_text(command.command))) << command.name;
    EXPECT_EQ(text.find("Exit codes"), std::string::npos);
  }
}

TEST(Help, LongEndsWithExitCodesAndExamples) {
  for (const CommandDef& command : command_defs()) {
    const std::string text = help_text(command.command);
    const size_t codes = text.find("Exit codes:");
    const size_t examples = text.find("\nExamples:\n  mxbulk ");
    ASSERT_NE(codes, std::string::npos) << command.name;
    ASSERT_NE(examples, std::string::npos) << command.name;
    EXPECT_LT(codes, examples) << command.name;
    EXPECT_NE(text.find("mxbulk " + std::string(command.name), examples), std::string::npos);
  }
}

// Code 6 was in no help text.
TEST(Help, NamesTheExitCodesThatTheCommandHas) {
  const auto has = [](Command command, const char* code) {
    return help_text(command).find(std::string("\n  ") + code + " ") != std::string::npos;
  };
  for (const char* code : {"0", "1", "2", "3", "4", "5", "6", "129, 130, 143", "141"}) {
    EXPECT_TRUE(has(Command::kValidate, code)) << code;
    EXPECT_TRUE(has(Command::kNone, code)) << code;
  }
  EXPECT_TRUE(has(Command::kResolve, "3"));
  EXPECT_FALSE(has(Command::kResolve, "6"));
  EXPECT_FALSE(has(Command::kExtract, "3"));
  EXPECT_FALSE(has(Command::kExtract, "6"));
}

TEST(FlagDefs, NamesAndLettersAreUniqueAndDefaultsParse) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const FlagDef& flag : flag_defs()) {
    EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
    if (flag.letter != '\0') {
      EXPECT_TRUE(letters.insert(flag.letter).second) << flag.letter;
    }
    EXPECT_EQ(flag.is_switch(), flag.by_default.empty()) << flag.name;
  }
}

}  // namespace
}  // namespace mxbulk::cli
