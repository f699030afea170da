// The subcommands. Each returns its exit code. run.cc has those with progress and a summary; the
// others have a file each.
//
// Threads: main thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/flags.h"
#include "cli/invocation.h"
#include "mxbulk/doctor.h"
#include "mxbulk/status.h"
#include "mxbulk/validator.h"

namespace mxbulk::cli {

[[nodiscard]] int run_validate(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_resolve(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_extract(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_check(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_doctor(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_state(const Invocation& invocation, const Console& console);

// How progress is shown: not at all with quiet; a bar needs a terminal that moves its cursor, and
// `auto` draws none on a terminal that shows the rows or is read from.
[[nodiscard]] ProgressStyle effective_style(const Invocation& invocation, const Console& console);

// The output of `check` for one name: text, or one JSON object and LF.
[[nodiscard]] std::string check_text(const CheckReport& report, bool color);
[[nodiscard]] std::string check_json(const CheckReport& report);

// Likewise for `doctor`.
[[nodiscard]] std::string doctor_text(const DoctorReport& report, bool color);
[[nodiscard]] std::string doctor_json(const DoctorReport& report);

// After a usage error, writes a summary with the error, if the command line or the environment
// names one: the summary of an earlier run must not look like that of this one. Because the line
// may be misunderstood, a file is replaced only if it is a summary, and no other argument names it.
// Its own errors are not reported.
void write_failed_summary(const std::vector<std::string>& arguments, const Environment& environment,
                          const Status& status);

}  // namespace mxbulk::cli
