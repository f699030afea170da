// DNS messages: build a query, read an answer (RFC 1035 §4, RFC 6891, RFC 2308, RFC 8914).
//
// Pure and bounded: no allocation, no clock, no socket; a message may hold any bytes. Threads:
// callable from any thread; an Answer is used by one thread.
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

// Changes letters of `name` to upper case: the letter at octet i if bit i mod 64 of `bits` is set
// (draft-vixie-dnsext-dns0x20). Requires: `name` is in wire form and lower case.
void mix_case(std::span<uint8_t> name, uint64_t bits);

// Octets of the header and question of such a query: an answer must repeat them.
[[nodiscard]] size_t question_end(NameView name);

struct MxData {
  uint16_t preference = 0;
  NameView exchange;  // canonical; into the Answer
};

// What one message says about one question. About 170 KiB: use one object for many messages.
struct Answer {
  LookupStatus status = LookupStatus::kMalformed;
  uint16_t rcode = 0;      // with the upper bits of OPT, RFC 6891 §6.1.3
  bool truncated = false;  // TC: ask again over TCP; no other member is set
  bool has_edns = false;
  // kNoData without an SOA (RFC 2308 §2.2), from a server that is neither authoritative nor offers
  // recursion: it may only have nothing at hand.
  bool is_unfounded = false;
  bool via_cname = false;
  bool malformed_record = false;  // a record of the type asked for
  bool cut = false;               // more records than the caps, or than the counts say
  bool has_spf = false;           // TXT: one of the records is an SPF policy (RFC 7208 §4.5)
  uint32_t ttl_s = 0;
  uint32_t cname_links = 0;
  // The chain of CNAMEs ends at a name without records in this message: ask for that name.
  std::optional<DomainName> chase;

  size_t mx_count = 0;
  size_t address_count = 0;
  std::array<MxData, limits::kMxRecordsMax> mx;  // of PTR too: its names, with preference 0
  std::array<IpAddress, limits::kAddressRecordsMax> addresses;

  // The octets of the names in `mx`.
  size_t names_size = 0;
  std::array<char, limits::kMxRecordsMax * limits::kNameWireOctetsMax> names;
};

// Reads `message` as the answer to (name, type). Records of other owners, classes and types are
// skipped. Of the additional section only OPT is used.
//
// A damaged message is no answer. The whole is malformed if a section ends too early, or if a name
// in the answer section, as owner or in the data of MX, CNAME, DNAME, NS, PTR or SOA, cannot be
// followed. A denial, or a set of MX that is only ".", is malformed also if anything else is
// damaged: a record of the type asked for, a name or SOA of the authority section, OPT, or counts
// that leave octets at the end. Beside other records such damage sets `malformed_record` or `cut`,
// and no verdict may rest on what is missing.
void read_answer(std::span<const uint8_t> message, NameView name, RecordType type, Answer& answer);

}  // namespace mxbulk::dns
