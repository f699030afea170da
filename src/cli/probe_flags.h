// Stores the flags of probes in an Invocation; `flag_defs` lists them. Threads: pure functions.
#pragma once

#include <string_view>

#include "cli/invocation.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

[[nodiscard]] Status set_probe(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_concurrency(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_per_host(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_timeout(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_all(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_port(std::string_view text, Invocation& to);
[[nodiscard]] Status set_probe_exclude(std::string_view text, Invocation& to);
[[nodiscard]] Status set_helo(std::string_view text, Invocation& to);
[[nodiscard]] Status set_source_ip(std::string_view text, Invocation& to);
[[nodiscard]] Status set_allow_net(std::string_view text, Invocation& to);

}  // namespace mxbulk::cli
