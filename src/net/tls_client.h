// TLS from the client's side, over bytes that its owner carries (RFC 3207, RFC 8446, RFC 6066 §3).
// Any certificate is taken, as mail does unless something else was agreed on (RFC 7435): the
// question is whether the server can, not which server it is. What the certificate says is shown to
// people.
//
// Threads: one loop thread. Ownership: a client borrows its context.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mxbulk::net {

// What all connections have in common. The system's configuration of OpenSSL is not read: what a
// mail server can do does not depend on the machine that asks.
class TlsContext {
 public:
  TlsContext();
  // Null: OpenSSL had no memory.
  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

class TlsClient {
 public:
  // `host` is sent as SNI if it is a host name. The handshake begins: see take_unsent().
  TlsClient(const TlsContext& context, std::string_view host);

  // The handshake came to a good end, whatever followed.
  [[nodiscard]] bool has_come_up() const { return has_come_up_; }
  // It failed, or the server has ended it: nothing more is read or written.
  [[nodiscard]] bool is_over() const { return is_over_; }

  // Takes what came from the server; what it deciphers to is appended to `plain`.
  void receive(std::string_view bytes, std::string& plain);
  // Requires: has_come_up().
  void say(std::string_view plain);
  // For the server, in its order; each octet once.
  [[nodiscard]] std::string take_unsent();
  // For a person: `TLSv1.3, certificate of mx.example until 2027-01-01, name matches`, or why it
  // failed. Names in it are the server's own octets.
  [[nodiscard]] std::string remark() const;

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void shake_hands();
  void decipher(std::string& plain);
  void note_failure();

  std::unique_ptr<SSL, Free> ssl_;
  std::string host_;  // empty: no name that a certificate could bear
  bool has_come_up_ = false;
  bool is_over_ = false;
  size_t octets_ = 0;
  std::string failure_;
};

}  // namespace mxbulk::net
