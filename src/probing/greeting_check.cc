#include "probing/greeting_check.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "model/domain_name.h"

namespace mxbulk::probing {

namespace {

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" \t"));
}

// `mx.example.org` or `[192.0.2.1]`; not `5.7.1`, an enhanced code (RFC 2034 §4).
bool is_host_name(std::string_view word) {
  const bool has_letter = std::any_of(word.begin(), word.end(), [](char c) {
    const uint8_t lower = ascii_lower(static_cast<uint8_t>(c));
    return lower >= 'a' && lower <= 'z';
  });
  return word.starts_with('[') || (has_letter && word.find('.') != word.npos);
}

// A refusal is worded by the server's software or by a block list, and so is alike on many servers:
// `421 4.3.2 All server ports are busy`. But 521 makes a domain dead, so any doubt counts there.
bool may_be_stock_words(uint16_t code, std::string_view text) {
  return code != 220 && code != 521 && !is_host_name(first_word(text));
}

}  // namespace

void GreetingCheck::on_greeting(uint16_t code, std::string_view text, const ServerKeys& greeter) {
  if (is_diverse_) return;
  const uint64_t key = greeting_key(text);
  if (!has_greeting_) {
    has_greeting_ = true;
    greeting_ = key;
  }
  if (key != greeting_) {
    is_diverse_ = true;
    return;
  }
  if (may_be_stock_words(code, text) && !greeter.is_known) return;
  const auto end = unrelated_.begin() + static_cast<std::ptrdiff_t>(unrelated_count_);
  const bool is_related = std::any_of(unrelated_.begin(), end, [&](const ServerKeys& other) {
    return other.network == greeter.network || other.organisation == greeter.organisation;
  });
  if (is_related || unrelated_count_ == unrelated_.size()) return;
  unrelated_[unrelated_count_++] = greeter;
}

bool GreetingCheck::is_intercepted() const {
  if (is_diverse_) return false;
  const auto end = unrelated_.begin() + static_cast<std::ptrdiff_t>(unrelated_count_);
  const auto known =
      std::count_if(unrelated_.begin(), end, [](const ServerKeys& one) { return one.is_known; });
  return unrelated_count_ == unrelated_.size() || known >= 2;
}

uint64_t greeting_key(std::string_view text) {
  std::string key(first_word(text));
  if (!is_host_name(key)) {
    key = text;
    std::erase_if(key, [](char c) { return c >= '0' && c <= '9'; });
  }
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return static_cast<char>(ascii_lower(static_cast<uint8_t>(c))); });
  return hash_bytes(key);
}

}  // namespace mxbulk::probing
