#include "cli/help.h"

#include <algorithm>

#include "cli/flag_defs.h"
#include "cli/flags.h"
#include "mxbulk/validator.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

constexpr size_t kHelpColumn = 32;
constexpr size_t kLineColumns = 100;

// `text` from kHelpColumn on, wrapped between words. Requires: `out` ends at that column.
void append_wrapped(std::string_view text, std::string& out) {
  size_t column = kHelpColumn;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
    const size_t width = output::columns_of(word);
    if (column > kHelpColumn && column + 1 + width > kLineColumns) {
      out += "\n" + std::string(kHelpColumn, ' ');
      column = kHelpColumn;
    }
    if (column > kHelpColumn) {
      out.push_back(' ');
      ++column;
    }
    out += word;
    column += width;
  }
  out.push_back('\n');
}

enum class Detail : uint8_t { kShort, kAll };

void append_flag(const FlagDef& flag, Detail detail, std::string& out) {
  std::string left = "  ";
  left += flag.letter == '\0' ? "    " : "-" + std::string(1, flag.letter) + ", ";
  left += "--" + std::string(flag.name);
  if (!flag.is_switch()) left += " " + std::string(flag.value_name);
  const size_t width = output::columns_of(left);
  if (width + 1 <= kHelpColumn) {
    left.append(kHelpColumn - width, ' ');
  } else if (detail == Detail::kShort) {
    left.push_back(' ');
  } else {
    left += "\n" + std::string(kHelpColumn, ' ');
  }
  out += left;
  if (detail == Detail::kShort) {
    out.append(flag.short_help()).push_back('\n');
    return;
  }
  std::string text(flag.help);
  if (!flag.by_default.empty()) text += " [" + std::string(flag.by_default) + "]";
  append_wrapped(text, out);
}

void append_groups(Command command, Detail detail, std::string& out) {
  for (Group group : {Group::kInput, Group::kOutput, Group::kDns, Group::kProbe, Group::kNight,
                      Group::kRun, Group::kMachine, Group::kMessages}) {
    std::string lines;
    for (const FlagDef& flag : flag_defs()) {
      if (flag.group == group && flag.belongs_to(command)) append_flag(flag, detail, lines);
    }
    if (!lines.empty()) out += "\n" + std::string(title_of(group)) + ":\n" + lines;
  }
}

void append_commands(std::string& out) {
  for (const CommandDef& def : command_defs()) {
    std::string left = "  mxbulk " + std::string(def.name) + " " + std::string(def.arguments);
    left.append(kHelpColumn - std::min(kHelpColumn, output::columns_of(left)), ' ');
    out += left;
    append_wrapped(def.summary, out);
  }
  out += "  mxbulk help [COMMAND]         the same as --help\n";
  out += "  mxbulk version                the same as --version\n";
}

void append_examples(const CommandDef& def, std::string& out) {
  if (def.examples.empty()) return;
  out += "\nExamples:\n";
  std::string_view rest = def.examples;
  while (!rest.empty()) {
    const size_t end = rest.find('\n') + 1;
    out.append("  ").append(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

std::string headline(const CommandDef& def) {
  const std::string arguments = (def.arguments.empty() ? "" : " ") + std::string(def.arguments);
  return "mxbulk " + std::string(def.name) + " [FLAG…]" + arguments + "\n  " +
         std::string(def.summary) + "\n";
}

constexpr std::string_view kPurpose =
    "mxbulk gives each e-mail address of a large list a verdict by DNS.\n\n";

constexpr std::string_view kManners =
    "\nDurations take ms s m h d, sizes K M G (1024), rates %. Precedence: flag, environment\n"
    "(MXBULK_DNS_DEADLINE for --dns-deadline), config file, default (in [brackets]).\n";

struct ExitCode {
  std::string_view line;
  CommandSet commands;                // those that can end with it; the general help lists all
  std::string_view for_resolve = {};  // instead of `line`: it answers each name
};
constexpr CommandSet kRows = set_of(Command::kValidate) | set_of(Command::kNone);
constexpr CommandSet kLookups = kRows | set_of(Command::kResolve);
constexpr CommandSet kAny = kLookups | set_of(Command::kExtract);
constexpr ExitCode kExitCodes[] = {
    {"0    complete; bad addresses are no failure", kAny},
    {"1    internal or I/O error; no new output file", kAny},
    {"2    usage or configuration", kAny},
    {"3    complete, but more unknown than --max-unknown", kLookups},
    {"4    input unreadable, empty, without an e-mail column, or changed during the run", kAny},
    {"5    resolver down or gives false answers, or more changed than --max-shift: no output file; "
     "discard what standard output received",
     kLookups,
     "5    resolver gives false answers: no output file (down: all are unknown, and the code is "
     "3)"},
    {"6    complete, but more invalid than --max-invalid (probably misread), or a --fail-if "
     "tripped: do not load",
     kRows},
    {"7    another run has the output or the state", kAny},
    {"8    --deadline came first: rows that are not decided are unknown/not_attempted; run again",
     kRows},
    {"129, 130, 143  hung up, interrupted, terminated; no new output file", kAny},
    {"141  the reader of standard output went away", kAny},
};

std::string exit_codes(Command command) {
  if (command == Command::kCheck) {
    return "\nExit codes: 0 verdict found, 1 internal error, 2 usage, 3 unknown: try again later, "
           "5 resolver gives false answers.\n";
  }
  if (command == Command::kDoctor) {
    return "\nExit codes: 0 usable, 1 internal error, 2 usage, 5 no resolver is usable.\n";
  }
  if (command == Command::kState) {
    return "\nExit codes: 0 done, 1 the file is bad or cannot be written, 2 usage, 7 a run has "
           "it.\n";
  }
  std::string text = "\nExit codes:\n";
  for (const ExitCode& code : kExitCodes) {
    if ((code.commands & set_of(command)) == 0) continue;
    const bool differs = command == Command::kResolve && !code.for_resolve.empty();
    text += "  " + std::string(differs ? code.for_resolve : code.line) + "\n";
  }
  return text;
}

}  // namespace

std::string help_text(Command command) {
  std::string text;
  if (command == Command::kNone) {
    text = kPurpose;
    append_commands(text);
    append_groups(command, Detail::kAll, text);
    return text + "\nmxbulk COMMAND --help lists the flags of a command.\n" + exit_codes(command);
  }
  const CommandDef& def = command_def(command);
  text = headline(def);
  append_groups(command, Detail::kAll, text);
  text += std::string(kManners) + exit_codes(command);
  append_examples(def, text);
  return text;
}

std::string short_help_text(Command command) {
  std::string text;
  if (command == Command::kNone) {
    text = kPurpose;
    append_commands(text);
    append_groups(command, Detail::kShort, text);
    return text + "\nmxbulk COMMAND -h lists its flags, --help explains them.\n";
  }
  const CommandDef& def = command_def(command);
  text = headline(def);
  append_groups(command, Detail::kShort, text);
  return text + "\nmxbulk " + std::string(def.name) +
         " --help also has defaults, exit codes and examples.\n";
}

std::string help_text_without_command() {
  std::string text =
      "mxbulk: no command given. To start: mxbulk validate list.csv -o clean.csv\n\n";
  append_commands(text);
  return text + "\nmxbulk COMMAND --help lists the flags.\n";
}

std::string version_text() {
  std::string text = std::string("mxbulk ") + MXBULK_VERSION + "\n";
  for (const std::string& library : library_versions()) text += library + "\n";
  return text + parser_version() + "\n";
}

}  // namespace mxbulk::cli
