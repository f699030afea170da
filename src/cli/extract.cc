#include "cli/subcommands.h"

namespace mxbulk::cli {

int run_extract(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, extract);
}

}  // namespace mxbulk::cli
