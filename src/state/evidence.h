// What follows from several nights: when an answer may be used again, and when failures are enough
// to give a domain up. Pure: times come in as arguments, as Unix seconds.
//
// Threads: pure functions.
#pragma once

#include <cstdint>

#include "mxbulk/verdict.h"
#include "state/stored_domain.h"

namespace mxbulk::state {

// How long an answer may be used: `max_age_s`; if its action is send and its TTL is longer, as long
// as that, a week at most. It differs by up to a fifth from domain to domain, by `key`, so that
// answers of one night do not all expire in one night. 0 if it is never used again: `unknown`, and
// what no query gave.
[[nodiscard]] int64_t usable_for_s(Reason reason, Action action, uint32_t ttl_s, int64_t max_age_s,
                                   int64_t key);

// Times in the future, as after a change of the clock, make an answer unusable.
[[nodiscard]] bool is_usable(const StoredAnswer& answer, Action action, int64_t max_age_s,
                             int64_t key, int64_t now_s);

// `history` after a lookup at `now_s` in the run `run` found `reason`. The action stays until the
// end of the run if the reason does, else it is that of the reason alone.
[[nodiscard]] DomainHistory after_lookup(const DomainHistory& history, Reason reason,
                                         uint32_t now_s, uint32_t run);

struct EvidenceRules {
  uint32_t dead_after_runs = 5;
  int64_t dead_after_s = 120 * 3'600;
  int64_t unknown_review_s = 30LL * 24 * 3'600;
};

// The action by evidence; `plain` is that of the reason alone. tcp_* becomes suppress after enough
// failures, `unknown` becomes review after a month, never suppress. Requires: `history` includes
// the last lookup.
[[nodiscard]] Action action_by_evidence(Action plain, const DomainHistory& history,
                                        const EvidenceRules& rules, int64_t now_s);

// A domain that was `send` and has a large share of the list is tried once more on its first bad
// night, whatever was found: `rows` of `all_rows` are 0.1 % or more.
[[nodiscard]] constexpr bool is_large_share(uint64_t rows, uint64_t all_rows) {
  return rows > 0 && rows * 1'000 >= all_rows;
}
[[nodiscard]] constexpr bool may_be_first_bad_night(const DomainHistory& history, Action plain) {
  return history.has_base && history.base_action == Action::kSend && plain != Action::kSend &&
         plain != Action::kRetry && plain != Action::kNone;
}

// It says that the port did not open.
[[nodiscard]] constexpr bool is_tcp_failure(Reason reason) {
  return reason == Reason::kTcpTimeout || reason == Reason::kTcpUnreachable ||
         reason == Reason::kTcpRefused;
}

}  // namespace mxbulk::state
