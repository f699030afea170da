#include "support/mail_world.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "support/bulk_world.h"

namespace mxbulk::test {

void MailWorld::add(const std::string& domain, const std::string& address) {
  add_domain(domain, "mx." + domain);
  add_exchange("mx." + domain, address);
}

void MailWorld::add_domain(const std::string& domain, const std::string& exchange) {
  zone_text_ += domain + ". IN MX 10 " + exchange + ".\n";
  const std::string row = "someone@" + domain + "\n";
  if (!list_.ends_with("\n" + row)) list_ += row;
}

void MailWorld::add_exchange(const std::string& exchange, const std::string& address) {
  const bool is_v6 = address.find(':') != address.npos;
  zone_text_ += exchange + (is_v6 ? ". IN AAAA " : ". IN A ") + address + "\n";
}

void MailWorld::serve() {
  auto server = lab::DnsServer::start(zone_from(zone_text_));
  ASSERT_TRUE(server.ok()) << server.status().message();
  server_ = std::move(server.value());
}

ProgramCall MailWorld::call(const std::vector<std::string>& flags) {
  ProgramCall call;
  call.arguments =
      validate_arguments(folder_.write("list.csv", list_),
                         "127.0.0.1:" + std::to_string(server_->port()), folder_.file("out.csv"));
  call.arguments.insert(call.arguments.end(), {"--probe-port", std::to_string(port_)});
  call.arguments.insert(call.arguments.end(), flags.begin(), flags.end());
  call.deadline_ms = 120'000;
  return call;
}

MailWorld::Verdicts MailWorld::verdicts(const Outcome& outcome) const {
  Verdicts verdicts;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  if (outcome.exit_code != 0) return verdicts;
  std::istringstream rows(read_text(folder_.file("out.csv")));
  std::string row;
  std::getline(rows, row);
  EXPECT_EQ(row, "email,mx_verdict,mx_reason");
  while (std::getline(rows, row)) {
    const size_t at = row.find('@') + 1;
    const size_t verdict = row.find(',', at);
    const size_t reason = row.find(',', verdict + 1);
    verdicts[row.substr(at, verdict - at)] =
        row.substr(verdict + 1, reason - verdict - 1) + "/" + row.substr(reason + 1);
  }
  return verdicts;
}

MailWorld::Verdicts MailWorld::probe(const std::vector<std::string>& flags) {
  return verdicts(run_program(call(flags)));
}

std::map<std::string, size_t> tally(const MailWorld::Verdicts& verdicts) {
  std::map<std::string, size_t> counts;
  for (const auto& [domain, verdict] : verdicts) ++counts[verdict];
  return counts;
}

}  // namespace mxbulk::test
