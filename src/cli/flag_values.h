// Parses the values of flags: durations, sizes, rates. Threads: pure functions.
//
// Each returns kUsage with the fault and the correct form; the caller adds the flag's name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mxbulk/status.h"

namespace mxbulk::cli {

// `200ms`, `2s`, `1.5m`, `3h`, `1d` in milliseconds, rounded down. A number needs its unit.
[[nodiscard]] Result<int64_t> duration_ms_from(std::string_view text);
// `64M`, `1.5G`, `512K` (1024), or a bare number of bytes.
[[nodiscard]] Result<uint64_t> size_bytes_from(std::string_view text);
// `5%` is 0.05; `0` needs no unit. From 0 to 100 %.
[[nodiscard]] Result<double> rate_from(std::string_view text);
// A whole number in [min, max].
[[nodiscard]] Result<uint64_t> count_from(std::string_view text, uint64_t min, uint64_t max);
// `true`, `yes`, `on`, `1` and their opposites: for the environment and the config file.
[[nodiscard]] Result<bool> switch_from(std::string_view text);
// One byte, or `tab`, `\t`; `auto` is '\0'.
[[nodiscard]] Result<char> delimiter_from(std::string_view text);
// One byte; `auto` is nothing, `none` is '\0'.
[[nodiscard]] Result<std::optional<char>> escape_from(std::string_view text);
// Splits at commas; empty pieces are dropped.
[[nodiscard]] std::vector<std::string> list_from(std::string_view text);

}  // namespace mxbulk::cli
