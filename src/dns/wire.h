// Bounds-checked access to the bytes of a DNS message. Pure; borrows the message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/domain_name.h"

namespace mxbulk::dns {

// One resource record; offsets into the message.
struct RawRecord {
  size_t owner_at = 0;
  uint16_t type = 0;
  uint16_t rclass = 0;
  uint32_t ttl_s = 0;
  size_t data_at = 0;
  size_t data_size = 0;
};

class WireReader {
 public:
  // `names_from`: the first offset that can hold a name; a pointer to an earlier one is refused.
  explicit WireReader(std::span<const uint8_t> message, size_t names_from = 0)
      : message_(message), names_from_(names_from) {}

  [[nodiscard]] size_t size() const { return message_.size(); }
  [[nodiscard]] uint16_t u16(size_t at) const {  // Requires: at + 2 <= size().
    return static_cast<uint16_t>(message_[at] << 8 | message_[at + 1]);
  }
  [[nodiscard]] uint32_t u32(size_t at) const {  // Requires: at + 4 <= size().
    return uint32_t{u16(at)} << 16 | u16(at + 2);
  }
  [[nodiscard]] std::span<const uint8_t> bytes(size_t at, size_t size) const {
    return message_.subspan(at, size);
  }

  // The offset after the name at `at`: after its zero or its first pointer.
  [[nodiscard]] std::optional<size_t> skip_name(size_t at) const;
  // The name at `at`, decompressed and in lower case. Pointers must point backwards (RFC 1035
  // §4.1.4), so there are no loops.
  [[nodiscard]] bool read_name(size_t at, DomainName& name) const;
  // There is a name at `at` that read_name() can read.
  [[nodiscard]] bool has_name(size_t at) const;
  // Reads the record at `at`, and sets `at` to the offset after it. False if the message ends
  // first.
  [[nodiscard]] bool next_record(size_t& at, RawRecord& record) const;

 private:
  // Calls on_label(offset, length) for each label, the root's too. False if it cannot be followed.
  template <class OnLabel>
  [[nodiscard]] bool follow_name(size_t at, OnLabel on_label) const;

  std::span<const uint8_t> message_;
  size_t names_from_;
};

}  // namespace mxbulk::dns
