// Stores the flags of nightly runs in an Invocation; `flag_defs` lists them. Threads: pure
// functions.
#pragma once

#include <string_view>

#include "cli/invocation.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

[[nodiscard]] Status set_state(std::string_view text, Invocation& to);
[[nodiscard]] Status set_state_optional(std::string_view text, Invocation& to);
[[nodiscard]] Status set_max_age(std::string_view text, Invocation& to);
[[nodiscard]] Status set_max_shift(std::string_view text, Invocation& to);
[[nodiscard]] Status set_accept_shift(std::string_view text, Invocation& to);
[[nodiscard]] Status set_dead_after(std::string_view text, Invocation& to);
[[nodiscard]] Status set_changes(std::string_view text, Invocation& to);
[[nodiscard]] Status set_changes_all(std::string_view text, Invocation& to);
[[nodiscard]] Status set_all_domains(std::string_view text, Invocation& to);
[[nodiscard]] Status set_run_id(std::string_view text, Invocation& to);
[[nodiscard]] Status set_run_date(std::string_view text, Invocation& to);
[[nodiscard]] Status set_deadline(std::string_view text, Invocation& to);
[[nodiscard]] Status set_days(std::string_view text, Invocation& to);
// `no_mx>5%`, `domains:suppress>10%`: a verdict, action or reason.
[[nodiscard]] Status set_fail_if(std::string_view text, Invocation& to);

// What flags say only together. Errors: kUsage.
[[nodiscard]] Status check_night_rules(const Options& options);

}  // namespace mxbulk::cli
