// read_answer() over packets of the tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dns/message.h"
#include "support/packet.h"

namespace mxbulk::dns {

inline DomainName name(std::string_view text) {
  return DomainName::from_text(text).value();
}

// Large: kept on the heap.
inline std::unique_ptr<Answer> read(const std::vector<uint8_t>& bytes,
                                    std::string_view asked = "example.org",
                                    RecordType type = RecordType::kMx) {
  auto answer = std::make_unique<Answer>();
  read_answer(bytes, name(asked).view(), type, *answer);
  return answer;
}

inline std::unique_ptr<Answer> read(const test::Packet& packet,
                                    std::string_view asked = "example.org",
                                    RecordType type = RecordType::kMx) {
  return read(packet.bytes(), asked, type);
}

// `10 mail.example.net`, in the order of the message.
inline std::vector<std::string> mx_of(const Answer& answer) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < answer.mx_count; ++i) {
    const MxData& mx = answer.mx[i];
    lines.push_back(std::to_string(mx.preference) + " " + to_text(mx.exchange));
  }
  return lines;
}

inline std::vector<std::string> addresses_of(const Answer& answer) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < answer.address_count; ++i) texts.push_back(answer.addresses[i].text());
  return texts;
}

}  // namespace mxbulk::dns
