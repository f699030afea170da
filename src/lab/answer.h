// The answer of a good recursive resolver to one question, from a zone. It uses no code of src/dns,
// so that each tests the other. Pure, except for its memory of faults that happen once, and its
// noise.
//
// Threads: one server thread.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "lab/zone.h"

namespace mxbulk::lab {

struct Reply {
  std::string bytes;        // empty: nothing is sent
  bool closes_tcp = false;  // the connection is closed instead
};

struct Question;

class Answerer {
 public:
  explicit Answerer(Zone zone) : zone_(std::move(zone)) {}

  // None if `query` is not a question that can be answered.
  std::optional<Reply> answer(std::span<const uint8_t> query, bool over_tcp);

 private:
  Reply answer_to(const Question& question, std::span<const uint8_t> query, bool over_tcp);

  Zone zone_;
  std::set<std::string> seen_;  // names of servfail-once that were asked for
  std::mt19937_64 random_;
};

}  // namespace mxbulk::lab
