// The names of reasons, actions and lints in the state, back to values; ids of hosts in a blob.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/probe_outcome.h"
#include "mxbulk/verdict.h"

namespace mxbulk::state {

// kNotAttempted if the name is not known: an answer of a newer version, which is not used.
[[nodiscard]] Reason reason_from(std::string_view name);
[[nodiscard]] std::optional<Action> action_from(std::string_view name);
[[nodiscard]] LintSet lints_from(std::string_view names);
[[nodiscard]] std::optional<ProbeOutcome> probe_from(std::string_view reason);

[[nodiscard]] std::string text_of(LintSet lints);
[[nodiscard]] std::string_view text_of(std::optional<ProbeOutcome> probe);

// The action of a reason alone.
[[nodiscard]] Action default_action(Reason reason);

inline constexpr int kHostIdOctets = 5;
void append_host_id(int64_t id, std::string& blob);
[[nodiscard]] int64_t host_id_at(std::string_view blob, size_t index);

}  // namespace mxbulk::state
