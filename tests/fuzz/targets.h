// The targets by name; target.cc lists them. Each is described in its own file.
#pragma once

#include "fuzz/target.h"

namespace mxbulk::test {

extern const FuzzTarget kAddressTarget;
extern const FuzzTarget kCsvTarget;
extern const FuzzTarget kDnsAnswerTarget;
extern const FuzzTarget kDnsRoundTripTarget;
extern const FuzzTarget kEncodingTarget;
extern const FuzzTarget kGreetingTarget;
extern const FuzzTarget kInflateTarget;
extern const FuzzTarget kJsonArrayTarget;
extern const FuzzTarget kJsonlTarget;
extern const FuzzTarget kLabQuestionTarget;
extern const FuzzTarget kRowsTarget;

}  // namespace mxbulk::test
