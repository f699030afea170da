#include "asking/wildcard_checks.h"

#include <algorithm>

#include "base/hash.h"

namespace mxbulk::asking {
namespace {

constexpr uint32_t kFirstCount = 8;  // of domains with one address: fewer are chance

std::string key_of(const WildcardRequest& request) {
  std::string key(request.suffix);
  key.push_back(static_cast<char>(request.upstream));
  key.push_back(request.address.is_v4() ? '4' : '6');
  return key;
}

std::string_view octets_of(const IpAddress& address) {
  const auto octets = address.octets();
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace

bool AddressCounts::add(const IpAddress& address) {
  Slot& slot = slots_[hash_bytes(octets_of(address)) % slots_.size()];
  if (slot.address != address || slot.count == 0) {
    if (slot.seen > 0) {
      --slot.seen;
      return false;
    }
    slot = {address, 0, 0};
  }
  ++slot.count;
  ++slot.seen;
  const bool is_power_of_two = (slot.count & (slot.count - 1)) == 0;
  return slot.count >= kFirstCount && is_power_of_two;
}

void WildcardChecks::want(const WildcardRequest& request) {
  const bool is_frequent = counts_.add(request.address);
  const bool is_full = suffixes_.size() == limits::kSuffixesMax;
  if (!random_ || (is_full && !index_.contains(key_of(request)))) {
    ready_.push_back({request.waiter, false});
    return;
  }
  const uint32_t index = find_or_add(request);
  Suffix& suffix = suffixes_[index];
  const bool ask_again = is_frequent && suffix.addresses.empty();
  if (suffix.is_known && !ask_again && !suffix.is_asking) {
    ready_.push_back({request.waiter, gives(suffix, request.address)});
    return;
  }
  suffix.waiters.push_back({request.waiter, request.address});
  if (!suffix.is_asking) begin(index);
}

uint32_t WildcardChecks::find_or_add(const WildcardRequest& request) {
  const auto [found, is_new] =
      index_.try_emplace(key_of(request), static_cast<uint32_t>(suffixes_.size()));
  if (is_new) {
    Suffix& suffix = suffixes_.emplace_back();
    suffix.name = DomainName::from_view(request.suffix);
    suffix.upstream = request.upstream;
    suffix.type = request.address.is_v4() ? RecordType::kA : RecordType::kAaaa;
  }
  return found->second;
}

void WildcardChecks::begin(uint32_t index) {
  suffixes_[index].is_asking = true;
  suffixes_[index].names_left = 1;
  ask(index);
}

void WildcardChecks::ask(uint32_t index) {
  Suffix& suffix = suffixes_[index];
  --suffix.names_left;
  const auto name = random_name(limits::kRandomNameLetters, suffix.name.view(), random_);
  if (!name) {  // too long
    finish(suffix);
    return;
  }
  const Handle<Test> handle = tests_.create();
  Test& test = tests_[handle];
  test = {index, *name};
  runner_.start({.client = this,
                 .token = handle.packed(),
                 .name = test.name.view(),
                 .type = suffix.type,
                 .budget_us = budget_us_,
                 .only_upstream = suffix.upstream,
                 .is_test = true});
}

void WildcardChecks::on_lookup(const LookupReport& report) {
  const auto handle = Handle<Test>::unpacked(report.token);
  const Test test = tests_[handle];
  tests_.release(handle);
  Suffix& suffix = suffixes_[test.suffix];
  const LookupStatus status = report.outcome.status;
  if (status == LookupStatus::kFound) {
    on_address(suffix, test, report.outcome);
  } else if (is_temporary(status)) {
    ++suffix.failures;
  } else {
    suffix.had_denial = true;
  }
  if (suffix.names_left > 0) {
    ask(test.suffix);
  } else {
    finish(suffix);
  }
}

void WildcardChecks::on_address(Suffix& suffix, const Test& test, const LookupOutcome& outcome) {
  const bool is_first = suffix.addresses.empty();
  for (const IpAddress& address : outcome.addresses) {
    const auto known = std::find(suffix.addresses.begin(), suffix.addresses.end(), address);
    if (known != suffix.addresses.end()) continue;
    if (!is_first) suffix.is_rotating = true;
    suffix.addresses.push_back(address);
  }
  if (!is_first || suffix.addresses.empty()) return;
  suffix.names_left = limits::kWildcardNames - 1;  // do they all get the same?
  observer_.on_wildcard(suffix.upstream, test.name.view(), suffix.addresses.front(),
                        suffix.had_denial);
}

void WildcardChecks::finish(Suffix& suffix) {
  suffix.is_asking = false;
  // After some failures the resolver is not asked any more: the domains must not wait each time.
  suffix.is_known = suffix.had_denial || !suffix.addresses.empty() ||
                    suffix.failures >= limits::kWildcardFailuresMax;
  for (const Waiter& waiter : suffix.waiters) {
    ready_.push_back({waiter.waiter, gives(suffix, waiter.address)});
  }
  suffix.waiters.clear();
}

// If each name gets another address, that of the domain may be one that was not seen here.
bool WildcardChecks::gives(const Suffix& suffix, const IpAddress& address) {
  const auto known = std::find(suffix.addresses.begin(), suffix.addresses.end(), address);
  return suffix.is_rotating || known != suffix.addresses.end();
}

std::optional<WildcardReady> WildcardChecks::next_ready() {
  if (ready_.empty()) return std::nullopt;
  const WildcardReady ready = ready_.front();
  ready_.pop_front();
  return ready;
}

}  // namespace mxbulk::asking
