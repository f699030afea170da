// What each mail server of the built-in world answers, from a data file with a line for each
// address or net:
//
//   192.0.2.1      +STARTTLS +SMTPUTF8 220 mx.example.net ESMTP
//   192.0.2.2      521 mx.example.net takes no mail
//   2001:db8::/32  refuses
//
// Threads: immutable. Ownership: owns all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/ip_address.h"
#include "model/ip_net.h"
#include "mxbulk/status.h"

namespace mxbulk::lab {

struct MailHost {
  enum class Kind : uint8_t {
    kGreets,        // `421 too many connections`; any code
    kRefuses,       // the port is closed
    kUnreachable,   // a router reports the host unreachable
    kUnresponsive,  // nothing answers: the connection times out
    kHangs,         // opens and sends nothing
    kNoSmtp,        // `no-smtp SSH-2.0-OpenSSH_9.2`: opens and sends that
  };
  Kind kind = Kind::kGreets;
  std::string text;  // kGreets: the code and what follows; kNoSmtp: what it sends
  bool has_starttls = false;
  bool has_smtputf8 = false;
};

class MailScript {
 public:
  // Errors: kInput with the line's number.
  static Result<MailScript> parse(std::string_view text);

  // By the first line whose net contains the address; null if none does.
  [[nodiscard]] const MailHost* find(const IpAddress& address) const;

 private:
  std::vector<std::pair<IpNet, MailHost>> hosts_;
};

// The script that is built into the program: data/lab.mail.
[[nodiscard]] std::string_view builtin_mail_text();

}  // namespace mxbulk::lab
