// How the built-in DNS server misbehaves in a test: faults of every answer, whatever its zone says.
//
//   auto server = lab::DnsServer::start(zone, play({.truncate_udp = true}));
//   server->set_answer_hook(play({.rcode = 2}));
//
// Threads: the hook is called on the server's thread. Ownership: the hook owns all it uses.
#pragma once

#include <cstdint>

#include "lab/dns_server.h"

namespace mxbulk::test {

struct FaultProfile {
  uint32_t delay_ms = 0;
  uint32_t jitter_ms = 0;     // 0..jitter_ms more, drawn for each answer
  double loss = 0.0;          // share of questions that are never answered
  int rcode = -1;             // 0..15: for every question
  bool truncate_udp = false;  // every UDP answer is empty with TC set
  bool drop_tcp = false;      // TCP connections are closed at once
  bool garbage = false;       // random octets after the right ID and question
  // Before each answer over UDP: from a wrong port, wrong ID, wrong question, letters in another
  // case. Not under `invalid`: a forger cannot guess a random name.
  bool forge = false;
  bool answers_all = false;  // every name has an address; only the root has other records
  bool denies_all = false;   // no name exists, not even the root
  bool folds_case = false;   // the question comes back in lower case
  uint64_t seed = 1;         // of loss, jitter and garbage
};

[[nodiscard]] lab::AnswerHook play(const FaultProfile& profile);

}  // namespace mxbulk::test
