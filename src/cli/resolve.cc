#include "cli/subcommands.h"

namespace mxbulk::cli {

int run_resolve(const Invocation& invocation, const Console& console) {
  return run_with_progress(invocation, console, resolve);
}

}  // namespace mxbulk::cli
