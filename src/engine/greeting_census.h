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

namespace mxbulk::engine {

class GreetingCensus {
 public:
  // Somebody who is found at `network` and is run by `organisation` (keys) greeted so. `is_known`:
  // that organisation is a provider of note, for certain nobody's customer.
  void on_greeting(std::string_view greeting, uint64_t network, uint64_t organisation,
                   bool is_known);

  // More greetings would not change what is said of the openings so far.
  [[nodiscard]] bool is_settled() const { return is_diverse_ || is_intercepted(); }
  // All of at least limits::kInterceptedOrganisations organisations in networks of their own greet
  // alike, or two providers of note.
  [[nodiscard]] bool is_intercepted() const;

 private:
  struct Witness {
    uint64_t network = 0;
    uint64_t organisation = 0;
    bool is_known = false;
  };

  bool has_greeting_ = false;
  uint64_t greeting_ = 0;  // the only one so far
  bool is_diverse_ = false;
  std::array<Witness, limits::kInterceptedOrganisations> unrelated_;
  size_t unrelated_count_ = 0;
};

// What of a greeting tells who speaks: the host's name behind the code (RFC 5321 §4.2, "Greeting"),
// else all of it but digits, since dates and queue numbers change.
[[nodiscard]] uint64_t greeting_key(std::string_view greeting);

}  // namespace mxbulk::engine
