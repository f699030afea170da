// The subcommands. Each runs to its end and returns the exit code; each has a file of its own.
// Threads: main thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/invocation.h"
#include "mxbulk/doctor.h"
#include "mxbulk/validator.h"

namespace mxbulk::cli {

[[nodiscard]] int run_validate(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_resolve(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_extract(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_check(const Invocation& invocation, const Console& console);
[[nodiscard]] int run_doctor(const Invocation& invocation, const Console& console);

// What validate, resolve and extract share: progress while `work` runs, then summary or error.
using Work = Result<Summary> (*)(const Options& options, Progress& progress);
[[nodiscard]] int run_with_progress(const Invocation& invocation, const Console& console,
                                    Work work);

// How progress is shown in the end: quiet wins, a bar needs a terminal that moves its cursor, and
// `auto` draws none on a terminal that shows the rows or is typed on.
[[nodiscard]] ProgressStyle effective_style(const Invocation& invocation, const Console& console);

// `check`'s text for people, and one JSON object and LF.
[[nodiscard]] std::string check_text(const CheckReport& report, bool color);
[[nodiscard]] std::string check_json(const CheckReport& report);

// Likewise of `doctor`.
[[nodiscard]] std::string doctor_text(const DoctorReport& report, bool color);
[[nodiscard]] std::string doctor_json(const DoctorReport& report);

}  // namespace mxbulk::cli
