#include "cli/subcommands.h"

namespace mxbulk::cli {

int run_validate(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, validate);
}

}  // namespace mxbulk::cli
