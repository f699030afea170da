// A question of ours to the built-in server and its answer back: what is read is what the zone
// holds. The server shares no code with src/dns, so each tests the other.
//
//   octet 0     the type asked for
//   octet 1     bits: EDNS, TCP, names of the zone rather than those of the input
//   a piece     the name asked for: as text, or its last octet counts the names of the zone
//   octet       type of a record added to that name
//   a piece     its data
#include <algorithm>
#include <memory>

#include "fuzz/sound_answer.h"
#include "fuzz/targets.h"
#include "lab/answer.h"
#include "support/packet.h"

namespace mxbulk::test {
namespace {

constexpr std::string_view kZoneText = R"($ORIGIN .
$TTL 300
@ IN SOA a.root.test. hostmaster.test. 1 1800 900 604800 60
good.example. IN MX 10 mail.good.example.
good.example. IN MX 20 mail.other.example.
mail.good.example. IN A 9.9.9.9
mail.good.example. IN AAAA 2620:fe::9
mail.other.example. IN TXT "v=spf1 -all"
null.example. IN MX 0 .
alias.example. IN CNAME good.example.
twice.example. IN CNAME alias.example.
lost.example. IN CNAME nowhere.example.
round.example. IN CNAME about.example.
about.example. IN CNAME round.example.
)";
constexpr RecordType kTypes[] = {RecordType::kMx,  RecordType::kA,     RecordType::kAaaa,
                                 RecordType::kTxt, RecordType::kCname, RecordType::kSoa};

const lab::Record* find_type(const std::vector<lab::Record>& records, RecordType type) {
  const auto found = std::find_if(records.begin(), records.end(), [type](const lab::Record& r) {
    return r.type == static_cast<uint16_t>(type);
  });
  return found == records.end() ? nullptr : &*found;
}

// RFC 1034 §4.3.2 over the zone, with the client's cap on links.
LookupStatus expected(const lab::Zone& zone, NameView asked, RecordType type) {
  std::string name(asked);
  for (size_t links = 0;; ++links) {
    const std::vector<lab::Record>* const records = zone.find(name);
    if (records == nullptr) return LookupStatus::kNxDomain;
    const lab::Record* const cname = find_type(*records, RecordType::kCname);
    if (cname == nullptr || type == RecordType::kCname) {
      return find_type(*records, type) != nullptr ? LookupStatus::kFound : LookupStatus::kNoData;
    }
    if (links == limits::kCnameLinksMax) return LookupStatus::kCnameLoop;
    name = cname->rdata;
  }
}

// For types with arbitrary data: a record that the reader must check by itself.
bool is_free_form(uint16_t type) {
  return type != static_cast<uint16_t>(RecordType::kCname) &&
         type != static_cast<uint16_t>(RecordType::kSoa);
}

DomainName asked_name(uint8_t choice, std::span<const uint8_t> piece,
                      const std::vector<std::string>& names) {
  constexpr uint8_t kOfTheZone = 4;
  std::string_view text(reinterpret_cast<const char*>(piece.data()), piece.size());
  if ((choice & kOfTheZone) != 0 && !piece.empty()) text = names[piece.back() % names.size()];
  return DomainName::from_text(text).value_or(DomainName());
}

std::string run(std::span<const uint8_t> bytes) {
  static const lab::Zone kZone = lab::Zone::parse(kZoneText).value();
  static const std::vector<std::string> kNames = kZone.names();
  static const auto answer = std::make_unique<dns::Answer>();
  FuzzInput input(bytes);
  const RecordType type = kTypes[input.octet() % std::size(kTypes)];
  const uint8_t choice = input.octet();
  const DomainName name = asked_name(choice, input.piece(), kNames);
  lab::Zone zone = kZone;
  const uint16_t added = input.octet();
  const std::span<const uint8_t> data = input.piece();
  const bool adds = added != 0 && is_free_form(added);
  if (adds) zone.add(name, {added, 60, std::string(data.begin(), data.end())});

  std::array<uint8_t, dns::kQueryBytesMax> query{};
  const size_t size = dns::build_query(query, 0x5AA5, name.view(), type, (choice & 1) != 0);
  lab::Answerer answerer(zone);
  const std::optional<lab::Reply> reply = answerer.answer({query.data(), size}, (choice & 2) != 0);
  if (!reply) return "the server does not understand our question";
  dns::read_answer({reinterpret_cast<const uint8_t*>(reply->bytes.data()), reply->bytes.size()},
                   name.view(), type, *answer);
  if (std::string wrong = complaint_about(*answer, type); !wrong.empty()) return wrong;
  if (answer->truncated || (adds && added == static_cast<uint16_t>(type))) return {};
  const LookupStatus wanted = expected(zone, name.view(), type);
  if (answer->status == wanted) return {};
  return std::string(name_of(answer->status)) + " is read, but " + std::string(name_of(wanted)) +
         " was sent for " + name.text();
}

std::string seed(uint8_t type, uint8_t choice, std::string_view name, uint16_t added = 0,
                 std::string_view data = {}) {
  const auto piece = [](std::string_view text) {
    return std::string(1, static_cast<char>(text.size())) + std::string(text);
  };
  return std::string{static_cast<char>(type), static_cast<char>(choice)} + piece(name) +
         static_cast<char>(added) + piece(data);
}

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (uint8_t type = 0; type < std::size(kTypes); ++type) {
    for (const char* name : {"good.example", "twice.example", "lost.example", "round.example",
                             "null.example", "", "gone.example"}) {
      all.push_back(seed(type, type, name));
    }
  }
  all.push_back(seed(0, 1, "new.example", kTypeMx, mx_data(5, wire("mail.good.example"))));
  all.push_back(seed(1, 0, "new.example", kTypeA, "abcd"));
  all.push_back(seed(3, 7, "\1", 16, "\013v=spf1 -all"));
  return all;
}

}  // namespace

const FuzzTarget kDnsRoundTripTarget = {"dns_round_trip", run, seeds};

}  // namespace mxbulk::test
