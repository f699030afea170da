#include <filesystem>
#include <fstream>
#include <string_view>

#include "app/run_files.h"
#include "cli/subcommands.h"

namespace mxbulk::cli {
namespace {

constexpr std::string_view kFlag = "--summary-json";

bool writes_summaries(const std::vector<std::string>& arguments) {
  return !arguments.empty() &&
         (arguments[0] == "validate" || arguments[0] == "resolve" || arguments[0] == "extract");
}

// Also true if it does not exist.
bool may_be_replaced(const std::string& path) {
  constexpr std::string_view kBegin = "{\"version\":\"";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return !error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::string begin(kBegin.size(), '\0');
  std::ifstream(path).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kBegin;
}

}  // namespace

void write_failed_summary(const std::vector<std::string>& arguments, const Environment& environment,
                          const Status& status) {
  if (!writes_summaries(arguments)) return;
  Options options;
  std::string& path = options.output.summary_json_path = environment("MXBULK_SUMMARY_JSON");
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const size_t equals = argument.find('=');
    if (argument == kFlag && i + 1 < arguments.size()) {
      path = arguments[++i];
    } else if (argument.starts_with(kFlag) && equals == kFlag.size()) {
      path = argument.substr(equals + 1);
    } else {
      // It may be the name of an input file.
      const bool has_value = argument.starts_with('-') && equals != std::string::npos;
      options.input.files.push_back(has_value ? argument.substr(equals + 1) : argument);
    }
  }
  if (path.empty() || path.starts_with('-') || !may_be_replaced(path)) return;
  app::RunFiles files(options);
  static_cast<void>(files.plan());
  static_cast<void>(files.end(status));
}

}  // namespace mxbulk::cli
