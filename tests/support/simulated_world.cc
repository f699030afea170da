#include "support/simulated_world.h"

#include <array>
#include <string_view>

namespace mxbulk::test {
namespace {

using Octets = std::vector<int>;

SimulatedAddress address(const Octets& octets, bool is_public) {
  SimulatedAddress made;
  for (int octet : octets) made.octets.push_back(static_cast<char>(octet));
  made.is_public = is_public;
  return made;
}

// The first octets; the rest does not matter.
SimulatedAddress address6(const Octets& octets, bool is_public) {
  SimulatedAddress made = address(octets, is_public);
  made.octets.resize(16, '\x01');
  return made;
}

// Written by hand from IANA's registries.
const std::vector<SimulatedAddress>& public_v4() {
  static const std::vector<SimulatedAddress> kList = {
      address({8, 8, 4, 4}, true),     address({93, 184, 216, 34}, true),
      address({100, 128, 0, 1}, true), address({172, 32, 0, 1}, true),
      address({11, 0, 0, 1}, true),    address({223, 255, 255, 254}, true),
      address({198, 20, 0, 1}, true),  address({169, 253, 0, 9}, true)};
  return kList;
}

const std::vector<SimulatedAddress>& private_v4() {
  static const std::vector<SimulatedAddress> kList = {
      address({127, 0, 0, 1}, false),   address({10, 1, 2, 3}, false),
      address({0, 0, 0, 0}, false),     address({100, 64, 0, 1}, false),
      address({192, 168, 7, 7}, false), address({172, 31, 0, 1}, false),
      address({169, 254, 1, 1}, false), address({224, 0, 0, 5}, false),
      address({198, 19, 9, 9}, false),  address({255, 255, 255, 255}, false)};
  return kList;
}

const std::vector<SimulatedAddress>& public_v6() {
  static const std::vector<SimulatedAddress> kList = {
      address6({0x2a, 0x00, 0x14, 0x50}, true), address6({0x26, 0x07, 0xf8, 0xb0}, true),
      address6({0x20, 0x02, 8, 8, 8, 8}, true),  // 6to4 of 8.8.8.8
      address6({0x24, 0x04, 0x68, 0x00}, true)};
  return kList;
}

const std::vector<SimulatedAddress>& private_v6() {
  static const std::vector<SimulatedAddress> kList = {
      address6({0xfc, 0x00, 0, 1}, false),
      address6({0xfe, 0x80, 0, 0}, false),
      address6({0x20, 0x01, 0x0d, 0xb8}, false),
      address6({0x20, 0x02, 10, 0, 0, 1}, false),
      address6({0xff, 0x02, 0, 0}, false),
      address6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 8, 8, 8, 8}, false)};
  return kList;
}

class WorldMaker {
 public:
  explicit WorldMaker(SimulatedRandom& random) : random_(random) {}

  World make(size_t domain_count) {
    make_odd_exchanges();
    for (size_t i = 0; i < 40 + domain_count / 2; ++i) make_host(i);
    for (size_t i = 0; i < domain_count; ++i) make_domain("d" + std::to_string(i) + ".test");
    return std::move(world_);
  }

 private:
  Fate temporary() {
    static constexpr std::array<Fate, 6> kFates = {Fate::kServfail, Fate::kRefused,
                                                   Fate::kReferral, Fate::kUnresponsive,
                                                   Fate::kGarbage,  Fate::kFiltered};
    return random_.pick(kFates);
  }
  uint32_t ttl_s() {
    static constexpr std::array<uint32_t, 6> kTtls = {30, 60, 300, 3'600, 604'800, 604'801};
    return random_.chance(0.8) ? 3'600 : random_.pick(kTtls);
  }
  void fill(RecordSet& set, const std::vector<SimulatedAddress>& list, size_t count = 1) {
    set.fate = Fate::kData;
    set.ttl_s = ttl_s();
    for (size_t i = 0; i < count; ++i) set.addresses.push_back(random_.pick(list));
  }
  void fail(RecordSet& set) { set.fate = temporary(); }

  // Every combination of A and AAAA of one name.
  void make_addresses(Node& node) {
    switch (random_.below(16)) {
      case 0: return;  // neither
      case 1: fill(node.aaaa, public_v6()); return;
      case 2: fill(node.a, private_v4()); return;
      case 3: fill(node.a, private_v4()), fill(node.aaaa, public_v6()); return;
      case 4: fill(node.a, private_v4()), fill(node.aaaa, private_v6()); return;
      case 5: fill(node.a, public_v4()), fill(node.a, private_v4()); return;
      case 6: fail(node.a), fill(node.aaaa, public_v6()); return;
      case 7: fail(node.a); return;
      case 8: fail(node.aaaa); return;
      case 9: fill(node.a, private_v4()), fail(node.aaaa); return;
      case 10: fill(node.a, public_v4()), fail(node.aaaa); return;
      case 11: fill(node.aaaa, private_v6()); return;
      default: fill(node.a, public_v4(), 1 + random_.below(3)); return;
    }
  }

  void make_odd_exchanges() {
    odd_ = {"192.0.2.1",     "8.8.8.8",       "localhost", "mx.localhost", "mx.internal",
            "printer.local", "bad host.test", "mx,9.test", "nowhere.test", "gone.nowhere.test"};
    Node& underscore = world_.add("mx_1.mail.test");
    fill(underscore.a, public_v4());
    odd_.push_back("mx_1.mail.test");
  }

  void make_host(size_t index) {
    const std::string name =
        "h" + std::to_string(index) + ".mail" + std::to_string(index % 7) + ".test";
    hosts_.push_back(name);
    if (random_.chance(0.06)) return;  // dangling
    Node& node = world_.add(name);
    if (random_.chance(0.1)) {
      make_alias(name, node);
    } else {
      make_addresses(node);
    }
  }

  void make_alias(const std::string& name, Node& node) {
    node.cname_ttl_s = ttl_s();
    switch (random_.below(4)) {
      case 0: node.cname = name; return;  // to itself
      case 1: node.cname = "gone." + name; return;
      case 2: make_chain(name, node); return;
      default: node.cname = random_.pick(hosts_); return;  // may be an alias, may be the same
    }
  }

  // 6..10 links: below and above the cap of 8.
  void make_chain(const std::string& name, Node& first) {
    const uint64_t links = 6 + random_.below(5);
    first.cname = "c1." + name;
    for (uint64_t i = 1; i < links; ++i) {
      world_.add("c" + std::to_string(i) + "." + name).cname =
          "c" + std::to_string(i + 1) + "." + name;
    }
    Node& last = world_.add("c" + std::to_string(links) + "." + name);
    fill(last.a, public_v4());
    fill_mx(last.mx, 1);
  }

  void fill_mx(RecordSet& set, size_t count) {
    set.fate = Fate::kData;
    set.ttl_s = ttl_s();
    for (size_t i = 0; i < count; ++i) {
      const bool is_odd = random_.chance(0.08);
      const auto preference = static_cast<uint16_t>(random_.below(4) * 10);
      set.mx.push_back({preference, is_odd ? random_.pick(odd_) : random_.pick(hosts_)});
    }
    if (random_.chance(0.04)) set.mx.push_back(random_.pick(set.mx));
    if (random_.chance(0.04)) set.mx.push_back({5, set.mx.front().exchange});
    if (random_.chance(0.04)) set.mx.push_back({static_cast<uint16_t>(random_.below(50)), "."});
    set.has_malformed = random_.chance(0.03);
  }

  // Only unusable names, so that the caps and the batches of 16 apply.
  void fill_long_dead_list(RecordSet& set, size_t count) {
    set.fate = Fate::kData;
    for (size_t i = 0; i < count; ++i) {
      set.mx.push_back({static_cast<uint16_t>(i / 8), "x" + std::to_string(i) + ".nowhere.test"});
    }
    if (random_.chance(0.5)) set.mx.push_back({60'000, random_.pick(hosts_)});
    if (random_.chance(0.3)) set.mx.push_back({60'000, "."});
  }

  void fill_null(RecordSet& set) {
    set.fate = Fate::kData;
    const bool is_exact = random_.chance(0.5);
    set.mx.push_back({static_cast<uint16_t>(is_exact ? 0 : 10), "."});
    if (!is_exact && random_.chance(0.5)) set.mx.push_back({0, "."});
  }

  void make_domain(const std::string& name) {
    Node& node = world_.add_domain(name);
    switch (random_.below(20)) {
      case 0: fill_null(node.mx); return;
      case 1: make_addresses(node); return;  // implicit
      case 13: node.mx.fate = Fate::kData, node.mx.has_malformed = true; return;
      case 2: make_addresses(node); return;
      case 3: set_all(node, Fate::kNxDomain); return;
      case 4: node.mx.fate = Fate::kNxDomain, make_addresses(node); return;
      case 5: node.mx.fate = Fate::kNxDomain, fail(node.a); return;
      case 6: fail(node.mx), fill(node.a, public_v4()); return;
      case 7: make_alias(name, node); return;
      case 8: node.cname = random_.pick(world_.domains()); return;
      case 9: fill_long_dead_list(node.mx, 10 + random_.below(100)); return;
      case 10: fill_mx(node.mx, 17 + random_.below(20)); return;
      case 11: fill_mx(node.mx, 1), fill(node.a, public_v4()); return;
      case 12:
        if (random_.chance(0.1)) fill_long_dead_list(node.mx, 480 + random_.below(80));
        return;
      default: fill_mx(node.mx, 1 + random_.below(4)); return;
    }
  }

  static void set_all(Node& node, Fate fate) { node.mx.fate = node.a.fate = node.aaaa.fate = fate; }

  SimulatedRandom& random_;
  World world_;
  std::vector<std::string> hosts_;
  std::vector<std::string> odd_;
};

}  // namespace

const RecordSet& Node::set(RecordType type) const {
  return type == RecordType::kMx ? mx : type == RecordType::kA ? a : aaaa;
}

World World::random(SimulatedRandom& random, size_t domain_count) {
  return WorldMaker(random).make(domain_count);
}

const Node* World::find(const std::string& name) const {
  const auto found = nodes_.find(name);
  if (found != nodes_.end()) return &found->second;
  const bool has_two_labels = name.find('.') == name.rfind('.');
  return has_two_labels ? wildcard_of(name) : nullptr;
}

void World::add_wildcard(const std::string& top, const SimulatedAddress& address) {
  RecordSet& a = wildcards_[top].a;
  a.fate = Fate::kData;
  a.addresses = {address};
}

// Half of those under the wildcard do not exist. Some have its address, or a lower one beside it.
void World::add_implicit_domains(SimulatedRandom& random, size_t count) {
  const SimulatedAddress of_wildcard = address({64, 70, 19, 33}, true);
  const SimulatedAddress parked = address({11, 22, 33, 44}, true);
  add_wildcard("ws", of_wildcard);
  for (size_t i = 0; i < count; ++i) {
    const bool is_parked = random.chance(0.5);
    const std::string name = "i" + std::to_string(i) + (is_parked ? ".test" : ".ws");
    RecordSet& a = add_domain(name).a;
    a.fate = Fate::kData;
    a.addresses = {parked};
    if (is_parked) continue;
    switch (random.below(6)) {
      case 0: a.addresses = {of_wildcard}; break;
      case 1: a.addresses = {of_wildcard, parked}; break;
      case 2: break;
      default: remove(name); break;
    }
  }
}

const Node* World::wildcard_of(const std::string& name) const {
  const auto found = wildcards_.find(name.substr(name.rfind('.') + 1));
  return found == wildcards_.end() ? nullptr : &found->second;
}

std::set<std::string> World::targets() const {
  std::set<std::string> targets;
  for (const auto& [name, node] : nodes_) {
    if (!node.cname.empty()) targets.insert(node.cname);
  }
  return targets;
}

std::string plain_text(std::string_view wire) {
  std::string text;
  for (size_t at = 0; wire[at] != 0; at += 1U + static_cast<uint8_t>(wire[at])) {
    if (at != 0) text.push_back('.');
    text.append(wire.substr(at + 1, static_cast<uint8_t>(wire[at])));
  }
  return text.empty() ? "." : text;
}

}  // namespace mxbulk::test
