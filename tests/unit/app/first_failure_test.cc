#include "app/first_failure.h"

#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

const Status kOk;
const Status kDiskFull = Status::internal("disk full");
const Status kLying = Status::resolver("it lies");
const Status kCutOff = Status::input("cut off");
const Status kGone = {StatusCode::kPipeClosed, "gone"};

TEST(FirstFailure, OursComesBeforeTheResolvers) {
  EXPECT_EQ(first_failure(kOk, kDiskFull, kLying).code(), StatusCode::kInternal);
  EXPECT_EQ(first_failure(kCutOff, kDiskFull, kLying).code(), StatusCode::kInternal);
  EXPECT_EQ(first_failure(kDiskFull, kGone, kLying).code(), StatusCode::kInternal);
}

TEST(FirstFailure, APipeThatClosedHidesNothing) {
  EXPECT_EQ(first_failure(kOk, kGone, kLying).code(), StatusCode::kResolver);
  EXPECT_EQ(first_failure(kCutOff, kGone, kOk).code(), StatusCode::kInput);
}

TEST(FirstFailure, OneAloneIsToldAndNoneIsNone) {
  EXPECT_EQ(first_failure(kCutOff, kOk, kOk).code(), StatusCode::kInput);
  EXPECT_EQ(first_failure(kOk, kGone, kOk).code(), StatusCode::kPipeClosed);
  EXPECT_EQ(first_failure(kOk, kOk, kLying).code(), StatusCode::kResolver);
  EXPECT_TRUE(first_failure(kOk, kOk, kOk).ok());
}

}  // namespace
}  // namespace mxbulk::app
