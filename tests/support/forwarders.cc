#include "support/forwarders.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/paths.h"
#include "support/server_tree.h"

namespace mxbulk::test {
namespace {

std::string trees_folder() {
  return source_dir() + "/build/name_servers";
}

std::string resolved_tree() {
  return trees_folder() + "/tree";
}

constexpr const char* kResolved = "/usr/lib/systemd/systemd-resolved";
constexpr uid_t kResolvedUser = 601;  // of the tree; the system's do not count there

std::string action_of(DnsdistServer::Over over) {
  switch (over) {
    case DnsdistServer::Over::kRefuses: return "RCodeAction(DNSRCode.REFUSED)";
    case DnsdistServer::Over::kFails: return "RCodeAction(DNSRCode.SERVFAIL)";
    case DnsdistServer::Over::kDrops: return "DropAction()";
  }
  return {};
}

}  // namespace

// --- dnsmasq -------------------------------------------------------------------------------------

ChildSpec DnsmasqServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/dnsmasq",
                  "--keep-in-foreground",
                  "--conf-file=/dev/null",
                  "--no-resolv",
                  "--no-hosts",
                  "--user=root",
                  "--log-facility=-",
                  "--bind-interfaces",
                  "--listen-address=127.0.0.1",
                  "--port=" + std::to_string(port()),
                  "--server=127.0.0.1#" + std::to_string(upstream_port_),
                  "--pid-file=" + folder_.file("pid")};
  spec.stderr_path = folder_.file("log");
  return spec;
}

// --- dnsdist -------------------------------------------------------------------------------------

DnsdistServer::DnsdistServer(uint16_t upstream_port, unsigned per_second, Over over) {
  // It would ask PowerDNS about its own version, and its upstream for a.root-servers.net.
  folder_.write("dnsdist.conf", filled(R"(setSecurityPollSuffix("")
setLocal("127.0.0.1:{PORT}")
newServer({address="127.0.0.1:{UPSTREAM}"}):setUp()
addAction(MaxQPSIPRule({PER_SECOND}), {ACTION})
)",
                                       {{"{PORT}", std::to_string(port())},
                                        {"{UPSTREAM}", std::to_string(upstream_port)},
                                        {"{PER_SECOND}", std::to_string(per_second)},
                                        {"{ACTION}", action_of(over)}}));
}

ChildSpec DnsdistServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/bin/dnsdist", "--supervised", "--disable-syslog", "-C",
                  folder_.file("dnsdist.conf")};
  spec.stdout_path = folder_.file("out");
  spec.stderr_path = folder_.file("log");
  return spec;
}

// --- systemd-resolved ----------------------------------------------------------------------------

std::string why_no_resolved() {
  if (geteuid() != 0) return "systemd-resolved needs root: its root directory is changed";
  if (std::filesystem::exists(resolved_tree() + kResolved)) return {};
  return resolved_tree() + kResolved + " is missing: scripts/test --install-only";
}

ResolvedServer::ResolvedServer(uint16_t upstream_port) : root_(trees_folder()) {
  make_root(root_.path(), resolved_tree());
  root_.write("etc/passwd", "root:x:0:0::/:\nsystemd-resolve:x:601:601::/:\n");
  root_.write("etc/group", "root:x:0:\nsystemd-resolve:x:601:\n");
  for (const char* folder : {"etc/systemd/resolved.conf.d", "run/systemd/resolve"}) {
    std::error_code error;
    std::filesystem::create_directories(root_.file(folder), error);
    EXPECT_FALSE(error) << folder << ": " << error.message();
  }
  EXPECT_EQ(chown(root_.file("run/systemd/resolve").c_str(), kResolvedUser, kResolvedUser), 0);
  root_.write(
      "etc/systemd/resolved.conf.d/test.conf",
      filled(R"([Resolve]
DNS=127.0.0.1:{UPSTREAM}
FallbackDNS=
LLMNR=no
MulticastDNS=no
DNSStubListener=no
DNSStubListenerExtra=127.0.0.1:{PORT}
)",
             {{"{UPSTREAM}", std::to_string(upstream_port)}, {"{PORT}", std::to_string(port())}}));
}

ChildSpec ResolvedServer::spec() const {
  ChildSpec spec;
  spec.command = {"/usr/sbin/chroot", root_.path(), kResolved};
  spec.stderr_path = folder_.file("log");
  return spec;
}

}  // namespace mxbulk::test
