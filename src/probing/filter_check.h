// Filter check: if all addresses of a provider are silent, the provider probably drops our
// connections, and says nothing about the domains whose mail it takes.
//
// Addresses belong together by their operator and by their network. A known provider takes mail for
// many: if nothing of it opens, a block of us is likelier than its death, even if it refuses. Of an
// operator that no list knows, one dead address or two are what a dead company looks like; a
// network is taken for filtered from limits::kFilteredAddressesMin silent addresses on. The network
// is the /24 or /48 of the limits on connections: a firewall protects a network, and many hosts in
// it have names of their own, so that the operator alone would not show it. Addresses that no MX
// names are not counted: web hosts drop SMTP as a rule, and take no mail.
//
// Pure. Threads: a plain value of one loop thread.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "model/probe_outcome.h"
#include "probing/server_keys.h"
#include "table/address_set.h"

namespace mxbulk::probing {

class FilterCheck {
 public:
  // One of its addresses opened.
  void on_open(const ServerKeys& server);
  // An address that an MX names did not answer. Once for each address.
  void on_silent(const ServerKeys& server);

  // True if `outcome` of one of its addresses, which is_closed(), proves nothing about the host.
  [[nodiscard]] bool is_filtered(const ServerKeys& server, ProbeOutcome outcome) const;

 private:
  [[nodiscard]] bool has_many_silent(uint64_t key) const;

  // Keys of networks and organisations are hashes: both kinds share a set.
  table::AddressSet opened_;
  std::unordered_map<uint64_t, uint32_t> silent_;
};

}  // namespace mxbulk::probing
