#include "output/temporaries.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "base/thread.h"

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

struct Waiting {
  sem_t wanted{};
  std::atomic<bool> exists{false};
  std::atomic<bool> is_over{false};  // it will not be wanted any more
  std::atomic<void (*)(int)> end{nullptr};
  std::atomic<int> exit_code{0};
};

Waiting last_work;

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

Result<std::unique_ptr<LastWork>> LastWork::prepare(std::function<void()> work) {
  std::unique_ptr<LastWork> last(new LastWork(std::move(work)));
  ::sem_init(&last_work.wanted, 0, 0);
  last_work.is_over.store(false);
  const Status status = start_thread(last->thread_, [work = last.get()] {
    pthread_setname_np(pthread_self(), "mxbulk-end");  // as top -H and perf show it
    while (::sem_wait(&last_work.wanted) != 0) {       // interrupted by a signal
    }
    if (last_work.is_over.load()) return;
    work->work_();
    last_work.end.load()(last_work.exit_code.load());
  });
  if (!status.ok()) return status;
  last_work.exists.store(true);
  return last;
}

LastWork::~LastWork() {
  last_work.exists.store(false);
  if (!thread_.joinable()) return;
  if (!ends_early()) last_work.is_over.store(true);
  ::sem_post(&last_work.wanted);
  thread_.join();
}

bool begin_last_work(void (*end)(int), int exit_code) noexcept {
  if (!last_work.exists.load()) return false;
  last_work.end.store(end);
  last_work.exit_code.store(exit_code);
  ::sem_post(&last_work.wanted);
  return true;
}

}  // namespace mxbulk::output
