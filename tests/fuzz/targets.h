// The targets by name; target.cc lists them. Each is told of in its own file.
#pragma once

#include "fuzz/target.h"

namespace mxbulk::test {

extern const FuzzTarget kDnsAnswerTarget;
extern const FuzzTarget kDnsRoundTripTarget;
extern const FuzzTarget kLabQuestionTarget;

}  // namespace mxbulk::test
