// libFuzzer's entry to the target that MXBULK_FUZZ_TARGET names.
#include <cstdio>
#include <cstdlib>

#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const mxbulk::test::FuzzTarget& target : mxbulk::test::fuzz_targets()) {
    if (target.name != MXBULK_FUZZ_TARGET) continue;
    const std::string wrong = target.run({data, size});
    if (wrong.empty()) return 0;
    std::fprintf(stderr, "%s: %s\n", MXBULK_FUZZ_TARGET, wrong.c_str());
    std::abort();
  }
  std::fputs("no such fuzz target: " MXBULK_FUZZ_TARGET "\n", stderr);
  std::abort();
}
