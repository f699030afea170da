// Any bytes as the answer to any question: dns::read_answer() writes a sound Answer, the same one
// whatever it held before. A damaged message denies nothing.
//
//   octet 0         the type asked for; its highest bit: the message's own question is asked
//   else a piece    the name, as text
//   the rest        the message
#include <algorithm>
#include <array>
#include <memory>

#include "dns/wire.h"
#include "fuzz/sound_answer.h"
#include "fuzz/targets.h"
#include "fuzz/whole_message.h"
#include "support/packet.h"

namespace mxbulk::test {
namespace {

constexpr uint8_t kAsksItsOwnQuestion = 0x80;
constexpr std::array kTypes = {RecordType::kMx,  RecordType::kA,     RecordType::kAaaa,
                               RecordType::kTxt, RecordType::kCname, RecordType::kSoa};

bool refuses_mail(const dns::Answer& answer, RecordType type) {
  if (answer.status == LookupStatus::kNoData || answer.status == LookupStatus::kNxDomain)
    return true;
  return answer.status == LookupStatus::kFound && type == RecordType::kMx &&
         std::all_of(answer.mx.begin(), answer.mx.begin() + static_cast<ptrdiff_t>(answer.mx_count),
                     [](const dns::MxData& mx) { return is_root(mx.exchange); });
}

std::string run(std::span<const uint8_t> bytes) {
  static const auto answer = std::make_unique<dns::Answer>();
  static const auto again = std::make_unique<dns::Answer>();
  FuzzInput input(bytes);
  const uint8_t choice = input.octet();
  const RecordType type = kTypes[(choice & ~kAsksItsOwnQuestion) % kTypes.size()];
  DomainName name;
  if ((choice & kAsksItsOwnQuestion) == 0) {
    const std::span<const uint8_t> text = input.piece();
    name = DomainName::from_text({reinterpret_cast<const char*>(text.data()), text.size()})
               .value_or(DomainName());
  } else {
    (void)dns::WireReader(input.rest()).read_name(dns::kHeaderBytes, name);
  }
  // A copy of that size: a read past its end is a read past the allocation.
  const std::vector<uint8_t> message(input.rest().begin(), input.rest().end());
  dns::read_answer(message, name.view(), type, *answer);
  if (std::string wrong = complaint_about(*answer, type); !wrong.empty()) return wrong;
  if (refuses_mail(*answer, type) && !is_whole_message(message)) return "a damaged denial";
  dns::read_answer({}, name.view(), RecordType::kMx, *again);
  dns::read_answer(message, name.view(), type, *again);
  return is_same(*answer, *again) ? "" : "the same message says two things";
}

std::string seed(uint8_t type, const Packet& packet) {
  const std::vector<uint8_t> bytes = packet.bytes();
  return std::string(1, static_cast<char>(kAsksItsOwnQuestion | type)) +
         std::string(bytes.begin(), bytes.end());
}

std::vector<std::string> seeds() {
  Packet many("many.example", kTypeMx);
  for (uint16_t i = 0; i < 40; ++i) many.answer(kTypeMx, mx_data(i, "\2mx" + pointer(12)));
  Packet chain("a.example", kTypeA);
  chain.answer(kTypeCname, wire("b.example"))
      .answer(kTypeCname, wire("c.example"), 60, wire("b.example"))
      .answer(kTypeA, "abcd", 60, wire("c.example"));
  Packet loop("a.example", kTypeA);
  loop.answer(kTypeCname, wire("a.example"));
  Packet unfinished("a.example", kTypeMx);
  unfinished.answer(kTypeCname, wire("elsewhere.example")).opt();
  constexpr uint16_t kTypeTxt = 16;
  return {
      seed(0, Packet("example.org", kTypeMx)
                  .answer(kTypeMx, mx_data(10, "\4mail" + pointer(12)))
                  .answer(kTypeMx, mx_data(0, wire(".")))
                  .authority(kTypeNs, wire("ns.example"))
                  .additional(kTypeA, "abcd", 60, wire("mail.example.org"))
                  .opt(extended_error(3), 0)),
      seed(0, many),
      seed(1, chain),
      seed(1, loop),
      seed(0, unfinished),
      seed(0, Packet("gone.example", kTypeMx).rcode(3).authority(kTypeSoa, soa_data(300)).opt()),
      seed(0, Packet("x.example", kTypeMx).rcode(2).opt(extended_error(15))),
      seed(0, Packet("x.example", kTypeMx).authority(kTypeNs, wire("ns.example"))),
      seed(0, Packet("x.example", kTypeMx).truncated()),
      seed(2, Packet("six.example", kTypeAaaa).answer(kTypeAaaa, "abcdefghijklmnop")),
      seed(3, Packet("spf.example", kTypeTxt).answer(kTypeTxt, "\013v=spf1 -all")),
      std::string("\0\7example", 9) + seed(0, Packet("example", kTypeMx)).substr(1),
  };
}

}  // namespace

const FuzzTarget kDnsAnswerTarget = {"dns_answer", run, seeds};

}  // namespace mxbulk::test
