// Reads SMTP replies out of bytes as they come (RFC 5321 §4.2): `250-text`, `250 text` or a bare
// code a line, ended by LF or CRLF. Nobody vouches for these bytes: whatever comes, memory and work
// are bounded, and it makes no difference where the bytes are cut.
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
  uint16_t code = 0;      // of the last line: §4.2.1 has clients look for that one; 0 to 999
  EnhancedCode enhanced;  // of the first line that has one (RFC 2034 §4)
  std::string text;       // of the first line behind its code; any octets but LF
  std::string keywords;   // the lines behind the first, cut, each with an LF at its end

  // What counts of a code, whatever its other two digits are (RFC 5321 §4.2.1).
  [[nodiscard]] unsigned first_digit() const { return code / 100U; }
  // Does EHLO's answer offer that extension (§4.1.1.1)? Letters of either case, parameters aside.
  // Requires: `keyword` in capitals.
  [[nodiscard]] bool offers(std::string_view keyword) const;
};

// `offers SIZE 5, STARTTLS`, for a person; empty where EHLO's answer offers nothing.
[[nodiscard]] std::string offer_text(const SmtpReply& reply);
// `said SSH-2.0-OpenSSH_9.2`: what stands there instead of SMTP, its first line, cut.
[[nodiscard]] std::string garbage_text(std::string_view bytes);

class SmtpReplyReader {
 public:
  enum class State : uint8_t {
    kMore,     // so far it may become a reply
    kWhole,    // reply() stands
    kNoReply,  // these bytes can never become one
    kTooLong,  // its cap is reached, and no end seen
  };

  // Forgets what was read; keeps its memory.
  void begin();
  // Takes bytes from the front, up to the end of the reply at most. Takes none once it is not
  // kMore.
  State read(std::string_view& bytes);
  [[nodiscard]] const SmtpReply& reply() const { return reply_; }

 private:
  void take_line();
  void note_line(std::string_view line);

  State state_ = State::kMore;
  SmtpReply reply_;
  std::string line_;  // of the line that is being read, at most kSmtpLineOctetsMax
  size_t lines_ = 0;
  size_t octets_ = 0;
};

}  // namespace mxbulk::probe
