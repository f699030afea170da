// Real name servers on loopback: NSD as the authority of the whole world, Unbound as a resolver in
// front of it. Each runs in the foreground as a child, with a configuration of its own in a folder
// of its own; nothing of the system's is read, no packet leaves 127.0.0.1.
//
// Threads: one. Ownership: a server owns its folder and its process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/child.h"
#include "support/temp_dir.h"

namespace mxbulk::test {

// Common to both: configuration, start, and the wait for the first answer.
class NameServer {
 public:
  virtual ~NameServer() = default;
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  [[nodiscard]] uint16_t port() const { return port_; }
  // As the program wants it: `127.0.0.1:PORT`.
  [[nodiscard]] std::string endpoint() const;

  // False, and a failure of the test, if it does not answer within 20 s.
  bool start();
  // SIGKILL: no answer is finished, no socket is closed in order.
  void kill();

 protected:
  NameServer();

  // How it is started.
  [[nodiscard]] virtual ChildSpec spec() const = 0;

  TempDir folder_;
  uint16_t port_;

 private:
  std::unique_ptr<Child> child_;
};

// Serves the root zone in `zone_text` (a master file), at 127.0.0.1 and, on a test's own network,
// at `address` too.
class NsdServer final : public NameServer {
 public:
  explicit NsdServer(const std::string& zone_text, const std::string& address = "");

 private:
  [[nodiscard]] ChildSpec spec() const override;
};

// Resolves through the authority at `authority_port`. No DNSSEC, no filter of private addresses, no
// zones of its own: its answers are the authority's.
class UnboundServer final : public NameServer {
 public:
  // `more`: lines of its `server` clause.
  explicit UnboundServer(uint16_t authority_port, const std::string& more = "");

 private:
  [[nodiscard]] ChildSpec spec() const override;
};

}  // namespace mxbulk::test
