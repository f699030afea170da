// Counts what this program allocates, so that the hot path can be shown to allocate nothing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "input/address_parser.h"

// The sanitizers bring an allocator of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

thread_local size_t allocations = 0;

void* counted(size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t size) {
  return counted(size);
}
void* operator new[](size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}

namespace mxbulk::input {
namespace {

size_t allocations_of(const std::vector<std::string>& cells) {
  AddressParser parser;
  for (const std::string& cell : cells) (void)parser.parse(cell);  // caches are filled first
  const size_t before = allocations;
  for (const std::string& cell : cells) (void)parser.parse(cell);
  return allocations - before;
}

TEST(AddressAllocation, TheCounterCounts) {
  const size_t before = allocations;
  const std::string text(1'000, 'x');
  EXPECT_EQ(allocations, before + 1) << text.size();
}

TEST(AddressAllocation, AsciiAddressesNeedNoAllocation) {
  EXPECT_EQ(allocations_of({"jo@example.org", "Jo.Doe+news@MAIL.Example.co.uk", "o'neil@a-b.ie",
                            "!#$%&*/=?^`{|}~@x.org", std::string(64, 'l') + "@example.org",
                            " jo@example.org ", "Jo Doe <jo@example.org>", "\"jo doe\"@example.org",
                            "jo@localhost", "no address", "jo@exa mple.org", "jo..doe@x.org",
                            "(work) 'jo@x.org',", "=\"jo@x.org\"", "a@x.org; b@y.org",
                            "jo@x.org <jo@x.org>", "\u201Cjo\uFF20x.org\u201D", "n/a"}),
            0U);
}

TEST(AddressAllocation, KnownUnicodeDomainsNeedNoAllocation) {
  EXPECT_EQ(allocations_of({"jo@b\xC3\xBC"
                            "cher.example",
                            "jo@stra\xC3\x9F"
                            "e.de",
                            "jo@\u2603.example", "jo@xn--n3h.example", "jo@\u0378.example"}),
            0U);
}

}  // namespace
}  // namespace mxbulk::input

#endif  // no sanitizer
