// The server's side of TLS, over bytes that its owner carries, with a certificate that it makes.
//
// Threads: one. Ownership: a TlsServer borrows its TlsIdentity.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace mxbulk::test {

// The identity of a server, and what it supports.
struct TlsIdentity {
  std::string name = "mx.example";      // in the certificate
  long valid_for_s = 90L * 24 * 3'600;  // from now; negative: it has expired
  int version_max = 0;                  // TLS1_VERSION and so on; 0: the newest
  std::string asked_for;                // the SNI of the last client

  void make();  // key and certificate
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, SSL_CTX_free};
};

class TlsServer {
 public:
  explicit TlsServer(TlsIdentity& identity);

  // Takes bytes from the client; returns the plain text in them.
  std::string receive(std::string_view bytes);
  void say(std::string_view plain);
  [[nodiscard]] std::string take_unsent();

 private:
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
};

}  // namespace mxbulk::test
