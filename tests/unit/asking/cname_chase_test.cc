// CNAME chains that the resolver does not follow itself.
#include "unit/asking/lookup_runner_fixture.h"

namespace mxbulk::asking {
namespace {

class ChasingRunnerTest : public LookupRunnerTest {
 protected:
  // d0.test -> d1.test -> ... -> the one with MX, `links` links away; one link an answer.
  void make_chain(size_t links) {
    for (size_t i = 0; i < links; ++i) {
      test::Node& node = world_.add("d" + std::to_string(i) + ".test");
      node.cname = "d" + std::to_string(i + 1) + ".test";
      node.cname_ttl_s = 100 + static_cast<uint32_t>(i);
    }
    world_.add("d" + std::to_string(links) + ".test").mx = {
        .fate = test::Fate::kData, .ttl_s = 300, .mx = {{10, "mx.d.test"}}};
  }
  void answer(size_t index, bool one_link) {
    const test::ResolverHabits habits{.one_link = one_link};
    transport_.send(*runner_, index,
                    test::answer_of(world_, transport_.question(index), habits).bytes);
  }
  void answer_all_by_links(size_t from = 0) {
    for (size_t i = from; client_.reports.empty() && i < transport_.count(); ++i) answer(i, true);
  }

  const DomainName first_ = *DomainName::from_text("d0.test");
};

TEST_F(ChasingRunnerTest, FollowsTheChainToItsEnd) {
  make_chain(2);
  start(first_);
  answer(0, true);
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.name(1), "d1.test");
  answer_all_by_links(1);
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_TRUE(client_.reports[0].via_cname);
  EXPECT_EQ(client_.reports[0].ttl_s, 100U);  // the smallest of the chain
}

// Found by seed 963 of the simulation: an NXDOMAIN with a CNAME that no second resolver confirmed
// ended as a failure, and the CNAME was forgotten.
TEST_F(ChasingRunnerTest, AFailureAfterAnUnconfirmedDenialKeepsItsCname) {
  set_up({.upstreams = 2});
  world_.add("d0.test").cname = "gone.test";
  start(first_);
  transport_.answer(*runner_, 0, world_);
  ASSERT_EQ(transport_.query(1).upstream, 1U) << "a second resolver must confirm it";
  while (client_.reports.empty()) turn(runner_->next_wake_us());
  EXPECT_NE(client_.reports[0].status, LookupStatus::kFound);
  EXPECT_TRUE(client_.reports[0].via_cname);
}

TEST_F(ChasingRunnerTest, EightLinksAreFollowed) {
  make_chain(limits::kCnameLinksMax);
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kFound);
}

TEST_F(ChasingRunnerTest, NineLinksAreTooMany) {
  make_chain(limits::kCnameLinksMax + 1);
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kCnameChain);
}

TEST_F(ChasingRunnerTest, LinksCountTheSameInWhateverAnswersTheyCome) {
  make_chain(limits::kCnameLinksMax + 1);
  start(first_);
  for (size_t i = 0; i < 4; ++i) answer(i, true);
  answer(4, false);  // the other five links and the records, all in one
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kCnameChain);
}

TEST_F(ChasingRunnerTest, ALoopEnds) {
  world_.add("d0.test").cname = "d1.test";
  world_.add("d1.test").cname = "d0.test";
  start(first_);
  answer_all_by_links();
  ASSERT_EQ(client_.reports.size(), 1U);
  EXPECT_EQ(client_.reports[0].status, LookupStatus::kCnameChain);
  EXPECT_EQ(transport_.count(), limits::kCnameLinksMax + 1);
}

}  // namespace
}  // namespace mxbulk::asking
