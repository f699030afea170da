// A world of scripted answers, and domains evaluated with it: route rules without a socket.
//
// Threads: one. Ownership: an evaluation shares its script's names, which its route borrows.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/domain_name.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"
#include "route/route_evaluation.h"

namespace mxbulk::test {

// Addresses that IANA's registries call global. No test sends to them.
inline constexpr const char* kPublic4 = "1.1.1.1";
inline constexpr const char* kOtherPublic4 = "9.9.9.9";
inline constexpr const char* kPublic6 = "2606:4700::1111";
inline constexpr const char* kPrivate4 = "10.0.0.1";
inline constexpr const char* kPrivate6 = "fd00::1";

// The result of one question.
struct Told {
  LookupStatus status = LookupStatus::kFound;
  std::vector<std::pair<uint16_t, std::string>> mx = {};
  std::vector<std::string> addresses = {};
  uint32_t ttl_s = 3'600;
  bool via_cname = false;
  bool malformed_record = false;
  bool has_spf = false;
  bool cut = false;
};

[[nodiscard]] Told told_mx(std::vector<std::pair<uint16_t, std::string>> records);
[[nodiscard]] Told told_addresses(std::vector<std::string> addresses);
[[nodiscard]] Told told(LookupStatus status);
[[nodiscard]] Told by_cname(Told told);

// The course of one evaluation.
struct Evaluated {
  std::shared_ptr<const std::deque<DomainName>> kept_names;  // backs `route`
  route::MailRoute route;
  std::vector<route::Rule> rules;     // in the order in which they fired
  std::vector<std::string> asked;     // `MX example.org`, in order
  std::vector<size_t> hosts_at_once;  // hosts asked for in each step that asked for any

  [[nodiscard]] Reason reason() const { return route.reason; }
  [[nodiscard]] bool has(Lint lint) const { return route.lints.has(lint); }
  // Names of the exchanges in their order.
  [[nodiscard]] std::vector<std::string> exchanges() const;
  // The best exchange, or "".
  [[nodiscard]] std::string best() const;
};

class RouteScript {
 public:
  // `name`'s question of `type` has the result `told`. A later line replaces an earlier one.
  RouteScript& on(const std::string& name, RecordType type, Told told);
  // The result of a second MX question, if another than that of the first.
  RouteScript& mx_again(Told told);
  // Both address questions of a name.
  RouteScript& host(const std::string& name, Told a, Told aaaa);
  // One public IPv4 address, no other.
  RouteScript& good_host(const std::string& name);
  RouteScript& dead_host(const std::string& name);  // NXDOMAIN

  // Implicit MX are checked: do names that do not exist get the same address?
  RouteScript& wildcard(bool is_wildcard);

  // Evaluates `domain` to the end. A question that the script does not know fails the test.
  Evaluated evaluate(const std::string& domain, bool ask_all = false);

 private:
  struct Answer {
    LookupOutcome outcome;
    std::vector<MxRecord> mx;
    std::vector<IpAddress> addresses;
  };

  const LookupOutcome& answer(NameView name, RecordType type, Evaluated& evaluated);
  route::HostFacts evaluate_host(NameView name, bool ask_all, Evaluated& evaluated);
  NameView kept(const std::string& text);

  std::map<std::pair<std::string, RecordType>, Told> told_;  // by text
  std::optional<Told> mx_again_;
  std::optional<bool> is_wildcard_;
  std::shared_ptr<std::deque<DomainName>> names_ = std::make_shared<std::deque<DomainName>>();
  Answer last_;
};

}  // namespace mxbulk::test
