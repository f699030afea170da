#include "output/temporaries.h"

#include <unistd.h>
#include <climits>
#include <cstring>

#include <array>
#include <atomic>

#include "base/limits.h"

namespace mxbulk::output {
namespace {

enum class Use : int { kFree, kFilling, kFull };

struct Place {
  std::atomic<Use> use{Use::kFree};
  std::array<char, PATH_MAX> path{};
};
static_assert(std::atomic<Use>::is_always_lock_free, "read by a signal handler");

std::array<Place, limits::kTemporariesMax> places;

enum class End : int { kOpen, kEarly, kFinish };

std::atomic<End> end{End::kOpen};
static_assert(std::atomic<End>::is_always_lock_free, "claimed by a signal handler");

}  // namespace

TemporaryMark::TemporaryMark(const std::string& path) : place_(places.size()) {
  if (path.size() >= PATH_MAX) return;
  for (size_t index = 0; index < places.size(); ++index) {
    Use expected = Use::kFree;
    if (!places[index].use.compare_exchange_strong(expected, Use::kFilling)) continue;
    std::memcpy(places[index].path.data(), path.c_str(), path.size() + 1);
    places[index].use.store(Use::kFull, std::memory_order_release);
    place_ = index;
    return;
  }
}

TemporaryMark::~TemporaryMark() {
  if (place_ < places.size()) places[place_].use.store(Use::kFree, std::memory_order_release);
}

void remove_temporaries() noexcept {
  for (Place& place : places) {
    if (place.use.load(std::memory_order_acquire) == Use::kFull) ::unlink(place.path.data());
  }
}

bool claim_early_end() noexcept {
  End expected = End::kOpen;
  return end.compare_exchange_strong(expected, End::kEarly);
}

bool ends_early() noexcept {
  return end.load() == End::kEarly;
}

void claim_finish() noexcept {
  End expected = End::kOpen;
  if (end.compare_exchange_strong(expected, End::kFinish)) return;
  while (end.load() == End::kEarly) ::pause();  // the other thread is about to end the process
}

void release_finish() noexcept {
  End expected = End::kFinish;
  end.compare_exchange_strong(expected, End::kOpen);
}

}  // namespace mxbulk::output
