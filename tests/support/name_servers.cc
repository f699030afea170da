#include "support/name_servers.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "support/dns_question.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kReadyWithinMs = 20'000;
constexpr int kOneQuestionMs = 50;

}  // namespace

NameServer::NameServer() : port_(free_port()) {}

std::string NameServer::endpoint() const {
  return "127.0.0.1:" + std::to_string(port_);
}

bool NameServer::start() {
  const ChildSpec started = spec();
  child_ = std::make_unique<Child>(started);
  const SteadyClock clock;
  const int64_t until_us = clock.now_us() + kReadyWithinMs * 1'000;
  while (clock.now_us() < until_us) {
    if (ask_soa(port_, "", kOneQuestionMs) == 0) return true;
    if (child_->wait(kOneQuestionMs)) break;  // it ended: its log says why
  }
  ADD_FAILURE() << started.command[0] << " does not answer at " << endpoint() << "\n"
                << read_text(started.stderr_path);
  return false;
}

void NameServer::kill() {
  child_->kill();
}

NsdServer::NsdServer(const std::string& zone_text) {
  folder_.write("root.zone", zone_text);
  // RRL would take a bulk run for an attack: rrl-ratelimit 0 turns it off.
  folder_.write("nsd.conf", "server:\n"
                            "  ip-address: 127.0.0.1@" + std::to_string(port_) + "\n"
                            "  username: \"\"\n"
                            "  chroot: \"\"\n"
                            "  zonesdir: \"" + folder_.path() + "\"\n"
                            "  database: \"\"\n"
                            "  pidfile: \"\"\n"
                            "  zonelistfile: \"" + folder_.file("zone.list") + "\"\n"
                            "  xfrdfile: \"" + folder_.file("xfrd.state") + "\"\n"
                            "  xfrdir: \"" + folder_.path() + "\"\n"
                            "  server-count: 1\n"
                            "  tcp-count: 200\n"
                            "  rrl-ratelimit: 0\n"
                            "remote-control:\n"
                            "  control-enable: no\n"
                            "zone:\n"
                            "  name: \".\"\n"
                            "  zonefile: \"root.zone\"\n");
}

ChildSpec NsdServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/nsd", "-d", "-c", folder_.file("nsd.conf")};
  spec.stderr_path = folder_.file("log");
  return spec;
}

UnboundServer::UnboundServer(uint16_t authority_port) {
  // outgoing-interface: whatever address a record names, nothing can leave this machine from there.
  // "test." would be a zone of Unbound's own (RFC 6761), and the root's name server lives there.
  folder_.write("unbound.conf", "server:\n"
                                "  interface: 127.0.0.1@" + std::to_string(port_) + "\n"
                                "  outgoing-interface: 127.0.0.1\n"
                                "  access-control: 127.0.0.0/8 allow\n"
                                "  username: \"\"\n"
                                "  chroot: \"\"\n"
                                "  directory: \"" + folder_.path() + "\"\n"
                                "  pidfile: \"\"\n"
                                "  use-syslog: no\n"
                                "  do-daemonize: no\n"
                                "  do-ip6: no\n"
                                "  num-threads: 1\n"
                                "  outgoing-range: 4096\n"
                                "  num-queries-per-thread: 2048\n"
                                "  incoming-num-tcp: 100\n"
                                "  cache-max-ttl: 2147483647\n"
                                "  module-config: \"iterator\"\n"
                                "  do-not-query-localhost: no\n"
                                "  unblock-lan-zones: yes\n"
                                "  local-zone: \"test.\" nodefault\n"
                                "remote-control:\n"
                                "  control-enable: no\n"
                                "stub-zone:\n"
                                "  name: \".\"\n"
                                "  stub-addr: 127.0.0.1@" + std::to_string(authority_port) + "\n"
                                "  stub-prime: no\n");
}

ChildSpec UnboundServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/unbound", "-d", "-c", folder_.file("unbound.conf")};
  spec.stderr_path = folder_.file("log");
  return spec;
}

}  // namespace mxbulk::test
