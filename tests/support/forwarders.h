// Real programs between a client and its resolver, on loopback: dnsmasq as a router has it, dnsdist
// as a limiter, systemd-resolved as a desktop has it. Each forwards to one port of 127.0.0.1, and
// none reads a file of the system's.
//
//   DnsmasqServer dnsmasq(upstream->port());
//   ASSERT_TRUE(dnsmasq.start());
//
// Threads: one. Ownership: as NameServer.
#pragma once

#include <cstdint>
#include <string>

#include "support/name_servers.h"

namespace mxbulk::test {

// With its defaults: 150 questions at once, and a cache of 150 names. It refuses what is above.
class DnsmasqServer final : public NameServer {
 public:
  explicit DnsmasqServer(uint16_t upstream_port) : upstream_port_(upstream_port) {}

 private:
  [[nodiscard]] ChildSpec spec() const override;

  uint16_t upstream_port_;
};

// Lets a client ask `per_second` questions a second, and as many at once after a second without.
class DnsdistServer final : public NameServer {
 public:
  enum class Over : uint8_t { kRefuses, kFails, kDrops };  // REFUSED, SERVFAIL, no answer
  DnsdistServer(uint16_t upstream_port, unsigned per_second, Over over);

 private:
  [[nodiscard]] ChildSpec spec() const override;
};

// What is missing for systemd-resolved to run here; empty if nothing is.
[[nodiscard]] std::string why_no_resolved();

// With its defaults, apart from multicast and the port. Debian's package would replace the system's
// /etc/resolv.conf, so it is unpacked, as the mail servers are, and has a tree of links as its root
// directory. It says SERVFAIL to everything unless its host has another interface than loopback
// with an address: it needs a TestNetwork.
class ResolvedServer final : public NameServer {
 public:
  // Requires: why_no_resolved() is empty.
  explicit ResolvedServer(uint16_t upstream_port);

 private:
  [[nodiscard]] ChildSpec spec() const override;

  TempDir root_;
};

}  // namespace mxbulk::test
