// Random names under `invalid.`: no resolver has to ask anybody about them (RFC 6761 §6.4), and
// nobody can guess them. Threads: a plain value.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "model/domain_name.h"

namespace mxbulk::app {

class MadeUpNames {
 public:
  explicit MadeUpNames(uint64_t seed) : random_(seed) {}

  DomainName next() {
    constexpr size_t kLetters = 20;
    std::string text;
    for (size_t i = 0; i < kLetters; ++i) text.push_back(static_cast<char>('a' + random_() % 26));
    return DomainName::from_text(text + ".invalid").value();
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace mxbulk::app
