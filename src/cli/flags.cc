#include "cli/flags.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "app/probe_plan.h"
#include "app/user_lists.h"
#include "cli/flag_defs.h"
#include "cli/flag_values.h"
#include "cli/night_flags.h"
#include "cli/no_effect.h"
#include "model/file_format.h"
#include "model/spelling.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

using Values = std::vector<std::string>;
using ConfigFile = std::map<std::string, Values, std::less<>>;

// What CLI11 found: the values of each flag, the rest, and unknown flags.
struct Parsed {
  std::vector<std::pair<const FlagDef*, Values>> flags;
  Values positionals;
  Values unknown;
};

std::string program_and(Command command) {
  if (command == Command::kNone) return "mxbulk";
  return "mxbulk " + std::string(command_def(command).name);
}

constexpr std::string_view kVariablePrefix = "MXBULK_";

std::string variable_of(const FlagDef& flag) {
  std::string name(kVariablePrefix);
  for (char c : flag.name) name.push_back(c == '-' ? '_' : static_cast<char>(c - 'a' + 'A'));
  return name;
}

Status unknown_flag(const std::string& argument, Command command) {
  const std::string flag = argument.substr(0, argument.find('='));
  Values names;
  for (const FlagDef& def : flag_defs()) {
    if (def.belongs_to(command)) names.push_back("--" + std::string(def.name));
  }
  std::string message = "unknown flag " + output::terminal_text(flag);
  const std::string near = nearest_spelling(flag, names);
  if (!near.empty()) message += "; did you mean " + near + "?";
  message += near.empty() ? "; " : " (";
  message += program_and(command) + " --help lists them";
  if (!near.empty()) message += ")";
  return Status::usage(std::move(message));
}

Status at_flag(const std::string& where, const Status& status) {
  return Status::usage(where + ": " + output::terminal_text(status.message()));
}

// CLI11 takes the argument after `--x=` as its value; an empty value must stay empty.
Values with_empty_values(const Values& arguments) {
  Values out;
  for (const std::string& argument : arguments) {
    const bool is_empty_value = argument.starts_with("--") && argument.size() > 3 &&
                                argument.find('=') == argument.size() - 1;
    if (is_empty_value) {
      out.push_back(argument.substr(0, argument.size() - 1));
      out.emplace_back();
    } else {
      out.push_back(argument);
    }
  }
  return out;
}

std::string spelling_for_cli11(const FlagDef& flag) {
  const std::string name = "--" + std::string(flag.name);
  return flag.letter == '\0' ? name : "-" + std::string(1, flag.letter) + "," + name;
}

Result<Parsed> run_cli11(Values arguments, Command command) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::pair<const FlagDef*, CLI::Option*>> options;
  for (const FlagDef& flag : flag_defs()) {
    if (!flag.belongs_to(command)) continue;
    const auto accept = [](const CLI::results_t&) { return true; };
    CLI::Option* option = app.add_option(spelling_for_cli11(flag), accept);
    if (flag.is_switch()) {
      option->type_size(0)->expected(0);
    } else {
      option->type_size(1)->expected(1);
    }
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options.emplace_back(&flag, option);
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 wants a stack
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string flag =
        std::string(error.what()).substr(0, std::string(error.what()).find(':'));
    return Status::usage(flag + " needs a value; " + program_and(command) + " --help shows which");
  } catch (const CLI::ParseError& error) {
    std::string what = error.what();
    std::replace(what.begin(), what.end(), '\n', ' ');
    return Status::usage(output::terminal_text(what) + "; " + program_and(command) +
                         " --help shows how");
  }
  Parsed parsed;
  for (const auto& [flag, option] : options) {
    if (option->count() > 0) parsed.flags.emplace_back(flag, option->results());
  }
  parsed.positionals = app.remaining();
  return parsed;
}

// Arguments after `--` are no flags. CLI11 would mix them with the unknown ones.
Result<Parsed> parse_arguments(const Values& arguments, Command command) {
  const auto stop = std::find(arguments.begin(), arguments.end(), "--");
  auto parsed = run_cli11(with_empty_values({arguments.begin(), stop}), command);
  if (!parsed.ok()) return parsed;
  Parsed& found = parsed.value();
  const auto is_flag = [](const std::string& text) { return text.size() > 1 && text[0] == '-'; };
  std::copy_if(found.positionals.begin(), found.positionals.end(),
               std::back_inserter(found.unknown), is_flag);
  if (stop != arguments.end()) {
    found.positionals.insert(found.positionals.end(), stop + 1, arguments.end());
  }
  return parsed;
}

const FlagDef* flag_named(std::string_view name) {
  const auto all = flag_defs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const FlagDef& flag) { return flag.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Status unknown_key(const std::string& path, const std::string& key) {
  Values names;
  for (const FlagDef& flag : flag_defs()) {
    if (flag.from_files) names.emplace_back(flag.name);
  }
  const std::string near = nearest_spelling(key, names);
  std::string message = output::terminal_text(path + ": unknown key \"" + key + "\"");
  message += near.empty() ? "; keys are the long names of flags" : "; did you mean " + near + "?";
  return Status::usage(std::move(message));
}

Result<ConfigFile> read_config(const std::string& path) {
  std::ifstream in(path);
  std::error_code unused;
  if (!in || std::filesystem::is_directory(path, unused)) {
    return Status::usage("--config: cannot read " + output::terminal_text(path) +
                         "; check the path");
  }
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(in);
  } catch (const CLI::Error& error) {
    return Status::usage(output::terminal_text(path + ": " + error.what()) + "; write TOML");
  }
  ConfigFile config;
  for (const CLI::ConfigItem& item : items) {
    if (!item.parents.empty()) {
      return Status::usage(output::terminal_text(path + ": section \"" + item.parents.front()) +
                           "\"; write all keys without sections");
    }
    std::string key = item.name;
    std::replace(key.begin(), key.end(), '_', '-');
    const FlagDef* flag = flag_named(key);
    if (flag == nullptr || !flag->from_files || key == "config") {
      return unknown_key(path, item.name);
    }
    config[key] = item.inputs;
  }
  return config;
}

// A list takes all its values, anything else the last one.
Status apply_values(const FlagDef& flag, const Values& values, const std::string& where,
                    Invocation& invocation) {
  Values chosen = values;
  if (!flag.is_list && chosen.size() > 1) chosen = {chosen.back()};
  std::string given;
  for (const std::string& value : chosen) {
    std::string_view text = value;
    if (flag.is_switch()) {
      auto is_on = switch_from(value);
      if (!is_on.ok()) return at_flag(where, is_on.status());
      text = is_on.value() ? "true" : "false";
    }
    if (Status status = flag.apply(text, invocation); !status.ok()) return at_flag(where, status);
    given += (given.empty() ? "" : ",") + std::string(text);
  }
  const std::string_view by_default = flag.is_switch() ? "false" : flag.by_default;
  if (given != by_default) {
    invocation.options.settings.push_back({std::string(flag.name), std::move(given)});
  }
  return {};
}

const Values* values_on_line(const Parsed& parsed, const FlagDef& flag) {
  const auto found = std::find_if(parsed.flags.begin(), parsed.flags.end(),
                                  [&](const auto& entry) { return entry.first == &flag; });
  return found == parsed.flags.end() ? nullptr : &found->second;
}

Status apply_flag(const FlagDef& flag, const Parsed& parsed, const Environment& environment,
                  const ConfigFile& config, Invocation& invocation) {
  if (const Values* values = values_on_line(parsed, flag)) {
    return apply_values(flag, *values, "--" + std::string(flag.name), invocation);
  }
  if (!flag.from_files) return {};
  if (const std::string value = environment(variable_of(flag)); !value.empty()) {
    return apply_values(flag, {value}, variable_of(flag), invocation);
  }
  const auto entry = config.find(flag.name);
  if (entry == config.end()) return {};
  const std::string& path = invocation.options.config_path;
  return apply_values(flag, entry->second, output::terminal_text(path) + ": " + entry->first,
                      invocation);
}

std::string config_path(const Parsed& parsed, const Environment& environment) {
  const FlagDef& flag = *flag_named("config");
  const Values* values = values_on_line(parsed, flag);
  return values != nullptr ? values->back() : environment(variable_of(flag));
}

Status take_positionals(Values positionals, Invocation& invocation) {
  switch (invocation.command) {
    case Command::kNone: return {};
    case Command::kDoctor:
      if (positionals.empty()) return {};
      return Status::usage("doctor takes no names; name a resolver with -r");
    case Command::kCheck:
      if (positionals.empty()) return Status::usage("check needs an address or a domain");
      invocation.names = std::move(positionals);
      return {};
    case Command::kState: invocation.names = std::move(positionals); return {};
    case Command::kResolve:
    case Command::kExtract:
      if (positionals.size() > 1) {
        return Status::usage(std::string(command_def(invocation.command).name) +
                             " reads one file; cat them into it for more");
      }
      break;
    case Command::kValidate: break;
  }
  if (std::count(positionals.begin(), positionals.end(), "-") > 1) {
    return Status::usage("- is given twice; standard input can be read once");
  }
  invocation.options.input.files = std::move(positionals);
  return {};
}

const CommandDef* command_named(std::string_view name) {
  const auto all = command_defs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const CommandDef& def) { return def.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// `gmail.com`, but neither `list.csv` nor `folder/list`.
bool may_be_domain(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0 || name.size() - dot < 3) return false;
  if (name.find_first_of("/ \\") != name.npos || name.ends_with(".txt")) return false;
  return format_by_name(name) == Format::kAuto && packing_by_name(name) == Packing::kNone &&
         unwritten_extension(name).empty();
}

// A list, an address or a domain instead of a command: the message names the command that was
// probably meant.
Status unknown_command(const std::string& name) {
  const std::string shown = output::terminal_text(name);
  std::error_code unused;
  if (name == "-" || std::filesystem::is_regular_file(name, unused)) {
    return Status::usage(shown + " is not a command; did you mean: mxbulk validate " + shown);
  }
  if (name.find('@') != std::string::npos) {
    return Status::usage(shown + " is not a command; did you mean: mxbulk check " + shown);
  }
  if (may_be_domain(name)) {
    return Status::usage("unknown command " + shown + "; did you mean: mxbulk check " + shown);
  }
  Values names = {"help", "version"};
  for (const CommandDef& def : command_defs()) names.emplace_back(def.name);
  const std::string near = nearest_spelling(name, names);
  std::string message = "unknown command " + shown;
  if (!near.empty()) message += "; did you mean " + near + "?";
  return Status::usage(message + (near.empty() ? "; " : " (") + "mxbulk --help lists them" +
                       (near.empty() ? "" : ")"));
}

// The first argument is a flag. Without a command it is not known which flags take a value.
Status command_after_flags(const Values& arguments) {
  for (const std::string& argument : arguments) {
    if (command_named(argument) == nullptr) continue;
    return Status::usage("flags go after the command; write: mxbulk " + argument + " " +
                         output::terminal_text(arguments.front()) + " …");
  }
  return {};
}

// `--help` is long, `-h` short; both are one flag.
bool asks_for_all(const Values& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::find(arguments.begin(), end, "--help") != end;
}

// Only about the command line: the environment and the config file are for many commands.
Values warnings_of(const Parsed& parsed, const Invocation& invocation) {
  std::vector<std::string_view> given;
  for (const auto& [flag, values] : parsed.flags) given.push_back(flag->name);
  Values warnings = flags_without_effect(given, invocation);
  const std::string& lists = invocation.options.lists_path;
  if (lists.empty()) return warnings;
  for (const std::string& name : app::files_not_read(lists)) {
    warnings.push_back("--lists: " + lists + "/" + name +
                       " is not one of the lists and is not read");
  }
  return warnings;
}

Result<Invocation> parse_for(Command command, const Values& arguments,
                             const Environment& environment) {
  auto parsed = parse_arguments(arguments, command);
  if (!parsed.ok()) return parsed.status();
  const Parsed& found = parsed.value();
  Invocation invocation;
  invocation.command = command;
  // Help is given whatever else is wrong.
  for (const auto& [flag, values] : found.flags) {
    if (!flag->from_files) static_cast<void>(flag->apply("true", invocation));
  }
  if (invocation.request == Request::kHelp) {
    if (!asks_for_all(arguments)) invocation.request = Request::kShortHelp;
    return invocation;
  }
  if (command == Command::kNone && invocation.request == Request::kRun) {
    if (Status status = command_after_flags(arguments); !status.ok()) return status;
  }
  if (!found.unknown.empty()) return unknown_flag(found.unknown.front(), command);
  if (invocation.request == Request::kVersion) return invocation;
  if (command == Command::kNone && !found.positionals.empty()) {
    return unknown_command(found.positionals.front());
  }
  const std::string& path = invocation.options.config_path = config_path(found, environment);
  auto config = path.empty() ? Result<ConfigFile>(ConfigFile()) : read_config(path);
  if (!config.ok()) return config.status();
  for (const FlagDef& flag : flag_defs()) {
    if (!flag.belongs_to(command)) continue;
    const Status status = apply_flag(flag, found, environment, config.value(), invocation);
    if (!status.ok()) return status;
  }
  if (Status status = take_positionals(found.positionals, invocation); !status.ok()) return status;
  if (Status status = app::check_probe_rules(invocation.options); !status.ok()) return status;
  if (Status status = check_night_rules(invocation.options); !status.ok()) return status;
  invocation.warnings = warnings_of(found, invocation);
  return invocation;
}

// `help`, `help COMMAND`; `arguments` without the word itself.
Result<Invocation> parse_help(const Values& arguments) {
  Invocation invocation;
  invocation.request = Request::kHelp;
  if (arguments.empty() || arguments[0].starts_with('-')) return invocation;
  if (arguments.size() > 1) return Status::usage("help takes one command: mxbulk help validate");
  if (arguments[0] == "help" || arguments[0] == "version") return invocation;
  const CommandDef* const def = command_named(arguments[0]);
  if (def == nullptr) return unknown_command(arguments[0]);
  invocation.command = def->command;
  return invocation;
}

Result<Invocation> parse_version(const Values& arguments) {
  if (!arguments.empty()) return Status::usage("version takes nothing: mxbulk version");
  Invocation invocation;
  invocation.request = Request::kVersion;
  return invocation;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::string {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
  };
}

Result<Invocation> parse_command_line(const std::vector<std::string>& arguments,
                                      const Environment& environment) {
  if (arguments.empty() || arguments[0].starts_with('-')) {
    return parse_for(Command::kNone, arguments, environment);
  }
  const Values rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "help") return parse_help(rest);
  if (arguments[0] == "version") return parse_version(rest);
  const CommandDef* const def = command_named(arguments[0]);
  if (def == nullptr) return unknown_command(arguments[0]);
  return parse_for(def->command, rest, environment);
}

std::vector<std::string> process_variables() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

// A warning, although an unknown key of the config file is an error: the environment is for other
// programs too.
std::vector<std::string> unknown_variables(const std::vector<std::string>& names) {
  Values known;  // without the prefix, which would make all of them alike
  for (const FlagDef& flag : flag_defs()) {
    if (flag.from_files) known.push_back(variable_of(flag).substr(kVariablePrefix.size()));
  }
  Values warnings;
  for (const std::string& name : names) {
    if (!name.starts_with(kVariablePrefix)) continue;
    const std::string own = name.substr(kVariablePrefix.size());
    if (std::find(known.begin(), known.end(), own) != known.end()) continue;
    const std::string near = nearest_spelling(own, known);
    warnings.push_back(
        "the variable " + name + " is not known" +
        (near.empty() ? "; nothing reads it" : "; did you mean MXBULK_" + near + "?"));
  }
  return warnings;
}

bool wants_json_errors(const std::vector<std::string>& arguments) {
  bool wants = false;
  for (size_t index = 0; index < arguments.size() && arguments[index] != "--"; ++index) {
    const std::string& argument = arguments[index];
    if (argument == "--progress" && index + 1 < arguments.size()) {
      wants = arguments[index + 1] == "json";
    } else if (argument.starts_with("--progress=")) {
      wants = argument == "--progress=json";
    }
  }
  return wants;
}

std::string parser_version() {
  return std::string("CLI11 ") + CLI11_VERSION;
}

}  // namespace mxbulk::cli
