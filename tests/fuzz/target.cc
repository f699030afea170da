#include "fuzz/target.h"

#include "fuzz/targets.h"

namespace mxbulk::test {

std::span<const FuzzTarget> fuzz_targets() {
  static const FuzzTarget kAll[] = {kDnsAnswerTarget, kDnsRoundTripTarget, kLabQuestionTarget};
  return kAll;
}

}  // namespace mxbulk::test
