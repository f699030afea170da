// The blocks that c-ares gets: through its own functions, because there is no other access.
#include "net/cares_memory.h"

#include <ares.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace mxbulk::net {
namespace {

// A string in memory of c-ares, as long as `name` on the wire; ares_free_string() frees it.
char* allocate_name(const std::vector<uint8_t>& name) {
  char* text = nullptr;
  long size = 0;
  EXPECT_EQ(ares_expand_name(name.data(), name.data(), static_cast<int>(name.size()), &text, &size),
            ARES_SUCCESS);
  return text;
}

// One label of `length` times the letter, and the root.
std::vector<uint8_t> label(size_t length, char letter) {
  std::vector<uint8_t> wire(1 + length + 1, static_cast<uint8_t>(letter));
  wire.front() = static_cast<uint8_t>(length);
  wire.back() = 0;
  return wire;
}

// Different for neighbours in length and letter.
std::string text_of(size_t i) {
  return std::string(1 + i % 60, static_cast<char>('a' + i % 26));
}

TEST(CaresMemory, BlocksInUseDoNotOverlap) {
  ASSERT_TRUE(use_cares_memory());
  for (int round = 0; round < 3; ++round) {  // from the second on, of kept blocks
    std::vector<char*> texts;
    for (size_t i = 0; i < 600; ++i) {
      texts.push_back(allocate_name(label(text_of(i).size(), text_of(i).front())));
    }
    for (size_t i = 0; i < 600; ++i) {
      EXPECT_EQ(texts[i], text_of(i));
      ares_free_string(texts[i]);
    }
  }
}

TEST(CaresMemory, AThreadMayFreeWhatAnotherAllocated) {
  ASSERT_TRUE(use_cares_memory());
  std::vector<char*> texts;
  std::thread allocates([&] {
    for (int i = 0; i < 1'000; ++i) texts.push_back(allocate_name(label(20, 'x')));
  });
  allocates.join();
  for (char* const text : texts) {
    EXPECT_STREQ(text, "xxxxxxxxxxxxxxxxxxxx");
    ares_free_string(text);
  }
}

TEST(CaresMemory, ManyChannelsComeAndGo) {
  ASSERT_TRUE(use_cares_memory());
  for (int i = 0; i < 20; ++i) {  // larger blocks too, and grown ones
    ares_channel channel = nullptr;
    ares_options options{};
    ASSERT_EQ(ares_init_options(&channel, &options, 0), ARES_SUCCESS);
    ares_destroy(channel);
  }
}

}  // namespace
}  // namespace mxbulk::net
