// The request of one command line, with environment and config file. Plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mxbulk/options.h"

namespace mxbulk::cli {

enum class Command : uint8_t { kNone, kValidate, kResolve, kExtract, kCheck, kDoctor, kState };
enum class Request : uint8_t { kRun, kShortHelp, kHelp, kVersion };
enum class ProgressStyle : uint8_t { kAuto, kBar, kLog, kJson, kNone };
enum class ColorChoice : uint8_t { kAuto, kAlways, kNever };

struct Invocation {
  Command command = Command::kNone;
  Request request = Request::kRun;
  Options options;
  std::vector<std::string> names;  // of `check`; of `state` what to do, the file, domains
  int64_t state_days = 90;         // of `state prune`
  bool json = false;               // `check` and `doctor`: JSON instead of text
  bool quiet = false;
  bool verbose = false;
  ProgressStyle progress = ProgressStyle::kAuto;
  ColorChoice color = ColorChoice::kAuto;
  std::vector<std::string> warnings;  // about what has no effect; one line each
};

}  // namespace mxbulk::cli
