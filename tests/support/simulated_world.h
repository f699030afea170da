// The simulated internet: names and their records, some of which fail. It uses no code of src/dns
// or src/route, so that it can test them.
//
// Threads: plain data. Names are text: lower case, no trailing dot, no escapes; the root is ".".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/record_type.h"
#include "support/simulated_random.h"

namespace mxbulk::test {

// A good resolver's answer for one type of one name.
enum class Fate : uint8_t {
  kData,
  kNoData,
  kNxDomain,
  kServfail,
  kRefused,
  kReferral,  // NS without SOA: a server that does not recurse
  kUnresponsive,
  kGarbage,   // the right header and question, then rubbish
  kFiltered,  // RFC 8914 extended error 15
};

struct SimulatedMx {
  uint16_t preference = 0;
  std::string exchange;
};

struct SimulatedAddress {
  std::string octets;  // 4 or 16
  bool is_public = false;
};

struct RecordSet {
  Fate fate = Fate::kNoData;
  uint32_t ttl_s = 3'600;
  std::vector<SimulatedMx> mx = {};
  std::vector<SimulatedAddress> addresses = {};
  bool has_malformed = false;  // one record more, cut short
};

struct Node {
  std::string cname;  // set: the name is an alias and nothing else
  uint32_t cname_ttl_s = 3'600;
  RecordSet mx;
  RecordSet a;
  RecordSet aaaa;

  [[nodiscard]] const RecordSet& set(RecordType type) const;
};

class World {
 public:
  // Random domains and their mail hosts.
  static World random(SimulatedRandom& random, size_t domain_count);

  // None if the name does not exist. A name of two labels under a top-level domain with a wildcard
  // exists (RFC 4592).
  [[nodiscard]] const Node* find(const std::string& name) const;
  // Names that an alias leads to.
  [[nodiscard]] std::set<std::string> targets() const;
  // Those that rows may name.
  [[nodiscard]] const std::vector<std::string>& domains() const { return domains_; }

  Node& add(const std::string& name) { return nodes_[name]; }
  // `*.top`, as some registries have it: an address, and nothing else.
  void add_wildcard(const std::string& top, const SimulatedAddress& address);
  // Domains without MX: parked at one address, and under a wildcard.
  void add_implicit_domains(SimulatedRandom& random, size_t count);
  // None if `name` is not under a top-level domain with a wildcard.
  [[nodiscard]] const Node* wildcard_of(const std::string& name) const;
  // The name does not exist any more; rows may still name it.
  void remove(const std::string& name) { nodes_.erase(name); }
  Node& add_domain(const std::string& name) {
    domains_.push_back(name);
    return nodes_[name];
  }

 private:
  std::map<std::string, Node> nodes_;
  std::map<std::string, Node> wildcards_;  // by top-level domain
  std::vector<std::string> domains_;
};

// Text of a name in wire form, without escapes.
[[nodiscard]] std::string plain_text(std::string_view wire);

}  // namespace mxbulk::test
