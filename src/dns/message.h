// DNS messages: build a query, read an answer (RFC 1035 §4, RFC 6891, RFC 2308, RFC 8914).
//
// Pure and bounded: no allocation, no clock, no socket; any bytes may come in.
// Threads: callable from any thread; an Answer is scratch space of one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/limits.h"
#include "model/domain_name.h"
#include "model/ip_address.h"
#include "model/lookup_outcome.h"
#include "model/record_type.h"

namespace mxbulk::dns {

inline constexpr size_t kHeaderBytes = 12;
inline constexpr size_t kQueryBytesMax = kHeaderBytes + limits::kNameWireOctetsMax + 4 + 11;

// Writes a query with RD set and, with `edns`, an OPT record that announces
// limits::kEdnsPayloadBytes. Returns its length.
[[nodiscard]] size_t build_query(std::span<uint8_t, kQueryBytesMax> out, uint16_t id, NameView name,
                                 RecordType type, bool edns);

// Writes letters of `name`, which is in wire form and lower case, in upper case: those at octet i
// where bit i mod 64 of `bits` is set (draft-vixie-dnsext-dns0x20).
void mix_case(std::span<uint8_t> name, uint64_t bits);

// Octets of the header and question of a query built above: what an answer must repeat.
[[nodiscard]] size_t question_end(NameView name);

struct MxData {
  uint16_t preference = 0;
  NameView exchange;  // canonical; into the Answer
};

// What one message says about one question. About 170 KiB: keep one and use it again.
struct Answer {
  LookupStatus status = LookupStatus::kMalformed;
  uint16_t rcode = 0;      // with the upper bits of OPT, RFC 6891 §6.1.3
  bool truncated = false;  // TC: ask again over TCP; nothing else is set
  bool has_edns = false;
  bool via_cname = false;
  bool malformed_record = false;
  bool cut = false;
  bool has_spf = false;  // TXT: one of the records is an SPF policy (RFC 7208 §4.5)
  uint32_t ttl_s = 0;
  uint32_t cname_links = 0;
  // The chain of CNAMEs ends at a name that the message says nothing about: ask for that one.
  std::optional<DomainName> chase;

  size_t mx_count = 0;
  size_t address_count = 0;
  std::array<MxData, limits::kMxRecordsMax> mx;  // of PTR too: its names, with preference 0
  std::array<IpAddress, limits::kAddressRecordsMax> addresses;

  // Backs the names in `mx`.
  size_t names_size = 0;
  std::array<char, limits::kMxRecordsMax * limits::kNameWireOctetsMax> names;
};

// Reads `message` as the answer to (name, type). Records of other owners, classes and types are
// passed over; if an owner in the answer section cannot be read, the message is malformed as a
// whole. Additional records are never trusted beyond OPT.
void read_answer(std::span<const uint8_t> message, NameView name, RecordType type, Answer& answer);

}  // namespace mxbulk::dns
