#include "base/linked_list.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace mxbulk {
namespace {

struct Job : ListLink {
  int number = 0;
};

class LinkedListTest : public testing::Test {
 protected:
  LinkedListTest() {
    for (int i = 0; i < 4; ++i) {
      all_[static_cast<size_t>(i)].number = i;
      list_.push_back(all_[static_cast<size_t>(i)]);
    }
  }
  [[nodiscard]] std::vector<int> numbers() const {
    std::vector<int> found;
    list_.for_each([&](const Job& job) { found.push_back(job.number); });
    return found;
  }

  std::array<Job, 4> all_;
  LinkedList<Job> list_;
};

TEST_F(LinkedListTest, KeepsTheOrder) {
  EXPECT_EQ(numbers(), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(list_.size(), 4U);
}

TEST_F(LinkedListTest, AnElementLeavesFromAnyPlace) {
  list_.remove(all_[1]);
  EXPECT_EQ(numbers(), (std::vector<int>{0, 2, 3}));
  list_.remove(all_[0]);
  EXPECT_EQ(numbers(), (std::vector<int>{2, 3}));
  list_.remove(all_[3]);
  EXPECT_EQ(numbers(), (std::vector<int>{2}));
  list_.remove(all_[2]);
  EXPECT_TRUE(list_.empty());
}

TEST_F(LinkedListTest, AnElementComesBackAtTheEnd) {
  Job& first = list_.pop_front();
  EXPECT_EQ(first.number, 0);
  list_.push_back(first);
  EXPECT_EQ(numbers(), (std::vector<int>{1, 2, 3, 0}));
}

TEST_F(LinkedListTest, AVisitorMayRemoveWhatItVisits) {
  list_.for_each([&](Job& job) {
    if (job.number % 2 == 0) list_.remove(job);
  });
  EXPECT_EQ(numbers(), (std::vector<int>{1, 3}));
}

}  // namespace
}  // namespace mxbulk
