// Real mail servers on addresses of 127/8: Postfix, Exim, OpenSMTPD, Postfix's test server
// smtp-sink and the tarpit endlessh, as Debian builds them. `scripts/test` unpacks them into a tree
// under build/, with all that they load; each server here runs in a copy of that tree (of links) as
// its root directory, with users, hosts and name servers of its own: nothing of the system's is
// read, none needs to be installed, and none can deliver anywhere.
//
//   const std::string why_not = why_no_mail_server();
//   if (!why_not.empty()) GTEST_SKIP() << why_not;
//   PostfixServer postfix("127.0.0.4", port);
//   ASSERT_TRUE(postfix.start());
//
// Threads: one. Ownership: a server owns its tree and its process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"

namespace mxbulk::test {

// What is missing for these servers to run here; empty if nothing is.
[[nodiscard]] std::string why_no_mail_server();

class MailServer {
 public:
  virtual ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  // False, and a failure of the test, if it does not serve within 20 s.
  bool start();
  // What it wrote about itself so far.
  [[nodiscard]] std::string log() const;

 protected:
  // The tree, its users and devices. Requires: why_no_mail_server() is empty.
  MailServer(std::string address, uint16_t port);

  // The first word is a path in the tree.
  [[nodiscard]] virtual std::vector<std::string> command() const = 0;
  [[nodiscard]] virtual std::string log_path() const { return "own/stderr"; }
  // Whether a greeting can be waited for, and not just a connection.
  [[nodiscard]] virtual bool greets() const { return true; }

  // A folder in the tree, with all those above it.
  void folder(const std::string& name, uid_t owner = 0, unsigned mode = 0755) const;
  // A certificate of `host`'s own and its key, own/certificate.pem and own/key.pem.
  void certify(const std::string& host, uid_t owner) const;

  TempDir root_;
  std::string address_;
  std::string port_;

 private:
  [[nodiscard]] bool is_ready() const;

  std::unique_ptr<Child> child_;
};

// All of it but a queue manager and delivery. Its log says how each connection ended.
class PostfixServer final : public MailServer {
 public:
  PostfixServer(const std::string& address, uint16_t port);

 private:
  [[nodiscard]] std::vector<std::string> command() const override;
  [[nodiscard]] std::string log_path() const override { return "var/log/postfix.log"; }
};

class EximServer final : public MailServer {
 public:
  EximServer(const std::string& address, uint16_t port);

 private:
  [[nodiscard]] std::vector<std::string> command() const override;
  [[nodiscard]] std::string log_path() const override { return "var/log/exim-mainlog"; }
};

class OpenSmtpdServer final : public MailServer {
 public:
  OpenSmtpdServer(const std::string& address, uint16_t port);

 private:
  [[nodiscard]] std::vector<std::string> command() const override;
};

// Postfix's test server with its flags for failures: `-r CONNECT` greets 450, `-f CONNECT` 500,
// `-Q CONNECT` 421 and hangs up, `-q CONNECT` hangs up, `-W CONNECT:SECONDS` greets late.
class SmtpSink final : public MailServer {
 public:
  SmtpSink(const std::string& address, uint16_t port, std::vector<std::string> flags);

 private:
  [[nodiscard]] std::vector<std::string> command() const override;
  [[nodiscard]] bool greets() const override { return false; }

  std::vector<std::string> flags_;
};

// Sends a line of random letters now and then, for ever. It listens at every address of its host:
// it needs a namespace where that port is free. `flags`: `-d` the milliseconds between
// lines.
class Endlessh final : public MailServer {
 public:
  Endlessh(const std::string& address, uint16_t port, std::vector<std::string> flags);

 private:
  [[nodiscard]] std::vector<std::string> command() const override;
  [[nodiscard]] bool greets() const override { return false; }

  std::vector<std::string> flags_;
};

}  // namespace mxbulk::test
