// Answers that are damaged on their way, from a scripted resolver: the built-in server in this
// process, whose answers about some names are replaced. Each made a domain dead that takes mail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/packet.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;

constexpr size_t kHeaderBytes = 12;
const std::string kUnreadable = "\xFF\xFF";  // a pointer past the end

// Adds the damaged sections to a packet that has the question.
using Damage = std::function<void(Packet&)>;

class DamagedAnswers : public testing::Test {
 protected:
  // The answers about (name, type) are damaged; `times` of them, then they are whole.
  void damage(const std::string& name, uint16_t type, Damage damage, int times = 1'000) {
    script_[{name, type}] = {std::move(damage), times};
  }
  // Mail for `name` goes to an exchange that has an address.
  void add_domain(const std::string& name) {
    zone_text_ += name + ". IN MX 10 mx1.shared.example.\n";
    list_ += "someone@" + name + "\n";
  }

  // Runs over all domains, and gives the output.
  std::string validate() {
    auto server = lab::DnsServer::start(zone_from(zone_text_),
                                        [this](lab::Exchange& exchange) { replace(exchange); });
    EXPECT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
    const Outcome run =
        run_program({.arguments = validate_arguments(folder_.write("list.csv", "email\n" + list_),
                                                     "127.0.0.1:" + std::to_string(server_->port()),
                                                     folder_.file("out.csv"))});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    server_.reset();
    return read_text(folder_.file("out.csv"));
  }

  [[nodiscard]] int asked(const std::string& name, uint16_t type) const {
    const auto found = script_.find({name, type});
    return found == script_.end() ? 0 : found->second.asked;
  }

 private:
  struct Scripted {
    Damage damage;
    int times = 0;
    int asked = 0;
  };

  // On the server's thread, until validate() has stopped it.
  void replace(lab::Exchange& exchange) {
    std::string name;
    size_t at = kHeaderBytes;
    for (; exchange.query[at] != 0; at += 1U + exchange.query[at]) {
      if (!name.empty()) name.push_back('.');
      for (size_t i = 1; i <= exchange.query[at]; ++i) {
        name.push_back(static_cast<char>(exchange.query[at + i]));
      }
    }
    const auto type = static_cast<uint16_t>(exchange.query[at + 1] << 8 | exchange.query[at + 2]);
    const auto found = script_.find({ascii_lower_copy(name), type});
    if (found == script_.end() || found->second.asked++ >= found->second.times) return;
    Packet packet(name, type);
    packet.id(static_cast<uint16_t>(exchange.query[0] << 8 | exchange.query[1]));
    found->second.damage(packet);
    const std::vector<uint8_t> bytes = packet.bytes();
    exchange.messages = {std::string(bytes.begin(), bytes.end())};
  }

  std::string zone_text_ = make_bulk_world(8).zone_text;
  std::string list_;
  std::map<std::pair<std::string, uint16_t>, Scripted> script_;
  std::unique_ptr<lab::DnsServer> server_;
  TempDir folder_;
};

struct Case {
  const char* name;
  uint16_t type;
  Damage damage;
};

std::string good_mx() {
  return mx_data(10, wire("mx1.shared.example"));
}

// Of the domain's MX question. The first four are those of the bug report.
const Case kCases[] = {
    {"owner-of-mx.test", kTypeMx, [](Packet& p) { p.answer(kTypeMx, good_mx(), 60, kUnreadable); }},
    {"owner-of-cname.test", kTypeMx,
     [](Packet& p) { p.answer(kTypeCname, wire("t.example"), 60, kUnreadable); }},
    {"null-mx-beside.test", kTypeMx,
     [](Packet& p) {
       p.answer(kTypeMx, mx_data(0, wire("."))).answer(kTypeMx, good_mx(), 60, kUnreadable);
     }},
    {"nxdomain-beside.test", kTypeMx,
     [](Packet& p) { p.rcode(3).answer(kTypeMx, good_mx(), 60, kUnreadable); }},
    {"exchange-beside-null-mx.test", kTypeMx,
     [](Packet& p) {
       p.answer(kTypeMx, mx_data(0, wire("."))).answer(kTypeMx, u16(10) + kUnreadable);
     }},
    {"short-exchange-beside-null-mx.test", kTypeMx,
     [](Packet& p) { p.answer(kTypeMx, mx_data(0, wire("."))).answer(kTypeMx, u16(10)); }},
    {"target-of-cname.test", kTypeMx, [](Packet& p) { p.answer(kTypeCname, kUnreadable); }},
    {"damaged-soa.test", kTypeMx,
     [](Packet& p) { p.authority(kTypeSoa, kUnreadable + soa_data(60)); }},
    {"count-too-small.test", kTypeMx, [](Packet& p) { p.answer(kTypeMx, good_mx()).count(6, 0); }},
    {"count-too-large.test", kTypeMx,
     [](Packet& p) { p.answer(kTypeMx, mx_data(0, wire("."))).count(6, 2); }},
    {"cut-option.test", kTypeMx,
     [](Packet& p) { p.rcode(3).authority(kTypeSoa, soa_data(60)).opt(u16(15) + u16(2)); }},
};

TEST_F(DamagedAnswers, AreNoVerdictHoweverOftenTheyCome) {
  for (const Case& one : kCases) {
    add_domain(one.name);
    damage(one.name, one.type, one.damage);
  }
  const std::string out = validate();
  for (const Case& one : kCases) {
    EXPECT_THAT(out, HasSubstr(std::string("@") + one.name + ",unknown,dns_malformed\n"));
    EXPECT_GT(asked(one.name, one.type), 1) << one.name << " is not asked again";
  }
}

TEST_F(DamagedAnswers, AreAskedAgain) {
  for (const Case& one : kCases) {
    add_domain(one.name);
    damage(one.name, one.type, one.damage, 1);
  }
  const std::string out = validate();
  for (const Case& one : kCases) {
    EXPECT_THAT(out, HasSubstr(std::string("@") + one.name + ",mx_ok,mx\n"));
  }
}

// The addresses of the only exchange: dead_mx rests on them.
TEST_F(DamagedAnswers, AboutAnExchangeAreNoVerdict) {
  add_domain("sound.test");
  damage("mx1.shared.example", kTypeA,
         [](Packet& p) { p.answer(kTypeA, "\x09\x09\x09\x09", 60, kUnreadable); });
  damage("mx1.shared.example", kTypeAaaa, [](Packet& p) { p.authority(kTypeSoa, "short"); });
  EXPECT_THAT(validate(), HasSubstr("@sound.test,unknown,mx_addr_tempfail\n"));
}

}  // namespace
}  // namespace mxbulk::test
