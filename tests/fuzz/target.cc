#include "fuzz/target.h"

#include "fuzz/targets.h"

namespace mxbulk::test {

std::span<const FuzzTarget> fuzz_targets() {
  static const FuzzTarget kAll[] = {kAddressTarget,      kCsvTarget,       kDnsAnswerTarget,
                                    kDnsRoundTripTarget, kEncodingTarget,  kGreetingTarget,
                                    kInflateTarget,      kJsonArrayTarget, kJsonlTarget,
                                    kLabQuestionTarget,  kRowsTarget};
  return kAll;
}

}  // namespace mxbulk::test
