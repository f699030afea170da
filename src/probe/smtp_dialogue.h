// One conversation with a mail server, from its greeting to our QUIT, to the requested depth (RFC
// 5321 §3.1, §3.2, §4.1.1.10; RFC 3207): bytes in, the next step out.
//
// Pure: no clock, no socket. The owner transfers the bytes, and sets a time limit per phase.
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

// What all conversations of a run send.
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
    kGreeting,  // the port is open; waits for the greeting
    kEhlo,      // a command was sent; waits for its reply
    kHelo,
    kStarttls,
    kTls,   // in the TLS handshake
    kQuit,  // the outcome is known; waits until the server has read QUIT
    kOver,
  };
  enum class Step : uint8_t {
    kWait,      // wait for bytes
    kSend,      // send to_send(), then wait for bytes
    kBeginTls,  // drop other unencrypted bytes, do the handshake, call on_tls()
    kClose,
  };

  // Called after the port has opened. `script` outlives the conversation.
  void begin(const SmtpScript& script);
  // Removes bytes from the front up to the next step. Call it again while bytes are left and the
  // step is kWait or kSend. In TLS: the decrypted bytes.
  Step on_bytes(std::string_view& bytes);
  // The handshake has ended. Requires: phase kTls.
  Step on_tls(bool is_up);
  // The time limit of the phase is reached.
  Step on_limit();
  // The server closed the connection, or reset it.
  Step on_close();

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] std::string_view to_send() const { return to_send_; }
  // True if nothing can change the outcome any more.
  [[nodiscard]] bool is_decided() const;
  // The outcome; before it is decided, the one that a close at this point would give.
  [[nodiscard]] ProbeOutcome outcome() const { return outcome_; }
  // The server has read our QUIT: a reset of the connection loses nothing.
  [[nodiscard]] bool is_quit_taken() const { return is_quit_taken_; }

  // Code and text of the greeting; none and an empty text if no whole greeting was received. `000`
  // is a code too.
  [[nodiscard]] std::optional<uint16_t> code() const { return code_; }
  [[nodiscard]] std::string_view greeting() const { return greeting_; }
  // What the reply to EHLO offers, if it was received whole.
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
