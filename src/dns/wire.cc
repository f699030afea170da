#include "dns/wire.h"

#include <array>

namespace mxbulk::dns {
namespace {

constexpr uint8_t kPointer = 0xC0;  // RFC 1035 §4.1.4

}  // namespace

std::optional<size_t> WireReader::skip_name(size_t at) const {
  while (at < size()) {
    const uint8_t length = message_[at];
    if (length == 0) return at + 1;
    if ((length & kPointer) == kPointer) {
      if (at + 2 > size()) return std::nullopt;
      return at + 2;
    }
    if ((length & kPointer) != 0) return std::nullopt;
    at += 1U + length;
  }
  return std::nullopt;
}

template <class OnLabel>
bool WireReader::follow_name(size_t at, OnLabel on_label) const {
  size_t octets = 0;
  size_t before = size();  // the next pointer must point below this
  size_t jumps = 0;
  while (at < size()) {
    const uint8_t length = message_[at];
    if ((length & kPointer) == kPointer) {
      if (at + 2 > size()) return false;
      const size_t target = u16(at) & 0x3FFFU;
      if (target >= at || target >= before || target < names_from_) return false;
      // Pointers to pointers could cost a pass over the message for each record.
      if (++jumps > limits::kNamePointersMax) return false;
      before = at = target;
      continue;
    }
    if ((length & kPointer) != 0) return false;
    octets += 1U + length;
    if (at + 1 + length > size() || octets > limits::kNameWireOctetsMax) return false;
    on_label(at, length);
    if (length == 0) return true;
    at += 1U + length;
  }
  return false;
}

bool WireReader::has_name(size_t at) const {
  return follow_name(at, [](size_t, uint8_t) {});
}

bool WireReader::read_name(size_t at, DomainName& name) const {
  std::array<char, limits::kNameWireOctetsMax> octets{};
  size_t used = 0;
  const bool is_whole = follow_name(at, [&](size_t label_at, uint8_t length) {
    octets[used++] = static_cast<char>(length);
    for (size_t i = 1; i <= length; ++i) {
      octets[used++] = static_cast<char>(ascii_lower(message_[label_at + i]));
    }
  });
  if (is_whole) name = DomainName::from_view({octets.data(), used});
  return is_whole;
}

bool WireReader::next_record(size_t& at, RawRecord& record) const {
  const std::optional<size_t> owner_end = skip_name(at);
  if (!owner_end || *owner_end + 10 > size()) return false;
  record.owner_at = at;
  record.type = u16(*owner_end);
  record.rclass = u16(*owner_end + 2);
  record.ttl_s = u32(*owner_end + 4);
  record.data_size = u16(*owner_end + 8);
  record.data_at = *owner_end + 10;
  if (record.data_at + record.data_size > size()) return false;
  if (record.ttl_s > 0x7FFFFFFFU) record.ttl_s = 0;  // RFC 2181 §8
  at = record.data_at + record.data_size;
  return true;
}

}  // namespace mxbulk::dns
