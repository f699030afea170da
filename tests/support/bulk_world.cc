#include "support/bulk_world.h"

#include <gtest/gtest.h>

#include <utility>

namespace mxbulk::test {
namespace {

constexpr size_t kSharedHosts = 50;  // of "providers" that many domains name

std::string number(size_t value) {
  return std::to_string(value);
}

// The records of domain `n`, and the verdict that is right.
std::pair<std::string, std::string> domain_of(size_t n, const std::string& name) {
  const std::string at = name + ". IN ";
  const std::string host = "mx." + name + ".";
  const std::string mx = at + "MX 10 " + host + "\n";
  const std::string low = number(n / 250 % 250) + "." + number(n % 250 + 1);
  switch (n % 8) {
    case 0:
      return {at + "MX 10 mx" + number(n / 8 % kSharedHosts) + ".shared.example.\n", "mx_ok/mx"};
    case 1: return {mx + host + " IN AAAA 2a02:2e0:3fe::" + number(n % 9999) + "\n", "mx_ok/mx"};
    case 2: return {at + "A 80.81." + low + "\n", "mx_ok/implicit_mx"};
    case 3: return {"", "no_mx/nxdomain"};
    case 4: return {at + "TXT \"no mail here\"\n", "no_mx/no_address"};
    case 5: return {at + "MX 0 .\n", "null_mx/rfc7505"};
    case 6: return {mx + at + "A 80.82." + low + "\n", "dead_mx/mx_unresolvable"};
    default: return {mx + host + " IN A 10.1." + low + "\n", "dead_mx/mx_nonpublic"};
  }
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
  return line;
}

}  // namespace

BulkWorld make_bulk_world(size_t domains) {
  BulkWorld world;
  world.zone_text =
      "$ORIGIN .\n$TTL 3600\n"
      "@ 86400 IN SOA a.root.lab.test. hostmaster.lab.test. 1 1800 900 604800 300\n"
      "@ 86400 IN NS a.root.lab.test.\n"
      "a.root.lab.test. IN A 9.9.9.10\n";
  for (size_t host = 0; host < kSharedHosts; ++host) {
    world.zone_text +=
        "mx" + number(host) + ".shared.example. IN A 80.80.1." + number(host + 1) + "\n";
  }
  world.list = "email\n";
  for (size_t n = 0; n < domains; ++n) {
    const std::string name = "d" + number(n) + ".bulk.example";
    auto [records, verdict] = domain_of(n, name);
    world.zone_text += records;
    world.list += "someone@" + name + "\n";
    world.expected.push_back(std::move(verdict));
  }
  return world;
}

lab::Zone zone_from(std::string_view text) {
  Result<lab::Zone> zone = lab::Zone::parse(text);
  EXPECT_TRUE(zone.ok()) << zone.status().message();
  return zone.ok() ? std::move(zone.value()) : lab::Zone();
}

Comparison compare(const BulkWorld& world, std::string_view csv) {
  Comparison compared;
  EXPECT_EQ(take_line(csv), "email,mx_verdict,mx_reason");
  while (!csv.empty()) {
    const std::string_view line = take_line(csv);
    const size_t reason = line.rfind(',');
    const size_t verdict = line.rfind(',', reason - 1);
    const std::string got = std::string(line.substr(verdict + 1, reason - verdict - 1)) + "/" +
                            std::string(line.substr(reason + 1));
    const size_t row = compared.rows++;
    const std::string& expected = row < world.expected.size() ? world.expected[row] : "no row";
    const std::string address = "someone@d" + number(row) + ".bulk.example";
    if (line.substr(0, verdict) != address) {
      compared.wrong.push_back("row " + number(row) + " is " + std::string(line));
    } else if (got == expected) {
      ++compared.right;
    } else if (got.starts_with("unknown/")) {
      ++compared.unknown;
    } else {
      compared.wrong.push_back(address + " is " + got + ", not " + expected);
    }
  }
  return compared;
}

void expect_all_right(const BulkWorld& world, std::string_view csv) {
  const Comparison compared = compare(world, csv);
  EXPECT_EQ(compared.rows, world.expected.size());
  EXPECT_EQ(compared.wrong, std::vector<std::string>());
  EXPECT_EQ(compared.unknown, 0U);
}

std::vector<std::string> validate_arguments(const std::string& list_path,
                                            const std::string& resolver,
                                            const std::string& output_path) {
  return {"validate",  list_path,   "--resolver",     resolver,        "--output",
          output_path, "--columns", "verdict,reason", "--max-unknown", "100%"};
}

}  // namespace mxbulk::test
