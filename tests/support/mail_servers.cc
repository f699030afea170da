#include "support/mail_servers.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "support/paths.h"
#include "support/server_tree.h"
#include "support/smtp_client.h"

namespace mxbulk::test {
namespace {

constexpr int64_t kReadyWithinMs = 20'000;
constexpr int64_t kEndWithinMs = 5'000;
constexpr int64_t kCommandMs = 20'000;
constexpr int kGreetingMs = 2'000;
constexpr int kLookEveryMs = 20;

// The users of the tree; the system's do not count there.
constexpr uid_t kPostfixUser = 601;
constexpr uid_t kSmtpdUser = 602;
constexpr uid_t kSmtpdQueueUser = 603;
constexpr uid_t kEximUser = 604;

std::string servers_folder() {
  return source_dir() + "/build/mail_servers";
}

std::string tree() {
  return servers_folder() + "/tree";
}

}  // namespace

std::string why_no_mail_server() {
  if (geteuid() != 0) return "mail servers need root: they change their root directory and users";
  for (const char* program : {"/usr/lib/postfix/sbin/master", "/usr/sbin/smtp-sink",
                              "/usr/sbin/exim4", "/usr/sbin/smtpd", "/usr/bin/endlessh"}) {
    if (!std::filesystem::exists(tree() + program)) {
      return tree() + program + " is missing: scripts/test --install-only";
    }
  }
  for (const char* program : {"/usr/sbin/chroot", "/usr/bin/openssl"}) {
    if (!std::filesystem::exists(program)) return std::string(program) + " is missing";
  }
  return {};
}

MailServer::MailServer(std::string address, uint16_t port)
    : root_(servers_folder()), address_(std::move(address)), port_(std::to_string(port)) {
  make_root(root_.path(), tree());
  for (const char* name : {"own", "var/run", "var/log"}) folder(name);
  root_.write("etc/passwd",
              "root:x:0:0::/:\npostfix:x:601:601::/:\nopensmtpd:x:602:602::/:\n"
              "opensmtpq:x:603:603::/:\nDebian-exim:x:604:604::/:\nnobody:x:65534:65534::/:\n");
  root_.write("etc/group",
              "root:x:0:\npostfix:x:601:\nopensmtpd:x:602:\nopensmtpq:x:603:\n"
              "Debian-exim:x:604:\npostdrop:x:605:\nnogroup:x:65534:\n");
  // Nothing answers there: names come from the file, or not at all.
  root_.write("etc/resolv.conf", "nameserver 127.0.0.1\n");
  root_.write("etc/hosts", "127.0.0.1 localhost\n");
}

MailServer::~MailServer() {
  if (!child_) return;
  child_->signal(SIGTERM);  // so that it collects its own children
  child_->wait(kEndWithinMs);
}

void MailServer::folder(const std::string& name, uid_t owner, unsigned mode) const {
  const std::string path = root_.file(name);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  EXPECT_FALSE(error) << path << ": " << error.message();
  EXPECT_EQ(chown(path.c_str(), owner, owner), 0) << path << ": " << std::strerror(errno);
  chmod(path.c_str(), mode);
}

void MailServer::certify(const std::string& host, uid_t owner) const {
  ChildSpec spec;
  spec.command = {"/usr/bin/openssl",
                  "req",
                  "-x509",
                  "-newkey",
                  "ec",
                  "-pkeyopt",
                  "ec_paramgen_curve:prime256v1",
                  "-nodes",
                  "-days",
                  "2",
                  "-subj",
                  "/CN=" + host,
                  "-keyout",
                  root_.file("own/key.pem"),
                  "-out",
                  root_.file("own/certificate.pem")};
  spec.stderr_path = root_.file("own/openssl");
  Child openssl(spec);
  ASSERT_EQ(openssl.wait(kCommandMs), 0) << read_text(spec.stderr_path);
  ASSERT_EQ(chown(root_.file("own/key.pem").c_str(), owner, owner), 0) << std::strerror(errno);
}

bool MailServer::is_ready() const {
  const auto port = static_cast<uint16_t>(std::stoi(port_));
  return greets() ? greeting_of(address_, port, kGreetingMs).has_value()
                  : port_opens(address_, port);
}

bool MailServer::start() {
  ChildSpec spec;
  spec.command = {"/usr/sbin/chroot", root_.path()};
  for (std::string& word : command()) spec.command.push_back(std::move(word));
  spec.stdout_path = root_.file("own/stderr");
  spec.stderr_path = root_.file("own/stderr");
  child_ = std::make_unique<Child>(spec);
  const SteadyClock clock;
  const int64_t until_us = clock.now_us() + kReadyWithinMs * 1'000;
  while (clock.now_us() < until_us) {
    if (is_ready()) return true;
    if (child_->wait(kLookEveryMs)) break;  // it ended: its log says why
  }
  ADD_FAILURE() << spec.command[2] << " does not serve " << address_ << " port " << port_ << "\n"
                << read_text(spec.stderr_path) << log();
  return false;
}

std::string MailServer::log() const {
  const std::string path = root_.file(log_path());
  return std::filesystem::exists(path) ? read_text(path) : std::string();
}

// --- Postfix -------------------------------------------------------------------------------------

PostfixServer::PostfixServer(const std::string& address, uint16_t port)
    : MailServer(address, port) {
  const std::string host = "postfix.host.example";
  certify(host, 0);
  folder("var/lib/postfix", kPostfixUser);
  folder("var/spool/own");
  for (const char* name : {"pid", "active", "bounce", "corrupt", "defer", "deferred", "flush",
                           "hold", "incoming", "maildrop", "saved", "trace"}) {
    folder(std::string("var/spool/own/") + name);
  }
  for (const char* name : {"public", "private"}) {
    folder(std::string("var/spool/own/") + name, kPostfixUser);
  }
  // inet_interfaces: of 127/8 only 127.0.0.1 is an interface's; master.cf says where it listens.
  root_.write("own/main.cf", filled(R"(compatibility_level = 3.6
queue_directory = /var/spool/own
data_directory = /var/lib/postfix
myhostname = {HOST}
mydestination =
inet_interfaces = 127.0.0.1
default_transport = error:nothing is delivered
smtpd_relay_restrictions = reject
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = /own/certificate.pem
smtpd_tls_key_file = /own/key.pem
local_recipient_maps =
alias_maps =
alias_database =
maillog_file = /var/log/postfix.log
)",
                                    {{"{HOST}", host}}));
  root_.write("own/master.cf", filled(R"({ADDRESS}:{PORT} inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
postlog unix-dgram n - n - 1 postlogd
)",
                                      {{"{ADDRESS}", address_}, {"{PORT}", port_}}));
}

std::vector<std::string> PostfixServer::command() const {
  return {"/usr/lib/postfix/sbin/master", "-c", "/own", "-d"};
}

// --- Exim ----------------------------------------------------------------------------------------

EximServer::EximServer(const std::string& address, uint16_t port) : MailServer(address, port) {
  const std::string host = "exim.host.example";
  certify(host, kEximUser);
  folder("var/spool/exim4", kEximUser);
  folder("var/log", kEximUser);
  root_.write("own/exim.conf",
              filled(R"(primary_hostname = {HOST}
local_interfaces = {ADDRESS}
daemon_smtp_ports = {PORT}
spool_directory = /var/spool/exim4
log_file_path = /var/log/exim-%slog
log_selector = +smtp_connection +smtp_no_mail
keep_environment =
tls_advertise_hosts = *
tls_certificate = /own/certificate.pem
tls_privatekey = /own/key.pem
rfc1413_query_timeout = 0s
helo_lookup_domains =
acl_smtp_rcpt = deny
)",
                     {{"{HOST}", host}, {"{ADDRESS}", address_}, {"{PORT}", port_}}));
}

std::vector<std::string> EximServer::command() const {
  return {"/usr/sbin/exim4", "-C", "/own/exim.conf", "-bdf"};
}

// --- OpenSMTPD -----------------------------------------------------------------------------------

OpenSmtpdServer::OpenSmtpdServer(const std::string& address, uint16_t port)
    : MailServer(address, port) {
  const std::string host = "opensmtpd.host.example";
  certify(host, 0);
  folder("var/lib/opensmtpd/empty");
  // 7.6 (Debian 13) does not start without a file of trusted authorities; 6.8 (Debian 12) does.
  folder("etc/ssl/certs");
  root_.write("etc/ssl/certs/ca-certificates.crt", read_text(root_.file("own/certificate.pem")));
  folder("var/spool/smtpd", 0, 0711);
  folder("var/spool/smtpd/offline", 0, 0770);
  EXPECT_EQ(chown(root_.file("var/spool/smtpd/offline").c_str(), 0, kSmtpdQueueUser), 0);
  root_.write("own/smtpd.conf",
              filled(R"(pki {HOST} cert "/own/certificate.pem"
pki {HOST} key "/own/key.pem"
listen on {ADDRESS} port {PORT} hostname {HOST} tls pki {HOST}
match from any for any reject
)",
                     {{"{HOST}", host}, {"{ADDRESS}", address_}, {"{PORT}", port_}}));
}

std::vector<std::string> OpenSmtpdServer::command() const {
  return {"/usr/sbin/smtpd", "-d", "-f", "/own/smtpd.conf"};
}

// --- smtp-sink, endlessh -------------------------------------------------------------------------

SmtpSink::SmtpSink(const std::string& address, uint16_t port, std::vector<std::string> flags)
    : MailServer(address, port), flags_(std::move(flags)) {}

std::vector<std::string> SmtpSink::command() const {
  constexpr const char* kBacklog = "100";
  std::vector<std::string> words = {"/usr/sbin/smtp-sink", "-u", "nobody"};
  words.insert(words.end(), flags_.begin(), flags_.end());
  words.insert(words.end(), {"inet:" + address_ + ":" + port_, kBacklog});
  return words;
}

Endlessh::Endlessh(const std::string& address, uint16_t port, std::vector<std::string> flags)
    : MailServer(address, port), flags_(std::move(flags)) {}

std::vector<std::string> Endlessh::command() const {
  std::vector<std::string> words = {"/usr/bin/endlessh", "-4", "-v", "-p", port_};
  words.insert(words.end(), flags_.begin(), flags_.end());
  return words;
}

}  // namespace mxbulk::test
