// One list through three worlds: the built-in server, a real authority, and a real resolver in
// front of it. Three programs that share no line of code must lead to the same verdicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/name_servers.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

// The names that the built-in server makes misbehave, and those whose exchanges are such names: a
// real server knows nothing of these faults.
std::set<std::string> faulty_names(const std::string& zone_text) {
  std::set<std::string> faulty;
  std::istringstream lines(zone_text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string mark;
    std::string name;
    if (words >> mark >> name && mark == ";@fault") faulty.insert(name);
  }
  lines.clear();
  lines.seekg(0);
  std::set<std::string> led_there;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::vector<std::string> record;
    for (std::string word; words >> word;) record.push_back(word);
    if (record.size() > 1 && faulty.contains(record.back())) led_there.insert(record.front());
  }
  faulty.merge(led_there);
  return faulty;
}

// A list of every name in the built-in zone that a real server serves in the same way, and of some
// that do not exist.
std::string list_of_lab_names() {
  const std::string zone_text(lab::builtin_zone_text());
  const std::set<std::string> faulty = faulty_names(zone_text);
  EXPECT_GT(faulty.size(), 15U);
  std::vector<std::string> names = zone_from(zone_text).names();
  std::erase_if(names, [&](std::string name) {
    if (!name.ends_with('.')) name += '.';
    return faulty.contains(name);
  });
  EXPECT_GT(names.size(), 100U);
  std::string list = "email\n";
  for (const std::string& name : names) list += "someone@" + name + "\n";
  for (const char* name : {"gone.example", "under.null.example", "example", "GMAIL.com",
                           "b\xC3\xBC"
                           "cher.example",
                           "localhost", "mail.invalid", "nowhere.test"}) {
    list += std::string("someone@") + name + "\n";
  }
  return list;
}

std::string verdicts_through(const std::string& resolver, const std::string& list) {
  const TempDir folder;
  std::vector<std::string> arguments =
      validate_arguments(folder.write("list.csv", list), resolver, folder.file("out.csv"));
  arguments.insert(arguments.end(), {"--columns", "action,domain,host,lints"});
  const Outcome run = run_program({.arguments = arguments});
  EXPECT_EQ(run.exit_code, 0) << resolver << ": " << run.err;
  return run.exit_code == 0 ? read_text(folder.file("out.csv")) : "";
}

TEST(SameVerdicts, LabAuthorityAndResolverAgreeRowForRow) {
  NsdServer authority{std::string(lab::builtin_zone_text())};
  ASSERT_TRUE(authority.start());
  UnboundServer resolver(authority.port());
  ASSERT_TRUE(resolver.start());

  const std::string list = list_of_lab_names();
  const std::string through_lab = verdicts_through("lab", list);
  EXPECT_EQ(std::count(through_lab.begin(), through_lab.end(), '\n'),
            std::count(list.begin(), list.end(), '\n'));
  // An authority for the root refers to no other server, so that it can be asked like a resolver:
  // it sets AA and no RA, and follows a CNAME as far as its zone goes, which is everywhere.
  EXPECT_EQ(verdicts_through(authority.endpoint(), list), through_lab);
  EXPECT_EQ(verdicts_through(resolver.endpoint(), list), through_lab);

  // Their agreement would mean little if all gave every name the same verdict.
  for (const char* verdict :
       {",mx_ok,mx,", ",mx_ok,implicit_mx,", ",no_mx,nxdomain,", ",no_mx,cname_nxdomain,",
        ",no_mx,no_address,", ",no_mx,special_use,", ",null_mx,rfc7505,", ",null_mx,nonconforming,",
        ",dead_mx,mx_unresolvable,", ",dead_mx,mx_nonpublic,", ",dead_mx,mx_ip_literal,",
        ",dead_mx,mx_malformed,", ",dead_mx,implicit_nonpublic,", ",unknown,dns_servfail,",
        ",unknown,mx_addr_tempfail,"}) {
    EXPECT_NE(through_lab.find(verdict), std::string::npos) << verdict;
  }
}

TEST(SameVerdicts, ManyDomainsThroughResolverAreAllRight) {
  const BulkWorld world = make_bulk_world(20'000);
  NsdServer authority(world.zone_text);
  ASSERT_TRUE(authority.start());
  UnboundServer resolver(authority.port());
  ASSERT_TRUE(resolver.start());
  for (const NameServer* server :
       {static_cast<const NameServer*>(&authority), static_cast<const NameServer*>(&resolver)}) {
    const TempDir folder;
    const Outcome run =
        run_program({.arguments = validate_arguments(folder.write("list.csv", world.list),
                                                     server->endpoint(), folder.file("out.csv"))});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    SCOPED_TRACE(run.err);
    expect_all_right(world, read_text(folder.file("out.csv")));
  }
}

}  // namespace
}  // namespace mxbulk::test
