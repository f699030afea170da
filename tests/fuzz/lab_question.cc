// Any bytes as a question to the built-in server: it sends nothing, or answers with a message
// that fits.
//
//   octet 0    bit 0: TCP; bits 1 to 3: faults of the answer
//   the rest   the question
#include <algorithm>
#include <utility>

#include "fuzz/targets.h"
#include "lab/answer.h"
#include "support/fault_profile.h"

namespace mxbulk::test {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kUdpBytesMax = 65'535;

FaultProfile faults_of(uint8_t choice) {
  FaultProfile faults;
  faults.truncate_udp = (choice & 2) != 0;
  faults.drop_tcp = (choice & 4) != 0;
  if ((choice & 8) != 0) faults.rcode = 2;
  return faults;
}

std::string run(std::span<const uint8_t> bytes) {
  static lab::Answerer answerer(lab::Zone::parse(lab::builtin_zone_text()).value());
  FuzzInput input(bytes);
  const uint8_t choice = input.octet();
  const std::vector<uint8_t> question(input.rest().begin(), input.rest().end());
  const bool over_tcp = (choice & 1) != 0;
  auto reply = answerer.answer(question, over_tcp);
  if (!reply) return {};
  lab::Exchange exchange{.query = question, .over_tcp = over_tcp};
  if (!reply->bytes.empty()) exchange.messages.push_back(std::move(reply->bytes));
  play(faults_of(choice))(exchange);
  if (exchange.messages.empty()) return {};
  const std::string& answer = exchange.messages[0];
  if (question.size() < kHeaderBytes || answer.size() < kHeaderBytes) return "too short to be DNS";
  if (answer.size() > kUdpBytesMax) return "too long to be DNS";
  if (!std::equal(answer.begin(), answer.begin() + 2, question.begin(),
                  [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; })) {
    return "another ID";
  }
  return (answer[2] & 0x80) != 0 ? "" : "no answer, but a question";
}

std::vector<std::string> seeds() {
  const std::string header("\0\x12\x34\1\0\0\1\0\0\0\0\0\0", 13);
  const std::string with_opt("\0\x12\x34\1\0\0\1\0\0\0\0\0\1", 13);
  const std::string name("\4null\7example\0\0\17\0\1", 18);
  const std::string opt("\0\0\51\4\320\0\0\0\0\0\0", 11);
  return {header + name,
          with_opt + name + opt,
          "\2" + header.substr(1) + name,
          "\5" + header.substr(1) + name,
          "\10" + header.substr(1) + name,
          header + std::string("\3alias\7example\0\0\1\0\1", 19)};
}

}  // namespace

const FuzzTarget kLabQuestionTarget = {"lab_question", run, seeds};

}  // namespace mxbulk::test
