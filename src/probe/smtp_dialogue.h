// One conversation with a mail server, from its greeting to our QUIT, as deep as was asked for
// (RFC 5321 §3.1, §3.2, §4.1.1.10; RFC 3207): bytes in, the next step out.
//
// Pure: no clock, no socket. Its owner carries the bytes, and sets a limit for each phase.
// Threads: a plain value of one loop thread. Ownership: owns what it keeps; borrows the script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/probe_outcome.h"
#include "mxbulk/options.h"
#include "probe/smtp_reply.h"

namespace mxbulk::probe {

// What all conversations have in common.
struct SmtpScript {
  ProbeDepth depth = ProbeDepth::kBanner;
  std::string ehlo;  // whole commands, with CRLF
  std::string helo;
};
// Requires: depth is not kOff; `helo` holds no control characters, and a name from kEhlo on.
[[nodiscard]] SmtpScript make_script(ProbeDepth depth, std::string_view helo);

class SmtpDialogue {
 public:
  enum class Phase : uint8_t {
    kGreeting,  // the port is open, the greeting awaited
    kEhlo,      // a command was sent, its answer is awaited
    kHelo,
    kStarttls,
    kTls,   // the handshake is on
    kQuit,  // the outcome stands; the server is to read QUIT before we go
    kOver,
  };
  enum class Step : uint8_t {
    kWait,      // for bytes
    kSend,      // to_send(), then as kWait
    kBeginTls,  // what else came in the clear is to be dropped; then on_tls()
    kClose,
  };

  // The port is open. `script` must outlive the conversation.
  void begin(const SmtpScript& script);
  // Takes bytes from the front up to the next step; call again while any are left and the step is
  // kWait or kSend. Inside TLS: the bytes deciphered.
  Step on_bytes(std::string_view& bytes);
  // The handshake is over. Requires: phase kTls.
  Step on_tls(bool is_up);
  // The phase's time is over.
  Step on_limit();
  // The server closed the connection, or reset it.
  Step on_close();

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] std::string_view to_send() const { return to_send_; }
  // Nothing that follows changes the outcome.
  [[nodiscard]] bool is_decided() const;
  // Where nothing is decided: what it would be, were the connection closed now.
  [[nodiscard]] ProbeOutcome outcome() const { return outcome_; }
  // The server has read our QUIT: a reset takes nothing away from it.
  [[nodiscard]] bool is_quit_taken() const { return is_quit_taken_; }

  // Of the greeting; none and an empty text if none came whole. `000` is a code too.
  [[nodiscard]] std::optional<uint16_t> code() const { return code_; }
  [[nodiscard]] std::string_view greeting() const { return greeting_; }
  // What EHLO's answer offers, whole; a greeting's further lines are not kept.
  [[nodiscard]] const SmtpReply& offer() const { return offer_; }
  [[nodiscard]] bool has_smtputf8() const { return has_smtputf8_; }

 private:
  Step on_reply();
  Step on_greeting();
  Step on_ehlo();
  Step on_garbage(SmtpReplyReader::State state);
  Step say(Phase next, std::string_view command);
  Step quit();
  Step close();

  const SmtpScript* script_ = nullptr;
  Phase phase_ = Phase::kOver;
  ProbeOutcome outcome_ = ProbeOutcome::kNotSmtp;
  bool is_quit_taken_ = false;
  bool has_smtputf8_ = false;
  std::optional<uint16_t> code_;
  std::string_view to_send_;  // a literal, or the script's
  std::string greeting_;
  SmtpReply offer_;
  SmtpReplyReader reader_;
};

}  // namespace mxbulk::probe
