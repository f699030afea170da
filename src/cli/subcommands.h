// The subcommands. Each runs to its end and returns the exit code. run.cc has those with progress
// and a summary; the others have a file each.
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

// How progress is shown in the end: quiet wins, a bar needs a terminal that moves its cursor, and
// `auto` draws none on a terminal that shows the rows or is typed on.
[[nodiscard]] ProgressStyle effective_style(const Invocation& invocation, const Console& console);

// `check`'s text for people, and one JSON object and LF.
[[nodiscard]] std::string check_text(const CheckReport& report, bool color);
[[nodiscard]] std::string check_json(const CheckReport& report);

// Likewise of `doctor`.
[[nodiscard]] std::string doctor_text(const DoctorReport& report, bool color);
[[nodiscard]] std::string doctor_json(const DoctorReport& report);

// A command line that cannot be understood ends with code 2 before there is a run. If it names a
// summary, that of an earlier run must not be taken for this one's.
// Writes a summary with the error, if the line or the environment says where. The line is in doubt,
// so that a file is replaced only if it is a summary, and no other argument names it. An error of
// this is not told.
void write_failed_summary(const std::vector<std::string>& arguments, const Environment& environment,
                          const Status& status);

}  // namespace mxbulk::cli
