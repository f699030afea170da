#include "lab/answer.h"

#include <algorithm>
#include <string_view>

namespace mxbulk::lab {

struct Question {
  std::string name;  // canonical
  uint16_t type = 0;
  size_t end = 0;  // in the query
  bool has_edns = false;
  size_t payload = 512;  // RFC 1035 §4.2.1
};

namespace {

constexpr size_t kHeaderBytes = 12;
constexpr uint16_t kTypeOpt = 41;
constexpr uint16_t kTypeCname = static_cast<uint16_t>(RecordType::kCname);
constexpr uint8_t kFormerr = 1;
constexpr uint8_t kServfail = 2;
constexpr uint8_t kNxdomain = 3;
constexpr uint8_t kRefused = 5;
constexpr size_t kLinksMax = 32;  // of one chain: more than the client follows
constexpr uint16_t kExtendedErrorBlocked = 15;

uint16_t u16(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put_u16(std::string& out, size_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

std::optional<Question> read_question(std::span<const uint8_t> query) {
  if (query.size() < kHeaderBytes + 5 || (query[2] & 0x80) != 0 || u16(query, 4) != 1) {
    return std::nullopt;
  }
  Question question;
  size_t at = kHeaderBytes;
  while (true) {
    if (at >= query.size() || query[at] > limits::kLabelOctetsMax) return std::nullopt;
    const size_t length = query[at];
    if (at + 1 + length > query.size()) return std::nullopt;
    question.name.push_back(static_cast<char>(length));
    for (size_t i = 1; i <= length; ++i) {
      question.name.push_back(static_cast<char>(ascii_lower(query[at + i])));
    }
    at += 1 + length;
    if (length == 0) break;
  }
  if (at + 4 > query.size() || question.name.size() > limits::kNameWireOctetsMax) {
    return std::nullopt;
  }
  question.type = u16(query, at);
  question.end = at + 4;
  const bool has_additional = u16(query, 10) > 0 && question.end + 11 <= query.size();
  if (has_additional && u16(query, question.end + 1) == kTypeOpt) {
    question.has_edns = true;
    question.payload = std::max<size_t>(512, u16(query, question.end + 3));
  }
  return question;
}

// One message under construction. Owners are compressed to the question or written in full.
class Message {
 public:
  Message(std::span<const uint8_t> query, const Question& question)
      : question_(question),
        bytes_(query.begin(), query.begin() + static_cast<ptrdiff_t>(question.end)) {
    bytes_[2] = static_cast<char>(0x80 | (query[2] & 0x01));  // QR, RD as asked
    bytes_[3] = static_cast<char>(0x80);                      // RA
    std::fill(bytes_.begin() + 6, bytes_.begin() + kHeaderBytes, '\0');
  }
  void set_rcode(uint8_t rcode) { bytes_[3] = static_cast<char>(0x80 | rcode); }
  void set_truncated() { bytes_[2] = static_cast<char>(bytes_[2] | 0x02); }
  void set_answer_count(uint16_t count) { set_count(6, count); }

  void add_answer(std::string_view owner, const Record& record) {
    add(owner, record);
    set_count(6, ++answers_);
  }
  void add_authority(const Record& soa) {
    add(std::string_view("\0", 1), soa);
    set_count(8, 1);
  }
  void add_opt(std::optional<uint16_t> extended_error) {
    if (!question_.has_edns) return;
    bytes_.push_back('\0');
    put_u16(bytes_, kTypeOpt);
    put_u16(bytes_, limits::kEdnsPayloadBytes);
    bytes_.append(4, '\0');
    put_u16(bytes_, extended_error ? 6 : 0);
    if (extended_error) {
      put_u16(bytes_, 15);
      put_u16(bytes_, 2);
      put_u16(bytes_, *extended_error);
    }
    set_count(10, 1);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }
  [[nodiscard]] size_t size() const { return bytes_.size(); }

 private:
  void add(std::string_view owner, const Record& record) {
    if (owner == question_.name)
      put_u16(bytes_, 0xC000U | kHeaderBytes);
    else
      bytes_ += owner;
    put_u16(bytes_, record.type);
    put_u16(bytes_, 1);
    put_u16(bytes_, record.ttl_s >> 16);
    put_u16(bytes_, record.ttl_s & 0xFFFF);
    put_u16(bytes_, record.rdata.size());
    bytes_ += record.rdata;
  }
  void set_count(size_t at, uint16_t count) {
    bytes_[at] = static_cast<char>(count >> 8);
    bytes_[at + 1] = static_cast<char>(count);
  }

  const Question& question_;
  std::string bytes_;
  uint16_t answers_ = 0;
};

const Record* find_type(const std::vector<Record>& records, uint16_t type) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [type](const Record& r) { return r.type == type; });
  return found == records.end() ? nullptr : &*found;
}

// Follows CNAMEs within the zone (RFC 1034 §4.3.2).
void fill_from_zone(const Zone& zone, const Question& question, Message& message) {
  std::string name = question.name;
  for (size_t links = 0; links <= kLinksMax; ++links) {
    const std::vector<Record>* records = zone.find(name);
    if (records == nullptr) {
      message.set_rcode(kNxdomain);
      break;
    }
    const Record* cname = find_type(*records, kTypeCname);
    if (cname == nullptr || question.type == kTypeCname) {
      bool found = false;
      for (const Record& record : *records) {
        if (record.type != question.type) continue;
        message.add_answer(name, record);
        found = true;
      }
      if (found) return;
      break;
    }
    message.add_answer(name, *cname);
    name = cname->rdata;
  }
  if (const Record* soa = zone.soa()) message.add_authority(*soa);
}

std::string refusal(std::span<const uint8_t> query, const Question& question, uint8_t rcode,
                    std::optional<uint16_t> extended_error = std::nullopt) {
  Message message(query, question);
  message.set_rcode(rcode);
  message.add_opt(extended_error);
  return message.take();
}

std::string garbage(std::span<const uint8_t> query, const Question& question,
                    std::mt19937_64& random) {
  std::string bytes(query.begin(), query.begin() + static_cast<ptrdiff_t>(question.end));
  bytes[2] = static_cast<char>(0x80);
  bytes[7] = 9;  // answers announced; what follows is noise
  for (int i = 0; i < 40; ++i) bytes.push_back(static_cast<char>(random() | 0x40));
  return bytes;
}

std::string truncated(std::span<const uint8_t> query, const Question& question) {
  Message message(query, question);
  message.set_truncated();
  message.add_opt(std::nullopt);
  return message.take();
}

std::string whole_answer(const Zone& zone, std::span<const uint8_t> query, const Question& question,
                         bool over_tcp) {
  Message message(query, question);
  fill_from_zone(zone, question, message);
  message.add_opt(std::nullopt);
  const size_t room = over_tcp ? limits::kDnsMessageBytesMax : question.payload;
  return message.size() <= room ? message.take() : truncated(query, question);
}

}  // namespace

std::optional<Reply> Answerer::answer(std::span<const uint8_t> query, bool over_tcp) {
  const std::optional<Question> asked = read_question(query);
  if (!asked) return std::nullopt;
  return answer_to(*asked, query, over_tcp);
}

Reply Answerer::answer_to(const Question& question, std::span<const uint8_t> query, bool over_tcp) {
  const Fault* fault = zone_.fault_of(question.name, question.type);
  if (fault == nullptr) return Reply{whole_answer(zone_, query, question, over_tcp)};
  switch (fault->kind) {
    case FaultKind::kServfail: return Reply{refusal(query, question, kServfail)};
    case FaultKind::kServfailOnce:
      if (seen_.insert(question.name).second) return Reply{refusal(query, question, kServfail)};
      break;
    case FaultKind::kRefused: return Reply{refusal(query, question, kRefused)};
    case FaultKind::kFormerr: return Reply{refusal(query, question, kFormerr)};
    case FaultKind::kTimeout: return Reply{};
    case FaultKind::kTruncate:
      if (!over_tcp) return Reply{truncated(query, question)};
      break;
    case FaultKind::kTruncateDead:
      return over_tcp ? Reply{{}, true} : Reply{truncated(query, question)};
    case FaultKind::kGarbage: return Reply{garbage(query, question, random_)};
    case FaultKind::kBadCount: {
      Message message(query, question);
      fill_from_zone(zone_, question, message);
      message.set_answer_count(7);
      return Reply{message.take()};
    }
    case FaultKind::kFiltered:
      return Reply{refusal(query, question, kServfail, kExtendedErrorBlocked)};
  }
  return Reply{whole_answer(zone_, query, question, over_tcp)};
}

}  // namespace mxbulk::lab
