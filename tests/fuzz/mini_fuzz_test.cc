// Runs every fuzz target briefly, from one seed: its well-formed inputs, and mutations of them.
#include <gtest/gtest.h>

#include <ostream>
#include <random>

#include "fuzz/sound_answer.h"
#include "fuzz/target.h"

namespace mxbulk::test {

void PrintTo(const FuzzTarget& target, std::ostream* out) {
  *out << target.name;
}

namespace {

constexpr int kRounds = 30'000;
constexpr size_t kBytesMax = 1'024;

// One edit, as fuzzers make them.
void mutate(std::string& bytes, std::mt19937& random) {
  constexpr char kTelling[] = {
      0, 1, 3, 63, 64, 127, static_cast<char>(0xC0), static_cast<char>(0xFF)};
  if (bytes.empty()) bytes.push_back('\0');
  const size_t at = random() % bytes.size();
  switch (random() % 6) {
    case 0: bytes[at] = static_cast<char>(random()); break;
    case 1: bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8); break;
    case 2: bytes[at] = kTelling[random() % std::size(kTelling)]; break;
    case 3: bytes.erase(at, 1 + random() % 4); break;
    case 4: bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 24)); break;
    case 5: bytes.resize(at); break;
  }
  if (bytes.size() > kBytesMax) bytes.resize(kBytesMax);
}

std::string run(const FuzzTarget& target, const std::string& input) {
  return target.run({reinterpret_cast<const uint8_t*>(input.data()), input.size()});
}

class MiniFuzz : public testing::TestWithParam<FuzzTarget> {};

TEST_P(MiniFuzz, SeedsAreFine) {
  for (const std::string& seed : GetParam().seeds()) {
    EXPECT_EQ(run(GetParam(), seed), "") << testing::PrintToString(seed);
  }
}

TEST_P(MiniFuzz, TensOfThousandsOfMutationsAreFine) {
  std::mt19937 random(20'260'501);
  const std::vector<std::string> seeds = GetParam().seeds();
  for (int round = 0; round < kRounds; ++round) {
    std::string input = seeds[random() % seeds.size()];
    for (uint64_t edits = 1 + random() % 5; edits > 0; --edits) mutate(input, random);
    ASSERT_EQ(run(GetParam(), input), "")
        << "round " << round << ": " << testing::PrintToString(input);
  }
}

INSTANTIATE_TEST_SUITE_P(All, MiniFuzz,
                         testing::ValuesIn(fuzz_targets().begin(), fuzz_targets().end()),
                         [](const testing::TestParamInfo<FuzzTarget>& target) {
                           return std::string(target.param.name);
                         });

// The check itself can fail.
class SoundAnswer : public testing::Test {
 protected:
  std::string complaint() const { return complaint_about(*answer_, RecordType::kMx); }
  std::unique_ptr<dns::Answer> answer_ = std::make_unique<dns::Answer>();
};

TEST_F(SoundAnswer, FoundNeedsARecord) {
  answer_->status = LookupStatus::kFound;
  EXPECT_EQ(complaint(), "found, but no record");
}

TEST_F(SoundAnswer, ExchangesAreCanonical) {
  answer_->status = LookupStatus::kFound;
  const NameView name("\1A\0", 3);
  std::copy(name.begin(), name.end(), answer_->names.begin());
  answer_->names_size = name.size();
  answer_->mx_count = 1;
  answer_->mx[0] = {0, {answer_->names.data(), name.size()}};
  EXPECT_EQ(complaint(), "an exchange is not canonical");
  answer_->names[1] = 'a';
  EXPECT_EQ(complaint(), "");
  answer_->names_size = 4;
  EXPECT_EQ(complaint(), "names_size is wrong");
}

TEST_F(SoundAnswer, TruncatedIsNothingToBelieve) {
  answer_->status = LookupStatus::kNoData;
  answer_->truncated = true;
  EXPECT_EQ(complaint(), "a truncated answer is believed");
}

TEST_F(SoundAnswer, ADenialNeedsItsRcode) {
  answer_->status = LookupStatus::kNxDomain;
  EXPECT_EQ(complaint(), "NXDOMAIN, in spite of its rcode");
}

}  // namespace
}  // namespace mxbulk::test
