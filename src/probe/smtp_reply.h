// Reads SMTP replies from bytes as they arrive (RFC 5321 §4.2): lines of `250-text`, `250 text` or
// a code alone, ended by LF or CRLF. The bytes are not trusted: memory and work are bounded for any
// input, and the result does not depend on how the bytes are cut.
//
// Threads: a plain value of one loop thread. Ownership: owns what it keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mxbulk::probe {

// `5.7.1` (RFC 3463 §2).
struct EnhancedCode {
  uint16_t status_class = 0;  // 2, 4 or 5; 0 = none
  uint16_t subject = 0;
  uint16_t detail = 0;

  friend bool operator==(const EnhancedCode&, const EnhancedCode&) = default;
};

struct SmtpReply {
  uint16_t code = 0;      // of the last line, as §4.2.1 says; 0 to 999
  EnhancedCode enhanced;  // of the first line that has one (RFC 2034 §4)
  std::string text;       // of the first line after its code; any octets except LF
  std::string keywords;   // the lines after the first, cut, each with an LF at its end

  // The first digit, which alone decides (RFC 5321 §4.2.1).
  [[nodiscard]] unsigned first_digit() const { return code / 100U; }
  // True if the reply to EHLO offers that extension (§4.1.1.1). Letter case and parameters are
  // ignored. Requires: `keyword` in capitals.
  [[nodiscard]] bool offers(std::string_view keyword) const;
};

// `offers SIZE 5, STARTTLS`, for a person; empty if the reply to EHLO offers nothing.
[[nodiscard]] std::string offer_text(const SmtpReply& reply);
// `said SSH-2.0-OpenSSH_9.2`: the first line of bytes that are not SMTP, cut.
[[nodiscard]] std::string garbage_text(std::string_view bytes);

class SmtpReplyReader {
 public:
  enum class State : uint8_t {
    kMore,     // the bytes so far may become a reply
    kWhole,    // reply() is complete
    kNoReply,  // these bytes can never become one
    kTooLong,  // a cap is reached before the end
  };

  // Forgets what was read; keeps its memory.
  void begin();
  // Removes bytes from the front, up to the end of the reply at most; none if the state is not
  // kMore.
  State read(std::string_view& bytes);
  [[nodiscard]] const SmtpReply& reply() const { return reply_; }

 private:
  void take_line();
  void note_line(std::string_view line);

  State state_ = State::kMore;
  SmtpReply reply_;
  std::string line_;  // the start of the current line, at most kSmtpLineOctetsMax
  size_t lines_ = 0;
  size_t octets_ = 0;
};

}  // namespace mxbulk::probe
