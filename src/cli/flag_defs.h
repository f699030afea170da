// The one list of flags: parser, help text, environment and config file are made from it.
//
// Threads: immutable tables.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/invocation.h"
#include "mxbulk/status.h"

namespace mxbulk::cli {

// Which subcommands have a flag: a bit for each Command.
using CommandSet = uint32_t;
[[nodiscard]] constexpr CommandSet set_of(Command command) {
  return 1U << static_cast<unsigned>(command);
}

enum class Group : uint8_t { kInput, kOutput, kDns, kProbe, kNight, kRun, kMachine, kMessages };

struct FlagDef {
  std::string_view name;  // without dashes
  char letter;            // '\0' = none
  Group group;
  std::string_view value_name;  // empty: a switch
  std::string_view by_default;  // as a user would write it; empty: not shown
  std::string_view help;        // all of it in --help; up to the first "; " in -h
  CommandSet commands;
  bool is_list;     // may be repeated, its values are split at commas
  bool from_files;  // may also be in the environment and in the config file
  // Puts `value` into the invocation; a switch is called only with "true" or "false".
  Status (*apply)(std::string_view value, Invocation& invocation);
  std::string_view brief = {};  // in -h, instead of the beginning of `help`

  // One line, for -h.
  [[nodiscard]] std::string_view short_help() const {
    return brief.empty() ? help.substr(0, help.find("; ")) : brief;
  }
  [[nodiscard]] bool is_switch() const { return value_name.empty(); }
  [[nodiscard]] bool belongs_to(Command command) const { return (commands & set_of(command)) != 0; }
};

struct CommandDef {
  Command command;
  std::string_view name;
  std::string_view arguments;      // `[FILE…|-]`
  std::string_view summary;        // one line
  std::string_view examples = {};  // command lines, each with an LF
};

[[nodiscard]] std::span<const FlagDef> flag_defs();
[[nodiscard]] std::span<const CommandDef> command_defs();
// Requires: `command` is not kNone.
[[nodiscard]] const CommandDef& command_def(Command command);
[[nodiscard]] std::string_view title_of(Group group);

}  // namespace mxbulk::cli
