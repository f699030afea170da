// Does a resolver give an address to names that do not exist? Asked for a domain without MX whose
// own address is all that speaks for it: a random name beside it, under the same public suffix, at
// the resolver that gave the address. If that name gets the address too, the domain may not exist.
//
// Some registries publish a wildcard (`*.ws`); some resolvers replace NXDOMAIN by an address, for
// all names or for those under some suffixes. Each (suffix, resolver, address family) is asked
// about once, with one question if the answer is NXDOMAIN, as it is nearly always.
//
// Many unrelated domains may have one address because a registrar parks them there. A random name
// beside them does not exist, so that is no wildcard. But such an address is also what a resolver
// looks like that begins to give it during the run: so the question is asked again each time that
// the number of domains with one address has doubled.
//
// Threads: one loop thread. Ownership: borrows the runner.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "asking/lookup_runner.h"
#include "asking/random_name.h"
#include "base/limits.h"
#include "base/pool.h"
#include "model/ip_address.h"

namespace mxbulk::asking {

// Of several domains with one address: is it time to ask again? Approximate, in constant memory:
// addresses that share a place push each other out, unless one of them is frequent.
class AddressCounts {
 public:
  // Another domain has `address`. True for the 8th, 16th, 32nd …
  bool add(const IpAddress& address);

 private:
  struct Slot {
    IpAddress address;
    uint32_t count = 0;
    uint32_t seen = 0;  // less those of other addresses: at 0 another takes the place
  };
  std::array<Slot, limits::kAddressesCounted> slots_{};
};

struct WildcardRequest {
  NameView suffix;  // copied
  uint8_t upstream = 0;
  IpAddress address;  // of the domain
  uint64_t waiter = 0;
};

struct WildcardReady {
  uint64_t waiter = 0;
  bool is_wildcard = false;  // names that do not exist get this address too
};

// Is told of an address for a random name.
class WildcardObserver {
 public:
  virtual ~WildcardObserver() = default;
  // `began_in_run`: an earlier random name under that suffix had none.
  virtual void on_wildcard(uint8_t upstream, NameView name, const IpAddress& address,
                           bool began_in_run) = 0;
};

class WildcardChecks final : public LookupClient {
 public:
  // Without `random` nothing is asked, and nothing is a wildcard.
  WildcardChecks(RandomSource random, int64_t budget_us, LookupRunner& runner,
                 WildcardObserver& observer)
      : random_(std::move(random)), budget_us_(budget_us), runner_(runner), observer_(observer) {}

  // The waiter comes back from next_ready(), never in this call.
  void want(const WildcardRequest& request);
  [[nodiscard]] std::optional<WildcardReady> next_ready();

  void on_lookup(const LookupReport& report) override;

 private:
  struct Waiter {
    uint64_t waiter = 0;
    IpAddress address;
  };
  // One suffix at one resolver, in one address family.
  struct Suffix {
    DomainName name;
    uint8_t upstream = 0;
    RecordType type = RecordType::kA;
    bool is_asking = false;
    bool is_known = false;
    bool had_denial = false;           // of a random name
    bool is_rotating = false;          // random names got different addresses
    uint8_t names_left = 0;            // to be asked for in this check
    uint8_t failures = 0;              // checks without any answer
    std::vector<IpAddress> addresses;  // of random names; none: no wildcard
    std::vector<Waiter> waiters;
  };
  struct Test {
    uint32_t suffix = 0;
    DomainName name;
  };

  [[nodiscard]] uint32_t find_or_add(const WildcardRequest& request);
  void begin(uint32_t index);
  void ask(uint32_t index);
  void on_address(Suffix& suffix, const Test& test, const LookupOutcome& outcome);
  void finish(Suffix& suffix);
  [[nodiscard]] static bool gives(const Suffix& suffix, const IpAddress& address);

  RandomSource random_;
  int64_t budget_us_;
  LookupRunner& runner_;
  WildcardObserver& observer_;

  std::unordered_map<std::string, uint32_t> index_;
  std::vector<Suffix> suffixes_;
  Pool<Test> tests_;  // a token is the handle of its test
  std::deque<WildcardReady> ready_;
  AddressCounts counts_;
};

}  // namespace mxbulk::asking
