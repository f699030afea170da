// The answer of a good recursive resolver to one question, from a zone. Independent of src/dns, so
// that each judges the other. Pure but for the memory of faults that happen once.
//
// Threads: one server thread.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>

#include "lab/dns_server.h"
#include "lab/zone.h"

namespace mxbulk::lab {

struct Reply {
  std::string bytes;
  bool is_silent = false;    // nothing is sent
  bool closes_tcp = false;   // the connection is closed instead
  bool is_guessable = true;  // a forger may know the name; false under `invalid`
};

struct Question;

class Answerer {
 public:
  explicit Answerer(Zone zone) : zone_(std::move(zone)) {}

  // None where `query` is no question that can be answered.
  std::optional<Reply> answer(std::span<const uint8_t> query, bool over_tcp, const Weather& weather,
                              std::mt19937_64& random);

 private:
  Reply answer_to(const Question& question, std::span<const uint8_t> query, bool over_tcp,
                  const Weather& weather, std::mt19937_64& random);

  Zone zone_;
  std::set<std::string> seen_;  // names of servfail-once that have had their question
};

}  // namespace mxbulk::lab
