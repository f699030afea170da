#include "dns/message.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "dns/wire.h"

namespace mxbulk::dns {
namespace {

constexpr uint16_t kClassIn = 1;
constexpr uint16_t kTypeNs = 2;
constexpr uint16_t kTypeDname = 39;
constexpr uint16_t kTypeOpt = 41;
constexpr size_t kSoaNumbersBytes = 20;        // RFC 1035 §3.3.13
constexpr uint16_t kOptionExtendedError = 15;  // RFC 8914 §2
constexpr uint32_t kNoTtl = std::numeric_limits<uint32_t>::max();

// RFC 1035 §4.1.1, RFC 2136 §2.2
constexpr uint16_t kNoError = 0;
constexpr uint16_t kServfail = 2;
constexpr uint16_t kNxDomain = 3;
constexpr uint16_t kNotImp = 4;
constexpr uint16_t kRefused = 5;
constexpr uint16_t kNotAuth = 9;

void put_u16(uint8_t* out, uint16_t value) {
  out[0] = static_cast<uint8_t>(value >> 8);
  out[1] = static_cast<uint8_t>(value);
}

// RFC 8914 §4.5, §4.16-4.19: forged, blocked, censored, filtered, prohibited.
bool is_policy_error(uint16_t info_code) {
  return info_code == 4 || (info_code >= 15 && info_code <= 18);
}

// One pass over one message. The members hold what the sections said.
class AnswerReader {
 public:
  AnswerReader(std::span<const uint8_t> message, NameView name, RecordType type, Answer& answer)
      : wire_(message, kHeaderBytes),
        type_(type),
        current_(DomainName::from_view(name)),
        answer_(answer) {}

  void read() {
    if (!read_header_and_question()) return;
    if (answer_.truncated) return;
    if (!read_sections() || !follow_cnames() || (!endless_ && !collect_records())) {
      answer_.status = LookupStatus::kMalformed;
      return;
    }
    // Records may be missing: only one that is usable decides anything.
    if (found_any_ && has_octets_left_) answer_.cut = true;
    answer_.status = status();
    answer_.ttl_s = ttl();
    if (refuses_mail() && is_partly_unreadable()) {
      answer_.status = LookupStatus::kMalformed;
      answer_.chase.reset();
    }
  }

 private:
  bool read_header_and_question() {
    if (wire_.size() < kHeaderBytes) return false;
    const uint16_t flags = wire_.u16(2);
    const bool is_response = (flags & 0x8000) != 0;
    const bool is_standard_query = (flags & 0x7800) == 0;
    if (!is_response || !is_standard_query) return false;
    answer_.rcode = flags & 0x000F;
    answer_.truncated = (flags & 0x0200) != 0;
    is_authoritative_ = (flags & 0x0400) != 0;
    offers_recursion_ = (flags & 0x0080) != 0;
    at_ = kHeaderBytes;
    const uint16_t questions = wire_.u16(4);
    // A refusal may leave the question out; an answer about a name must have it.
    if (questions == 0) return answer_.rcode != kNoError && answer_.rcode != kNxDomain;
    DomainName asked;
    const std::optional<size_t> end = wire_.skip_name(at_);
    if (questions != 1 || !end || *end + 4 > wire_.size() || !wire_.read_name(at_, asked)) {
      return false;
    }
    if (asked.view() != current_.view() || wire_.u16(*end) != static_cast<uint16_t>(type_) ||
        wire_.u16(*end + 2) != kClassIn) {
      return false;
    }
    at_ = *end + 4;
    return true;
  }

  // Finds the sections, and reads authority and additional. False: they do not fit the message, or
  // a name of the answer section cannot be followed.
  bool read_sections() {
    answers_at_ = at_;
    RawRecord record;
    for (uint16_t i = 0; i < wire_.u16(6); ++i) {
      if (!wire_.next_record(at_, record)) return false;
      if (!has_readable_owner(record)) return false;
      if (!is_read_later(record) && !data_names_end(record)) return false;
      has_cname_ |= record.type == static_cast<uint16_t>(RecordType::kCname);
    }
    for (uint16_t i = 0; i < wire_.u16(8); ++i) {
      if (!wire_.next_record(at_, record)) return false;
      const std::optional<size_t> names_end = data_names_end(record);
      is_damaged_ |= !has_readable_owner(record) || !names_end;
      has_referral_ |= record.type == kTypeNs;
      if (record.type == static_cast<uint16_t>(RecordType::kSoa) && names_end) {
        read_soa(record, *names_end);
      }
    }
    for (uint16_t i = 0; i < wire_.u16(10); ++i) {
      if (!wire_.next_record(at_, record)) return false;
      if (record.type == kTypeOpt) read_opt(record);
    }
    // The counts may be too small: then the last octets are records that belong to the answer.
    has_octets_left_ = at_ != wire_.size();
    return true;
  }

  // A record whose owner cannot be read may belong to the question. To skip it as another name's
  // would turn a damaged answer into a denial.
  [[nodiscard]] bool has_readable_owner(const RawRecord& record) const {
    return points_at_question(record) || wire_.has_name(record.owner_at);
  }

  // collect_records() reads the names in its data.
  [[nodiscard]] bool is_read_later(const RawRecord& record) const {
    return record.type == static_cast<uint16_t>(type_) &&
           (type_ == RecordType::kMx || type_ == RecordType::kPtr);
  }

  // The offset in the data of `record` after the names that its type has there. None: one of them
  // cannot be followed, or leaves the data. Nothing after it can be trusted either, because where
  // the next record begins is a guess. Data that is too short or too long is left to those that
  // read it.
  [[nodiscard]] std::optional<size_t> data_names_end(const RawRecord& record) const {
    switch (record.type) {
      case static_cast<uint16_t>(RecordType::kMx): return data_name_end(record, 2);
      case static_cast<uint16_t>(RecordType::kCname):
      case static_cast<uint16_t>(RecordType::kPtr):
      case kTypeNs:
      case kTypeDname: return data_name_end(record, 0);
      case static_cast<uint16_t>(RecordType::kSoa): {
        const std::optional<size_t> primary_end = data_name_end(record, 0);
        return primary_end ? data_name_end(record, *primary_end) : std::nullopt;
      }
      default: return 0;
    }
  }

  // The offset in the data of `record` after the name at `begin`; `begin` if the data ends before.
  // None: the name cannot be followed.
  [[nodiscard]] std::optional<size_t> data_name_end(const RawRecord& record, size_t begin) const {
    if (begin >= record.data_size) return begin;
    const std::optional<size_t> end = wire_.skip_name(record.data_at + begin);
    if (!end || *end > record.data_at + record.data_size) return std::nullopt;
    if (!wire_.has_name(record.data_at + begin)) return std::nullopt;
    return *end - record.data_at;
  }

  // Nearly all owners are pointers to the question.
  [[nodiscard]] bool points_at_question(const RawRecord& record) const {
    return wire_.u16(record.owner_at) == (0xC000U | kHeaderBytes);
  }

  // RFC 2308 §5: the smaller of the SOA's TTL and its MINIMUM, the last of its numbers.
  void read_soa(const RawRecord& record, size_t numbers_at) {
    has_soa_ = true;
    if (numbers_at + kSoaNumbersBytes != record.data_size) {
      is_damaged_ = true;
      return;
    }
    const uint32_t minimum = wire_.u32(record.data_at + record.data_size - 4);
    negative_ttl_s_ = std::min(record.ttl_s, minimum);
  }

  void read_opt(const RawRecord& record) {
    // RFC 6891 §6.1.1: one OPT, and its owner is the root.
    is_damaged_ |= answer_.has_edns || wire_.bytes(record.owner_at, 1)[0] != 0;
    answer_.has_edns = true;
    const std::span<const uint8_t> fixed = wire_.bytes(record.data_at - 6, 1);
    answer_.rcode = static_cast<uint16_t>(answer_.rcode | fixed[0] << 4);
    size_t at = record.data_at;
    const size_t end = record.data_at + record.data_size;
    while (at + 4 <= end) {
      const uint16_t code = wire_.u16(at);
      const size_t size = wire_.u16(at + 2);
      if (at + 4 + size > end) break;
      if (code == kOptionExtendedError && size >= 2 && is_policy_error(wire_.u16(at + 4))) {
        is_filtered_ = true;
      }
      at += 4 + size;
    }
    // The rest may have been the extended error that says: not the zone's data.
    if (at != end) is_damaged_ = true;
  }

  // Follows the chain from `current_`, whatever the order of its links. False: a broken link.
  bool follow_cnames() {
    if (!has_cname_ || type_ == RecordType::kCname) return true;
    while (true) {
      RawRecord link;
      if (!find(static_cast<uint16_t>(RecordType::kCname), link)) return true;
      if (answer_.cname_links == limits::kCnameLinksMax) {
        endless_ = leads_back() ? LookupStatus::kCnameLoop : LookupStatus::kCnameChain;
        return true;
      }
      if (wire_.skip_name(link.data_at) != link.data_at + link.data_size) return false;
      if (!wire_.read_name(link.data_at, current_)) return false;
      answer_.via_cname = true;
      ++answer_.cname_links;
      ttl_s_ = std::min(ttl_s_, link.ttl_s);
    }
  }

  // True if the chain comes back to `current_`. A ring of more links than are followed is a chain
  // that is too long.
  bool leads_back() {
    const DomainName from = current_;
    for (size_t i = 0; i < limits::kCnameLinksMax; ++i) {
      RawRecord link;
      if (!find(static_cast<uint16_t>(RecordType::kCname), link)) return false;
      if (!wire_.read_name(link.data_at, current_)) return false;
      if (current_.view() == from.view()) return true;
    }
    return false;
  }

  bool find(uint16_t type, RawRecord& found) const {
    size_t at = answers_at_;
    for (uint16_t i = 0; i < wire_.u16(6); ++i) {
      if (!wire_.next_record(at, found)) return false;
      if (found.type == type && belongs_to_current(found)) return true;
    }
    return false;
  }

  bool belongs_to_current(const RawRecord& record) const {
    if (record.rclass != kClassIn) return false;
    if (points_at_question(record) && !answer_.via_cname) return true;
    DomainName owner;
    return wire_.read_name(record.owner_at, owner) && owner.view() == current_.view();
  }

  bool collect_records() {
    size_t at = answers_at_;
    RawRecord record;
    for (uint16_t i = 0; i < wire_.u16(6); ++i) {
      if (!wire_.next_record(at, record)) return false;
      if (record.type != static_cast<uint16_t>(type_)) continue;
      if (!belongs_to_current(record)) {
        if (!data_names_end(record)) return false;
      } else if (collect(record)) {
        ttl_s_ = std::min(ttl_s_, record.ttl_s);
        found_any_ = true;
      } else {
        answer_.malformed_record = true;
      }
    }
    return !is_name_lost_;
  }

  bool collect(const RawRecord& record) {
    if (type_ == RecordType::kMx) return collect_mx(record);
    if (type_ == RecordType::kPtr) return collect_name(record, 0, 0);
    if (type_ == RecordType::kA) return collect_address(record, 4);
    if (type_ == RecordType::kAaaa) return collect_address(record, 16);
    if (type_ == RecordType::kTxt) answer_.has_spf |= is_spf(record);
    return true;  // other types: only their existence matters
  }

  // `v=spf1`, alone or before a blank. It is in the first string: no program splits it there.
  [[nodiscard]] bool is_spf(const RawRecord& record) const {
    constexpr std::string_view kVersion = "v=spf1";
    if (record.data_size == 0) return false;
    const std::span<const uint8_t> octets = wire_.bytes(record.data_at, record.data_size);
    const size_t size = std::min<size_t>(octets[0], octets.size() - 1);
    const std::string_view text(reinterpret_cast<const char*>(octets.data()) + 1, size);
    return text == kVersion || (text.starts_with(kVersion) && text[kVersion.size()] == ' ');
  }

  // RFC 1035 §3.3.9
  bool collect_mx(const RawRecord& record) {
    if (record.data_size < 2) return false;
    return collect_name(record, 2, wire_.u16(record.data_at));
  }

  // RFC 1035 §3.3.12 for PTR: data of `before` octets and a name.
  bool collect_name(const RawRecord& record, size_t before, uint16_t preference) {
    if (record.data_size <= before) return false;
    const size_t data_end = record.data_at + record.data_size;
    const std::optional<size_t> end = wire_.skip_name(record.data_at + before);
    DomainName name;
    if (!end || *end > data_end || !wire_.read_name(record.data_at + before, name)) {
      is_name_lost_ = true;
      return false;
    }
    if (*end != data_end) return false;
    if (answer_.mx_count == answer_.mx.size()) {
      answer_.cut = true;
      return true;
    }
    const NameView view = name.view();
    char* const copy = answer_.names.data() + answer_.names_size;
    std::memcpy(copy, view.data(), view.size());
    answer_.names_size += view.size();
    answer_.mx[answer_.mx_count++] = {preference, NameView(copy, view.size())};
    return true;
  }

  bool collect_address(const RawRecord& record, size_t size) {
    if (record.data_size != size) return false;
    if (answer_.address_count == answer_.addresses.size()) {
      answer_.cut = true;
      return true;
    }
    const std::span<const uint8_t> octets = wire_.bytes(record.data_at, size);
    answer_.addresses[answer_.address_count++] =
        size == 4 ? IpAddress::v4(octets.first<4>()) : IpAddress::v6(octets.first<16>());
    return true;
  }

  // A denial, or nothing but "." as exchange (RFC 7505).
  [[nodiscard]] bool refuses_mail() const {
    if (answer_.status == LookupStatus::kNoData || answer_.status == LookupStatus::kNxDomain) {
      return true;
    }
    return answer_.status == LookupStatus::kFound && type_ == RecordType::kMx &&
           answer_.names_size == answer_.mx_count;  // the root is one octet
  }

  // What could not be read may have said the opposite.
  [[nodiscard]] bool is_partly_unreadable() const {
    return answer_.malformed_record || is_damaged_ || has_octets_left_;
  }

  LookupStatus status() {
    if (is_filtered_) return LookupStatus::kFiltered;
    const bool speaks_of_name = answer_.rcode == kNoError || answer_.rcode == kNxDomain;
    if (endless_ && speaks_of_name) return *endless_;
    switch (answer_.rcode) {
      case kNoError: return status_without_error();
      case kNxDomain: return found_any_ ? LookupStatus::kFound : LookupStatus::kNxDomain;
      case kServfail: return LookupStatus::kServfail;
      case kRefused:
      case kNotImp:
      case kNotAuth: return LookupStatus::kRefused;
      default: return LookupStatus::kMalformed;
    }
  }

  LookupStatus status_without_error() {
    if (found_any_) return LookupStatus::kFound;
    if (has_soa_) return LookupStatus::kNoData;
    if (answer_.via_cname) {
      answer_.chase = current_;
      return LookupStatus::kNoData;
    }
    // RFC 2308 §2.2: NS without SOA is a referral from a server that does not recurse. It says
    // nothing about the name.
    if (has_referral_) return LookupStatus::kRefused;
    answer_.is_unfounded = !is_authoritative_ && !offers_recursion_;
    return LookupStatus::kNoData;
  }

  [[nodiscard]] uint32_t ttl() const {
    if (found_any_) return ttl_s_;
    const uint32_t least = std::min(ttl_s_, negative_ttl_s_);
    return least == kNoTtl ? 0 : least;
  }

  WireReader wire_;
  RecordType type_;
  DomainName current_;  // the name whose records are wanted; follows CNAMEs
  Answer& answer_;
  size_t at_ = 0;
  size_t answers_at_ = 0;
  uint32_t ttl_s_ = kNoTtl;
  uint32_t negative_ttl_s_ = kNoTtl;
  bool is_authoritative_ = false;  // AA, RFC 1035 §4.1.1
  bool offers_recursion_ = false;  // RA
  bool has_cname_ = false;
  bool has_soa_ = false;
  bool has_referral_ = false;
  bool is_filtered_ = false;
  std::optional<LookupStatus> endless_;  // the chain does not end within the cap
  bool is_damaged_ = false;              // in the authority or additional section
  bool has_octets_left_ = false;
  bool is_name_lost_ = false;  // of a record that was to be collected
  bool found_any_ = false;
};

void reset(Answer& answer) {
  answer.status = LookupStatus::kMalformed;
  answer.rcode = 0;
  answer.truncated = answer.has_edns = answer.via_cname = false;
  answer.malformed_record = answer.cut = answer.has_spf = false;
  answer.ttl_s = answer.cname_links = 0;
  answer.chase.reset();
  answer.mx_count = answer.address_count = answer.names_size = 0;
}

}  // namespace

size_t question_end(NameView name) {
  return kHeaderBytes + name.size() + 4;
}

size_t build_query(std::span<uint8_t, kQueryBytesMax> out, uint16_t id, NameView name,
                   RecordType type, bool edns) {
  std::memset(out.data(), 0, kHeaderBytes);
  put_u16(&out[0], id);
  put_u16(&out[2], 0x0100);  // RD
  put_u16(&out[4], 1);
  std::memcpy(&out[kHeaderBytes], name.data(), name.size());
  size_t at = kHeaderBytes + name.size();
  put_u16(&out[at], static_cast<uint16_t>(type));
  put_u16(&out[at + 2], kClassIn);
  at += 4;
  if (!edns) return at;
  put_u16(&out[10], 1);
  std::memset(&out[at], 0, 11);  // RFC 6891 §6.1.2: root owner, no flags, no options
  put_u16(&out[at + 1], kTypeOpt);
  put_u16(&out[at + 3], limits::kEdnsPayloadBytes);
  return at + 11;
}

void mix_case(std::span<uint8_t> name, uint64_t bits) {
  for (size_t i = 0; i < name.size(); ++i) {
    const bool is_letter =
        name[i] >= 'a' && name[i] <= 'z';  // a length octet never is: it is at most 63
    const bool is_chosen = (bits >> (i % 64) & 1) != 0;
    name[i] = static_cast<uint8_t>(name[i] - (is_letter && is_chosen ? 'a' - 'A' : 0));
  }
}

void read_answer(std::span<const uint8_t> message, NameView name, RecordType type, Answer& answer) {
  reset(answer);
  AnswerReader(message, name, type, answer).read();
}

}  // namespace mxbulk::dns
