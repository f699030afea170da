// A zone in memory: the records of a master file (RFC 1035 §5.1) and, in comments, which a real
// server ignores, the names that misbehave:
//
//   ;@fault NAME KIND [TYPE]      e.g.  ;@fault servfail.example. servfail
//
// Threads: immutable once it serves. Ownership: owns all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/domain_name.h"
#include "model/record_type.h"
#include "mxbulk/status.h"

namespace mxbulk::lab {

struct Record {
  uint16_t type = 0;
  uint32_t ttl_s = 0;
  std::string rdata;  // wire form, names not compressed
};

enum class FaultKind : uint8_t {
  kServfail,
  kServfailOnce,  // the first question only
  kRefused,
  kFormerr,
  kTimeout,       // never answered
  kTruncate,      // TC over UDP, whole over TCP
  kTruncateDead,  // TC over UDP, TCP closed
  kGarbage,       // random bytes after the right ID and question
  kBadCount,      // more records announced than carried
  kFiltered,      // SERVFAIL with extended error 15 (RFC 8914)
};

struct Fault {
  FaultKind kind;
  std::optional<uint16_t> type;  // of this question type only
};

class Zone {
 public:
  // Errors: kInput with the line's number.
  static Result<Zone> parse(std::string_view text);

  void add(const DomainName& owner, Record record);
  void add_fault(const DomainName& owner, Fault fault);

  // All records of a name; none if the name does not exist. A name that only has names under it
  // exists with no records.
  [[nodiscard]] const std::vector<Record>* find(NameView name) const;
  [[nodiscard]] const Fault* fault_of(NameView name, uint16_t type) const;
  // The root's SOA, for negative answers; none if the zone has none.
  [[nodiscard]] const Record* soa() const;
  // Every owner that has an MX, A, AAAA or CNAME, as text.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::map<std::string, std::vector<Record>, std::less<>> records_;  // by canonical wire name
  std::map<std::string, std::vector<Fault>, std::less<>> faults_;
};

}  // namespace mxbulk::lab
