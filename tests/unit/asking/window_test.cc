// The automatic window compared with the best fixed one, at resolvers of several kinds, on a
// simulated clock.
#include "asking/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <random>
#include <vector>

#include "asking/upstream.h"

namespace mxbulk::asking {
namespace {

constexpr int64_t kSecondUs = 1'000'000;

struct Kind {
  int64_t latency_us = 0;     // of the way there and back
  double sigma = 0;           // of its logarithm: a long tail, the same mean
  int64_t service_us = 0;     // of one question; they are served one after the other
  size_t buffer = 1'000'000;  // questions that may wait for service; more are lost
  double loss = 0;
};

// Keeps an upstream's window full and answers as such a resolver would.
class World {
 public:
  World(const Kind& kind, uint32_t fixed_window, uint64_t seed = 1)
      : kind_(kind), upstream_(fixed_window), random_(seed) {}

  void run_until(int64_t until_us) {
    send();
    while (!events_.empty() && events_.top().at_us < until_us) {
      const Event event = events_.top();
      events_.pop();
      now_us_ = event.at_us;
      upstream_.on_completed();
      if (event.is_loss) {
        ++losses_;
        upstream_.on_recovered(now_us_, false);  // another attempt is answered
        upstream_.on_loss_confirmed();
      } else {
        ++answers_;
        upstream_.on_answer(now_us_, now_us_ - event.sent_us);
      }
      send();
    }
    now_us_ = until_us;
  }
  void become(const Kind& kind) { kind_ = kind; }
  [[nodiscard]] uint64_t answers() const { return answers_; }
  [[nodiscard]] uint64_t losses() const { return losses_; }
  [[nodiscard]] uint32_t window() const { return upstream_.window(); }

 private:
  struct Event {
    int64_t at_us;
    int64_t sent_us;
    bool is_loss;
    bool operator>(const Event& other) const { return at_us > other.at_us; }
  };

  void send() {
    while (upstream_.has_room()) {
      upstream_.on_sent();
      const int64_t answered_us = answer_time();
      const int64_t gives_up_us = now_us_ + upstream_.retransmit_us();
      const bool is_loss = answered_us < 0 || answered_us > gives_up_us;
      events_.push({is_loss ? gives_up_us : answered_us, now_us_, is_loss});
    }
  }

  // Negative: it is lost.
  int64_t answer_time() {
    if (std::uniform_real_distribution<double>(0, 1)(random_) < kind_.loss) return -1;
    double way_us = static_cast<double>(kind_.latency_us);
    if (kind_.sigma > 0) {
      way_us *= std::exp(normal_(random_) * kind_.sigma - kind_.sigma * kind_.sigma / 2);
    }
    if (kind_.service_us == 0) return now_us_ + static_cast<int64_t>(way_us);
    const auto waiting =
        static_cast<size_t>(std::max<int64_t>(0, served_until_us_ - now_us_) / kind_.service_us);
    if (waiting >= kind_.buffer) return -1;
    served_until_us_ = std::max(served_until_us_, now_us_) + kind_.service_us;
    return served_until_us_ + static_cast<int64_t>(way_us);
  }

  Kind kind_;
  Upstream upstream_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  int64_t now_us_ = kSecondUs;
  int64_t served_until_us_ = 0;
  uint64_t answers_ = 0;
  uint64_t losses_ = 0;
};

// Answers in `seconds` with the automatic window, as a share of those with the best fixed one.
double share_of_best(const Kind& kind, int64_t seconds) {
  const auto answers = [&](uint32_t window) {
    World world(kind, window);
    world.run_until((seconds + 1) * kSecondUs);
    return static_cast<double>(world.answers());
  };
  double best = 0;
  for (uint32_t window : {64U, 256U, 1'024U, 4'096U, 8'192U}) {
    best = std::max(best, answers(window));
  }
  return answers(0) / best;
}

TEST(Window, FindsNineTenthsOfTheBestOnLoopback) {
  EXPECT_GE(share_of_best({.latency_us = 100, .service_us = 8}, 3), 0.9);
}

TEST(Window, FindsNineTenthsOfTheBestAtARecursorWithAColdCache) {
  EXPECT_GE(share_of_best({.latency_us = 1'000, .sigma = 0.5, .service_us = 55}, 5), 0.9);
}

TEST(Window, FindsNineTenthsOfTheBestFarAway) {
  EXPECT_GE(share_of_best({.latency_us = 100'000, .sigma = 0.8}, 20), 0.9);
}

// A burst of questions is answered in a burst: a clock would count one burst too many or too few.
TEST(Window, FindsNineTenthsOfTheBestIfAnswersComeInBursts) {
  EXPECT_GE(share_of_best({.latency_us = 50'000, .service_us = 20}, 10), 0.9);
}

// The losses of a burst are noticed together too, between two bursts of answers: 5 % were taken
// for 100 %, the window fell, and the rate was a fifth of the best.
TEST(Window, FindsNineTenthsOfTheBestIfOneInTwentyIsLost) {
  EXPECT_GE(share_of_best({.latency_us = 50'000, .service_us = 20, .loss = 0.05}, 10), 0.9);
}

// Most of the window waits for lost questions, and answers come in bursts in between: the window
// fell again and again, down to four in flight.
TEST(Window, DoesNotCollapseAtANearResolverIfOneInThreeIsLost) {
  constexpr uint64_t kSeeds = 20;
  uint64_t answers = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    World world({.latency_us = 100, .service_us = 10, .loss = 0.3}, 0, seed);
    world.run_until(11 * kSecondUs);
    // A fall or a try for less may be in progress.
    EXPECT_GE(world.window(), limits::kWindowStart / 2) << "seed " << seed;
    answers += world.answers();
  }
  EXPECT_GE(answers, kSeeds * 20'000);  // in 10 s each, as 128 in flight would bring
}

TEST(Window, KeepsMillisecondsOfWorkAtANearResolver) {
  World world({.latency_us = 100, .service_us = 10}, 0);
  world.run_until(10 * kSecondUs);
  EXPECT_GE(world.window(), 512U);
  EXPECT_LE(world.window(), 2'048U);
}

// It grew while a recursor's cache was cold, or by chance, and never shrank again.
TEST(Window, ShrinksIfLessBringsAsMuch) {
  World world({.latency_us = 20'000, .service_us = 20}, 0);
  world.run_until(10 * kSecondUs);
  const uint32_t before = world.window();
  EXPECT_GE(before, 900U);
  world.become({.latency_us = 20'000, .service_us = 100});  // full with two hundred
  world.run_until(120 * kSecondUs);
  EXPECT_LE(world.window(), before / 2);
}

// A socket's default buffer holds some 270 small questions.
TEST(Window, FindsTheBufferSizeOfANearResolver) {
  World world({.latency_us = 100, .service_us = 10, .buffer = 270}, 0);
  world.run_until(31 * kSecondUs);
  EXPECT_LE(world.window(), 270U);
  EXPECT_GE(world.answers(), 2'800'000U);  // of 3 million
  EXPECT_LE(world.losses(), 3'000U);
}

}  // namespace
}  // namespace mxbulk::asking
