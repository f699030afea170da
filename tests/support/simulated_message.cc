#include "support/simulated_message.h"

namespace mxbulk::test {
namespace {

constexpr uint16_t kTypeNs = 2;
constexpr uint16_t kTypeCname = 5;
constexpr uint16_t kTypeSoa = 6;
constexpr uint8_t kFormerr = 1;
constexpr uint8_t kServfail = 2;
constexpr uint8_t kNxdomain = 3;
constexpr uint8_t kRefused = 5;
constexpr size_t kPayloadWithEdns = 1'232;
constexpr size_t kPayloadWithout = 512;  // RFC 1035 §4.2.1
constexpr int kLinksMax = 16;            // of one chain: more than the client follows

std::string u16(size_t value) {
  return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
}
std::string u32(uint32_t value) {
  return u16(value >> 16) + u16(value & 0xFFFF);
}

std::string wire_of(const std::string& name) {
  std::string wire;
  if (name == ".") return std::string(1, '\0');
  for (size_t at = 0; at <= name.size();) {
    const size_t dot = std::min(name.find('.', at), name.size());
    wire.push_back(static_cast<char>(dot - at));
    wire.append(name, at, dot - at);
    at = dot + 1;
  }
  return wire + '\0';
}

class MessageMaker {
 public:
  explicit MessageMaker(const SimulatedQuestion& question) : question_(question) {}

  void add_answer(const std::string& owner, uint16_t type, uint32_t ttl_s,
                  const std::string& rdata) {
    answers_ += record(owner, type, ttl_s, rdata);
    ++answer_count_;
  }
  void add_authority(uint16_t type) {
    const std::string mname(1, '\0');
    const bool is_soa = type == kTypeSoa;
    const std::string numbers = u32(1) + u32(2) + u32(3) + u32(4) + u32(900);
    authority_ += record(".", type, 900, is_soa ? mname + mname + numbers : wire_of("ns.test"));
    ++authority_count_;
  }
  void set_extended_error(uint16_t code) { options_ = u16(15) + u16(2) + u16(code); }

  [[nodiscard]] std::string bytes(uint8_t rcode, bool truncated = false) const {
    const auto flags = static_cast<size_t>(0x8180 | (truncated ? 0x0200 : 0) | rcode);
    std::string out = u16(0) + u16(flags) + u16(1) + u16(answer_count_) + u16(authority_count_) +
                      u16(question_.edns ? 1 : 0);
    out += question_.wire_name;
    out += u16(static_cast<size_t>(question_.type)) + u16(1) + answers_ + authority_;
    if (question_.edns) {
      out += '\0' + u16(41) + u16(1'232) + u32(0) + u16(options_.size()) + options_;
    }
    return out;
  }

 private:
  [[nodiscard]] std::string record(const std::string& owner, uint16_t type, uint32_t ttl_s,
                                   const std::string& rdata) const {
    const std::string wire = wire_of(owner);
    const std::string name = wire == question_.wire_name ? u16(0xC00C) : wire;
    return name + u16(type) + u16(1) + u32(ttl_s) + u16(rdata.size()) + rdata;
  }

  const SimulatedQuestion& question_;
  std::string answers_;
  std::string authority_;
  std::string options_;
  size_t answer_count_ = 0;
  size_t authority_count_ = 0;
};

void add_records(const std::string& owner, RecordType type, const RecordSet& set,
                 MessageMaker& message) {
  const auto number = static_cast<uint16_t>(type);
  for (const SimulatedMx& mx : set.mx) {
    message.add_answer(owner, number, set.ttl_s, u16(mx.preference) + wire_of(mx.exchange));
  }
  for (const SimulatedAddress& address : set.addresses) {
    message.add_answer(owner, number, set.ttl_s, address.octets);
  }
  if (set.has_malformed) message.add_answer(owner, number, set.ttl_s, u16(7));
}

SimulatedAnswer negative(MessageMaker& message, const ResolverHabits& habits, uint8_t rcode) {
  if (!habits.soa_missing) message.add_authority(kTypeSoa);
  return {message.bytes(rcode), true, false};
}

SimulatedAnswer answer_from_set(const SimulatedQuestion& question, const std::string& owner,
                                const RecordSet& set, const ResolverHabits& habits,
                                MessageMaker& message) {
  switch (set.fate) {
    case Fate::kData: {
      add_records(owner, question.type, set, message);
      const bool is_broken = set.mx.empty() && set.addresses.empty();
      return {message.bytes(0), !is_broken, is_broken};
    }
    case Fate::kNoData: return negative(message, habits, 0);
    case Fate::kNxDomain: return negative(message, habits, kNxdomain);
    case Fate::kServfail: return {bare_answer(question, kServfail), false, true};
    case Fate::kRefused: return {bare_answer(question, kRefused), false, true};
    case Fate::kReferral: {
      MessageMaker referral(question);
      referral.add_authority(kTypeNs);
      return {referral.bytes(0), false, true};
    }
    case Fate::kUnresponsive: return {{}, false, true};
    case Fate::kGarbage: return {garbage_answer(question), false, true};
    case Fate::kFiltered: {
      MessageMaker blocked(question);
      if (question.edns) blocked.set_extended_error(15);
      return {blocked.bytes(question.edns ? kNxdomain : kServfail), false, true};
    }
  }
  return {};
}

SimulatedAnswer whole_answer(const World& world, const SimulatedQuestion& question,
                             const ResolverHabits& habits) {
  MessageMaker message(question);
  std::string name = plain_text(question.wire_name);
  for (int links = 0; links < kLinksMax; ++links) {
    const Node* const node = world.find(name);
    if (node == nullptr) return negative(message, habits, kNxdomain);
    if (node->cname.empty()) {
      return answer_from_set(question, name, node->set(question.type), habits, message);
    }
    message.add_answer(name, kTypeCname, node->cname_ttl_s, wire_of(node->cname));
    if (habits.one_link) return {message.bytes(0), true, false};
    name = node->cname;
  }
  return {message.bytes(0), false, true};
}

}  // namespace

std::string bare_answer(const SimulatedQuestion& question, uint8_t rcode) {
  return MessageMaker(question).bytes(rcode);
}

std::string address_for_all(const SimulatedQuestion& question) {
  MessageMaker message(question);
  const bool is_v4 = question.type == RecordType::kA;
  const std::string octets =
      is_v4 ? std::string("\x50\x51\x01\x01") : "\x2a\x02" + std::string(13, '\0') + '\x01';
  if (is_v4 || question.type == RecordType::kAaaa) {
    message.add_answer(plain_text(question.wire_name), static_cast<uint16_t>(question.type), 300,
                       octets);
  }
  return message.bytes(0);
}

std::string rewritten_answer(const World& world, const SimulatedQuestion& question,
                             const ResolverHabits& habits, RecordType type) {
  const bool is_spared = plain_text(question.wire_name).ends_with(".invalid");
  if (is_spared || question.type == RecordType::kSoa) return {};
  const std::string bytes = answer_of(world, question, habits).bytes;
  const bool is_denial = bytes.size() > 3 && (bytes[3] & 0x0F) == kNxdomain;
  if (!is_denial) return {};
  return question.type == type ? address_for_all(question) : MessageMaker(question).bytes(0);
}

std::string truncated_answer(const SimulatedQuestion& question) {
  return MessageMaker(question).bytes(0, true);
}

std::string garbage_answer(const SimulatedQuestion& question) {
  std::string bytes = MessageMaker(question).bytes(0);
  bytes[7] = 9;  // answers that are not there
  return bytes;
}

SimulatedAnswer answer_of(const World& world, const SimulatedQuestion& question,
                          const ResolverHabits& habits) {
  if (question.edns && habits.drops_edns) return {};
  if (habits.drops_invalid && plain_text(question.wire_name).ends_with(".invalid")) return {};
  if (question.edns && habits.rejects_edns) return {bare_answer(question, kFormerr)};
  if (question.type == RecordType::kSoa) {
    MessageMaker message(question);
    message.add_answer(".", kTypeSoa, 86'400, std::string(22, '\0'));
    return {message.bytes(0), true, false};
  }
  SimulatedAnswer answer = whole_answer(world, question, habits);
  const size_t payload = question.edns ? kPayloadWithEdns : kPayloadWithout;
  if (!question.over_tcp && answer.bytes.size() > payload) {
    return {truncated_answer(question), false, false};
  }
  return answer;
}

}  // namespace mxbulk::test
