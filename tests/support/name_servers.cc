#include "support/name_servers.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "support/dns_question.h"
#include "support/server_tree.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kReadyWithinMs = 20'000;
constexpr int kOneQuestionMs = 500;  // what it forwards to may be far away
constexpr int kLookEveryMs = 50;

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
    if (child_->wait(kLookEveryMs)) break;  // it ended: its log says why
  }
  ADD_FAILURE() << started.command[0] << " does not answer at " << endpoint() << "\n"
                << read_text(started.stderr_path);
  return false;
}

void NameServer::kill() {
  child_->kill();
}

NsdServer::NsdServer(const std::string& zone_text, const std::string& address) {
  folder_.write("root.zone", zone_text);
  const std::string more = address.empty() ? "" : "ip-address: " + address + "@{PORT}";
  // RRL would take a bulk run for an attack: rrl-ratelimit 0 turns it off.
  folder_.write(
      "nsd.conf",
      filled(R"(server:
  ip-address: 127.0.0.1@{PORT}
  {MORE}
  username: ""
  chroot: ""
  zonesdir: "{FOLDER}"
  database: ""
  pidfile: ""
  zonelistfile: "{FOLDER}/zone.list"
  xfrdfile: "{FOLDER}/xfrd.state"
  xfrdir: "{FOLDER}"
  server-count: 1
  tcp-count: 200
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
)",
             {{"{MORE}", more}, {"{PORT}", std::to_string(port_)}, {"{FOLDER}", folder_.path()}}));
}

ChildSpec NsdServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/nsd", "-d", "-c", folder_.file("nsd.conf")};
  spec.stderr_path = folder_.file("log");
  return spec;
}

UnboundServer::UnboundServer(uint16_t authority_port, const std::string& more) {
  // outgoing-interface: whatever address a record names, nothing can leave this machine from there.
  // "test." would be a zone of Unbound's own (RFC 6761), and the root's name server lives there.
  folder_.write("unbound.conf", filled(R"(server:
  interface: 127.0.0.1@{PORT}
  outgoing-interface: 127.0.0.1
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{FOLDER}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  num-threads: 1
  outgoing-range: 4096
  num-queries-per-thread: 2048
  incoming-num-tcp: 100
  cache-max-ttl: 2147483647
  module-config: "iterator"
  do-not-query-localhost: no
  unblock-lan-zones: yes
  local-zone: "test." nodefault
{MORE}
remote-control:
  control-enable: no
stub-zone:
  name: "."
  stub-addr: 127.0.0.1@{AUTHORITY}
  stub-prime: no
)",
                                       {{"{MORE}", more},
                                        {"{PORT}", std::to_string(port_)},
                                        {"{FOLDER}", folder_.path()},
                                        {"{AUTHORITY}", std::to_string(authority_port)}}));
}

ChildSpec UnboundServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/unbound", "-d", "-c", folder_.file("unbound.conf")};
  spec.stderr_path = folder_.file("log");
  return spec;
}

}  // namespace mxbulk::test
