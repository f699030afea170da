// Suggestions and lists in the output of the program: in rows, records, resolve and check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ProgramSuggestions : public testing::Test {
 protected:
  std::string rows_of(const std::string& list, std::vector<std::string> flags = {}) {
    std::vector<std::string> arguments = {
        "validate",  folder_.write("list.csv", list),  "-q", "-r", "lab",
        "--columns", "verdict,action,flags,suggestion"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Outcome run = run_program({.arguments = arguments});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.out;
  }

  TempDir folder_;
};

// Each was `suppress` without a suggestion: a customer lost by a typing error.
TEST_F(ProgramSuggestions, MakeBadCellsAndDeadDomainsReview) {
  std::string good;  // most of the rows, so that the list does not look misread
  std::string good_rows;
  for (int row = 0; row < 10; ++row) {
    const std::string address = "ann" + std::to_string(row) + "@initech.example";
    good += address + "\n";
    good_rows += address + ",mx_ok,send,,\n";
  }
  EXPECT_EQ(rows_of("email\n" + good +
                    "bob@gmail\n"
                    "\"bob@gmail,com\"\n"
                    "bob@gmail.con\n"
                    "bob@@gmail.com\n"
                    "bob@gmail..com\n"
                    "bob@gmx.ne\n"
                    "Bob <bob@gmail>\n"
                    "bob smith@gmail.com\n"
                    "\"bob@gmail.com\"\"\"\n"
                    "bob@nxdomain.example\n"),
            "email,mx_verdict,mx_action,mx_flags,mx_suggestion\n" + good_rows +
                "bob@gmail,invalid,review,,gmail.com\n"
                "\"bob@gmail,com\",invalid,review,,gmail.com\n"
                "bob@gmail.con,no_mx,review,,gmail.com\n"
                "bob@@gmail.com,invalid,review,,gmail.com\n"
                "bob@gmail..com,invalid,review,,gmail.com\n"
                "bob@gmx.ne,no_mx,review,,gmx.net\n"
                "Bob <bob@gmail>,invalid,review,,gmail.com\n"
                "bob smith@gmail.com,invalid,suppress,,\n"
                "\"bob@gmail.com\"\"\",invalid,review,,gmail.com\n"
                "bob@nxdomain.example,no_mx,suppress,,\n");
}

TEST_F(ProgramSuggestions, MakeTheActionTheSameInRecordsOfDomains) {
  const std::string list = folder_.write("list.csv", "email\nbob@gmial.com\nbob@gmx.ne\n");
  const Outcome records =
      run_program({.arguments = {"validate", list, "-q", "-r", "lab", "--mode", "domains"}});
  EXPECT_THAT(records.out, HasSubstr("\ngmial.com,no_mx,nxdomain,review,"));
  EXPECT_THAT(records.out, HasSubstr("\ngmx.ne,no_mx,nxdomain,review,"));
  const Outcome resolved = run_program({.arguments = {"resolve", "-q", "-r", "lab"},
                                        .stdin_text = "gmial.com\ngmail,com\ngmail\nacme,com\n"});
  EXPECT_THAT(resolved.out, HasSubstr("\"gmial.com\",\"verdict\":\"no_mx\","
                                      "\"reason\":\"nxdomain\",\"action\":\"review\""));
  EXPECT_THAT(resolved.out, HasSubstr("\"gmail,com\",\"verdict\":\"invalid\","));
  EXPECT_THAT(resolved.out, Not(HasSubstr("\"gmail,com\",\"verdict\":\"invalid\",\"reason\":"
                                          "\"dotless\",\"action\":\"suppress\"")));
  EXPECT_THAT(resolved.out, HasSubstr("\"acme,com\""));
}

TEST_F(ProgramSuggestions, CheckSuggestsForABadAddressToo) {
  const Outcome run = run_program({.arguments = {"check", "bob@gmail", "-r", "lab"}});
  EXPECT_THAT(run.out, HasSubstr("bob@gmail: invalid/dotless, review"));
  EXPECT_THAT(run.out, HasSubstr("did you mean gmail.com?"));
}

TEST_F(ProgramSuggestions, UserListsOverrideTheBuiltInOnes) {
  folder_.write("disposable.txt", "Initech.EXAMPLE  # a competitor\n");
  folder_.write("free.txt", "mailinator.com\n");
  folder_.write("relay.txt", "globex.example\n");
  folder_.write("role.txt", "KASSE\n");
  folder_.write("typos.txt", "acme.example globex.example\n");
  EXPECT_EQ(rows_of("email\n"
                    "kasse@initech.example\n"
                    "a@mailinator.com\n"
                    "a@globex.example\n"
                    "a@acme.example\n"
                    "info@gmail.com\n",
                    {"--lists", folder_.path()}),
            "email,mx_verdict,mx_action,mx_flags,mx_suggestion\n"
            "kasse@initech.example,mx_ok,send,disposable;role,\n"
            "a@mailinator.com,mx_ok,send,free,\n"
            "a@globex.example,mx_ok,send,relay,\n"
            "a@acme.example,mx_ok,review,,globex.example\n"
            "info@gmail.com,mx_ok,send,role;free,\n");
  const Outcome check = run_program(
      {.arguments = {"check", "kasse@initech.example", "-r", "lab", "--lists", folder_.path()}});
  EXPECT_THAT(check.out, HasSubstr("disposable, role"));
}

TEST_F(ProgramSuggestions, ABadListIsAUsageErrorWithItsLine) {
  folder_.write("free.txt", "fine.example\nno domain\n");
  const std::string list = folder_.write("list.csv", "email\na@gmail.com\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"validate", list}, {"resolve", list}, {"check", "gmail.com"}}) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"-r", "lab", "--lists", folder_.path()});
    const Outcome run = run_program({.arguments = arguments});
    EXPECT_EQ(run.exit_code, 2) << words[0];
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr("free.txt:2: \"no domain\" is not a domain"));
  }
}

TEST_F(ProgramSuggestions, AFileThatIsNotAListIsReported) {
  folder_.write("free.txt", "fine.example\n");
  folder_.write("notes.md", "why\n");
  const Outcome run =
      run_program({.arguments = {"check", "gmail.com", "-r", "lab", "--lists", folder_.path()}});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, HasSubstr("notes.md is not one of the lists and is not read"));
}

}  // namespace
}  // namespace mxbulk::test
