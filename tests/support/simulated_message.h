// DNS answers of the simulated resolvers, byte by byte, from a World. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/record_type.h"
#include "support/simulated_world.h"

namespace mxbulk::test {

// Habits of one resolver that are not faults.
struct ResolverHabits {
  bool one_link = false;       // gives the first CNAME and leaves the rest to the client
  bool soa_missing = false;    // in negative answers
  bool rejects_edns = false;   // FORMERR to every query with OPT
  bool drops_edns = false;     // gives no answer to queries with OPT
  bool folds_case = false;     // the letters of a question come back in lower case
  bool drops_invalid = false;  // gives no answer to names under `invalid`
};

struct SimulatedAnswer {
  std::string bytes;          // empty: no answer
  bool is_final = false;      // a whole answer that says something about the name
  bool is_temporary = false;  // SERVFAIL and the like, but not a rejection of OPT
};

struct SimulatedQuestion {
  std::string_view wire_name;
  RecordType type = RecordType::kMx;
  bool edns = true;
  bool over_tcp = false;
};

[[nodiscard]] SimulatedAnswer answer_of(const World& world, const SimulatedQuestion& question,
                                        const ResolverHabits& habits);
// Header and question with that rcode, no records.
[[nodiscard]] std::string bare_answer(const SimulatedQuestion& question, uint8_t rcode);
// A public address, whatever the name; nothing of any other type.
[[nodiscard]] std::string address_for_all(const SimulatedQuestion& question);
// Of a resolver that has an address for names that do not exist, except those under `invalid`, and
// NODATA for other types. Empty if the name exists.
[[nodiscard]] std::string rewritten_answer(const World& world, const SimulatedQuestion& question,
                                           const ResolverHabits& habits, RecordType type);
[[nodiscard]] std::string truncated_answer(const SimulatedQuestion& question);
// The right header and question, and an answer section that ends too soon.
[[nodiscard]] std::string garbage_answer(const SimulatedQuestion& question);

}  // namespace mxbulk::test
