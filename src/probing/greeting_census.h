// Do unrelated mail servers all greet alike? Then a box on our way answers for them, and no port
// that opened tells anything.
//
// Pure. Threads: plain value of one loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"

namespace mxbulk::probing {

class GreetingCensus {
 public:
  struct Greeter {
    uint64_t network = 0;       // key of where it is found
    uint64_t organisation = 0;  // key of who runs it
    bool is_known = false;      // a provider of note, for certain nobody's customer
  };

  // `code` and the text behind it (RFC 5321 §4.2).
  void on_greeting(uint16_t code, std::string_view text, const Greeter& greeter);

  // More greetings would not change what is said of the openings so far.
  [[nodiscard]] bool is_settled() const { return is_diverse_ || is_intercepted(); }
  // All of at least limits::kInterceptedOrganisations organisations in networks of their own greet
  // alike, or two providers of note.
  [[nodiscard]] bool is_intercepted() const;

 private:
  bool has_greeting_ = false;
  uint64_t greeting_ = 0;  // the only one so far
  bool is_diverse_ = false;
  std::array<Greeter, limits::kInterceptedOrganisations> unrelated_;
  size_t unrelated_count_ = 0;
};

// What of a greeting's text tells who speaks: the host's name in front (RFC 5321 §4.2, "Greeting"),
// else all of it but digits, since dates and queue numbers change.
[[nodiscard]] uint64_t greeting_key(std::string_view text);

}  // namespace mxbulk::probing
