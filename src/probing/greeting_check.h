// Greeting uniformity check: if unrelated mail servers all send the same greeting, a middlebox
// answers for them, and a port that opens says nothing about its host.
//
// Pure. Threads: a plain value of one loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "probing/server_keys.h"

namespace mxbulk::probing {

class GreetingCheck {
 public:
  // `code` and the text after it (RFC 5321 §4.2).
  void on_greeting(uint16_t code, std::string_view text, const ServerKeys& greeter);

  // More greetings would not change the result.
  [[nodiscard]] bool is_settled() const { return is_diverse_ || is_intercepted(); }
  // The same greeting came from limits::kInterceptedOrganisations organisations in networks of
  // their own, or from two known providers, and no other greeting came.
  [[nodiscard]] bool is_intercepted() const;

 private:
  bool has_greeting_ = false;
  uint64_t greeting_ = 0;  // the only one so far
  bool is_diverse_ = false;
  std::array<ServerKeys, limits::kInterceptedOrganisations> unrelated_;
  size_t unrelated_count_ = 0;
};

// What identifies a server in its greeting: the host name at its start (RFC 5321 §4.2, "Greeting"),
// else all of it but the digits, because dates and queue numbers change.
[[nodiscard]] uint64_t greeting_key(std::string_view text);

}  // namespace mxbulk::probing
