// The addresses of one mail host: A first, then AAAA if A gave no public address (RFC 5321 §5.1).
//
// Pure: outcomes in, the next question out. Threads: plain values of one loop thread. Ownership: an
// evaluation borrows the run's AddressPolicy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/limits.h"
#include "model/ip_address.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"
#include "route/address_policy.h"

namespace mxbulk::route {

// What is known of a host's addresses after its evaluation. Kept for each host of the run.
struct HostFacts {
  uint32_t ttl_s = 0;  // smallest of its answers
  bool has_public = false;
  bool has_nonpublic = false;
  bool has_temporary = false;       // A or AAAA failed temporarily, or not all of it could be read
  bool has_v4 = false;              // an A record exists, public or not
  bool is_v4_known = false;         // the A question was answered
  bool has_more_addresses = false;  // than are kept, or than could be read
  bool is_cname = false;
  bool resolvers_disagree = false;
};

class HostEvaluation {
 public:
  // `ask_all`: ask for AAAA even if A is enough (`check`, probing).
  explicit HostEvaluation(bool ask_all, const AddressPolicy& policy = AddressPolicy::internet())
      : policy_(&policy), ask_all_(ask_all) {}

  [[nodiscard]] static RecordType first_question() { return RecordType::kA; }
  // Takes the outcome of the last question. Returns the next question; none after the last one.
  std::optional<RecordType> on(const LookupOutcome& outcome);

  [[nodiscard]] const HostFacts& facts() const { return facts_; }
  // The lowest public one, IPv4 before IPv6. Requires: facts().has_public.
  [[nodiscard]] const IpAddress& address() const { return addresses_[0]; }
  // The public ones, each once: IPv4 first, then by octets. Only the lowest
  // limits::kProbeAddressesMax are kept. Into this object.
  [[nodiscard]] std::span<const IpAddress> addresses() const {
    return {addresses_.data(), address_count_};
  }

 private:
  void add_address(const IpAddress& address);
  void keep(const IpAddress& address);

  const AddressPolicy* policy_;
  HostFacts facts_;
  std::array<IpAddress, limits::kProbeAddressesMax> addresses_;
  uint8_t address_count_ = 0;
  RecordType asked_ = RecordType::kA;
  bool ask_all_;
};

}  // namespace mxbulk::route
