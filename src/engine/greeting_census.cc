#include "engine/greeting_census.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "model/domain_name.h"

namespace mxbulk::engine {

void GreetingCensus::on_greeting(std::string_view greeting, uint64_t network, uint64_t organisation,
                                 bool is_known) {
  if (is_diverse_) return;
  const uint64_t key = greeting_key(greeting);
  if (!has_greeting_) {
    has_greeting_ = true;
    greeting_ = key;
  }
  if (key != greeting_) {
    is_diverse_ = true;
    return;
  }
  const auto end = unrelated_.begin() + static_cast<std::ptrdiff_t>(unrelated_count_);
  const bool is_related = std::any_of(unrelated_.begin(), end, [&](const Witness& other) {
    return other.network == network || other.organisation == organisation;
  });
  if (is_related || unrelated_count_ == unrelated_.size()) return;
  unrelated_[unrelated_count_++] = {network, organisation, is_known};
}

bool GreetingCensus::is_intercepted() const {
  if (is_diverse_) return false;
  const auto end = unrelated_.begin() + static_cast<std::ptrdiff_t>(unrelated_count_);
  const auto known =
      std::count_if(unrelated_.begin(), end, [](const Witness& one) { return one.is_known; });
  return unrelated_count_ == unrelated_.size() || known >= 2;
}

uint64_t greeting_key(std::string_view greeting) {
  std::string key(greeting.substr(0, greeting.find_first_of(" \t")));
  const bool is_name = key.find('.') != std::string::npos;
  if (!is_name) {
    key = greeting;
    std::erase_if(key, [](char c) { return c >= '0' && c <= '9'; });
  }
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return static_cast<char>(ascii_lower(static_cast<uint8_t>(c))); });
  return hash_bytes(key);
}

}  // namespace mxbulk::engine
