#include "lab/zone.h"

#include <charconv>
#include <cstring>

#include "model/ip_address.h"

namespace mxbulk::lab {
namespace {

constexpr uint16_t kTypeNs = 2;
constexpr size_t kStringOctetsMax =
    255;  // RFC 1035 §3.3: a length octet and the octets that it counts

void put_u16(std::string& out, uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

void put_u32(std::string& out, uint32_t value) {
  put_u16(out, static_cast<uint16_t>(value >> 16));
  put_u16(out, static_cast<uint16_t>(value));
}

std::optional<uint32_t> number(std::string_view word) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<uint16_t> type_from_name(std::string_view word) {
  if (word == "NS") return kTypeNs;
  for (RecordType type : {RecordType::kA, RecordType::kCname, RecordType::kSoa, RecordType::kMx,
                          RecordType::kTxt, RecordType::kAaaa, RecordType::kPtr}) {
    if (word == name_of(type)) return static_cast<uint16_t>(type);
  }
  return std::nullopt;
}

std::optional<FaultKind> fault_from_name(std::string_view word) {
  struct Named {
    std::string_view name;
    FaultKind kind;
  };
  constexpr Named kNamed[] = {
      {"servfail", FaultKind::kServfail},
      {"servfail-once", FaultKind::kServfailOnce},
      {"refused", FaultKind::kRefused},
      {"formerr", FaultKind::kFormerr},
      {"timeout", FaultKind::kTimeout},
      {"truncate", FaultKind::kTruncate},
      {"truncate-dead", FaultKind::kTruncateDead},
      {"garbage", FaultKind::kGarbage},
      {"badcount", FaultKind::kBadCount},
      {"filtered", FaultKind::kFiltered},
  };
  for (const Named& named : kNamed) {
    if (named.name == word) return named.kind;
  }
  return std::nullopt;
}

// The words of one logical line. Quotes hold blanks together, `;` begins a comment, parentheses
// join lines. `open` counts those not yet closed.
std::vector<std::string> split(std::string_view line, int& open) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  bool in_quotes = false;
  const auto end_word = [&] {
    if (in_word) words.push_back(word);
    word.clear();
    in_word = false;
  };
  for (char c : line) {
    if (in_quotes) {
      if (c == '"')
        in_quotes = false;
      else
        word.push_back(c);
    } else if (c == '"') {
      in_quotes = in_word = true;
    } else if (c == ';') {
      break;
    } else if (c == '(' || c == ')') {
      end_word();
      open += c == '(' ? 1 : -1;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
    } else {
      in_word = true;
      word.push_back(c);
    }
  }
  end_word();
  return words;
}

// The octet after a backslash: DDD, or X itself (RFC 1035 §5.1). `at` moves to its last character.
std::optional<char> read_escape(std::string_view text, size_t& at) {
  if (at + 1 >= text.size()) return std::nullopt;
  const char next = text[++at];
  if (next < '0' || next > '9') return next;
  const std::optional<uint32_t> octet = number(text.substr(at, 3));
  if (at + 3 > text.size() || !octet || *octet > 0xFF) return std::nullopt;
  at += 2;
  return static_cast<char>(*octet);
}

// A name as master files write it, into wire form: relative to `origin`, \DDD and \X escapes.
std::optional<DomainName> read_name(std::string_view text, const DomainName& origin) {
  if (text == "@") return origin;
  if (text == ".") return DomainName();
  std::string wire;
  std::string label;
  bool is_absolute = false;
  const auto end_label = [&] {
    if (label.empty() || label.size() > limits::kLabelOctetsMax) return false;
    wire.push_back(static_cast<char>(label.size()));
    wire += label;
    label.clear();
    return true;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      const std::optional<char> octet = read_escape(text, i);
      if (!octet) return std::nullopt;
      label.push_back(*octet);
    } else if (text[i] == '.') {
      if (!end_label()) return std::nullopt;
      is_absolute = i + 1 == text.size();
    } else {
      label.push_back(static_cast<char>(ascii_lower(static_cast<uint8_t>(text[i]))));
    }
  }
  if (!is_absolute && !end_label()) return std::nullopt;
  if (is_absolute)
    wire.push_back('\0');
  else
    wire += origin.view();
  if (wire.size() > limits::kNameWireOctetsMax) return std::nullopt;
  return DomainName::from_view(wire);
}

class ZoneReader {
 public:
  Result<Zone> read(std::string_view text) {
    size_t line_number = 0;
    std::string logical;
    int open = 0;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_number;
      if (open == 0) starts_blank_ = !line.empty() && (line[0] == ' ' || line[0] == '\t');
      const std::vector<std::string> words = split(line, open);
      words_.insert(words_.end(), words.begin(), words.end());
      bool fine = open >= 0;
      if (line.starts_with(";@fault "))
        fine = take_fault(line.substr(8));
      else if (open == 0 && !words_.empty())
        fine = take_line();
      if (!fine) return Status::input("zone:" + std::to_string(line_number) + ": cannot be read");
      if (open == 0) words_.clear();
    }
    if (open != 0) return Status::input("zone: a parenthesis is never closed");
    return std::move(zone_);
  }

 private:
  bool take_fault(std::string_view line) {
    int open = 0;
    const std::vector<std::string> words = split(line, open);
    if (words.size() < 2) return false;
    const std::optional<DomainName> name = read_name(words[0], origin_);
    const std::optional<FaultKind> kind = fault_from_name(words[1]);
    if (!name || !kind) return false;
    Fault fault{*kind, std::nullopt};
    if (words.size() > 2) {
      fault.type = type_from_name(words[2]);
      if (!fault.type) return false;
    }
    zone_.add_fault(*name, fault);
    return true;
  }

  bool take_line() {
    if (words_[0] == "$ORIGIN" && words_.size() > 1) {
      const std::optional<DomainName> name = read_name(words_[1], origin_);
      if (name) origin_ = *name;
      return name.has_value();
    }
    if (words_[0] == "$TTL" && words_.size() > 1) {
      const std::optional<uint32_t> ttl = number(words_[1]);
      if (ttl) ttl_s_ = *ttl;
      return ttl.has_value();
    }
    size_t at = 0;
    if (!starts_blank_) {
      const std::optional<DomainName> name = read_name(words_[at++], origin_);
      if (!name) return false;
      owner_ = *name;
    }
    Record record;
    record.ttl_s = ttl_s_;
    for (; at < words_.size(); ++at) {
      if (words_[at] == "IN") continue;
      const std::optional<uint32_t> ttl = number(words_[at]);
      if (!ttl) break;
      record.ttl_s = *ttl;
    }
    if (at == words_.size()) return false;
    const std::optional<uint16_t> type = type_from_name(words_[at++]);
    if (!type) return false;
    record.type = *type;
    if (!read_data(
            std::vector<std::string>(words_.begin() + static_cast<ptrdiff_t>(at), words_.end()),
            record)) {
      return false;
    }
    zone_.add(owner_, std::move(record));
    return true;
  }

  bool read_data(const std::vector<std::string>& words, Record& record) {
    switch (record.type) {
      case static_cast<uint16_t>(RecordType::kA):
      case static_cast<uint16_t>(RecordType::kAaaa):
        return words.size() == 1 && put_address(words[0], record);
      case static_cast<uint16_t>(RecordType::kMx): {
        if (words.size() != 2) return false;
        const std::optional<uint32_t> preference = number(words[0]);
        if (!preference || *preference > 0xFFFF) return false;
        put_u16(record.rdata, static_cast<uint16_t>(*preference));
        return put_name(words[1], record);
      }
      case kTypeNs:
      case static_cast<uint16_t>(RecordType::kPtr):
      case static_cast<uint16_t>(RecordType::kCname):
        return words.size() == 1 && put_name(words[0], record);
      case static_cast<uint16_t>(RecordType::kTxt):
        for (const std::string& word : words) {
          if (word.size() > kStringOctetsMax) return false;
          record.rdata.push_back(static_cast<char>(word.size()));
          record.rdata += word;
        }
        return !words.empty();
      case static_cast<uint16_t>(RecordType::kSoa): {
        if (words.size() != 7 || !put_name(words[0], record) || !put_name(words[1], record)) {
          return false;
        }
        for (size_t i = 2; i < words.size(); ++i) {
          if (!number(words[i])) return false;
          put_u32(record.rdata, *number(words[i]));
        }
        return true;
      }
      default: return false;
    }
  }

  static bool put_address(const std::string& word, Record& record) {
    const std::optional<IpAddress> address = IpAddress::from_text(word);
    const bool wants_v4 = record.type == static_cast<uint16_t>(RecordType::kA);
    if (!address || address->is_v4() != wants_v4) return false;
    record.rdata.assign(address->octets().begin(), address->octets().end());
    return true;
  }

  bool put_name(const std::string& word, Record& record) const {
    const std::optional<DomainName> name = read_name(word, origin_);
    if (name) record.rdata += name->view();
    return name.has_value();
  }

  Zone zone_;
  DomainName origin_;
  DomainName owner_;
  uint32_t ttl_s_ = 3'600;
  bool starts_blank_ = false;
  std::vector<std::string> words_;
};

}  // namespace

Result<Zone> Zone::parse(std::string_view text) {
  return ZoneReader().read(text);
}

void Zone::add(const DomainName& owner, Record record) {
  NameView above = owner.view();
  records_[std::string(above)].push_back(std::move(record));
  while (!is_root(above)) {  // empty non-terminals exist too, RFC 4592 §2.2.2
    above.remove_prefix(1U + static_cast<uint8_t>(above[0]));
    records_[std::string(above)];
  }
}

void Zone::add_fault(const DomainName& owner, Fault fault) {
  faults_[std::string(owner.view())].push_back(fault);
}

const std::vector<Record>* Zone::find(NameView name) const {
  const auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

const Fault* Zone::fault_of(NameView name, uint16_t type) const {
  const auto found = faults_.find(name);
  if (found == faults_.end()) return nullptr;
  for (const Fault& fault : found->second) {
    if (!fault.type || *fault.type == type) return &fault;
  }
  return nullptr;
}

const Record* Zone::soa() const {
  const std::vector<Record>* root = find(DomainName().view());
  if (root == nullptr) return nullptr;
  for (const Record& record : *root) {
    if (record.type == static_cast<uint16_t>(RecordType::kSoa)) return &record;
  }
  return nullptr;
}

std::vector<std::string> Zone::names() const {
  std::vector<std::string> names;
  for (const auto& [wire, records] : records_) {
    if (!records.empty() && !is_root(wire)) names.push_back(to_text(wire));
  }
  return names;
}

}  // namespace mxbulk::lab
