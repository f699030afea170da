// The mail servers of the built-in world: a probing::Prober without a socket. What a server sends
// goes through the same dialogue as with real servers, so each depth has the result that it would
// have there.
//
// Waits are short, however long --probe-timeout is.
//
// Threads: one loop thread. Ownership: owns its script and its reports.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "lab/mail_script.h"
#include "mxbulk/options.h"
#include "probe/smtp_dialogue.h"
#include "probing/prober.h"

namespace mxbulk::lab {

class MailHosts final : public probing::DrivenProber {
 public:
  static constexpr int64_t kRoundTripUs = 12'000;  // as within a continent
  static constexpr int64_t kSilenceUs =
      500'000;  // until an open port that sends nothing has timed out
  // Until a port is known to be closed, in whatever way: second tries of ports that fail at one
  // time go out in one batch, and a run need not wait for another.
  static constexpr int64_t kClosedUs = 100'000;

  // `helo` as in probe::make_script(). A server that is not in `script` greets 220 with the
  // name that is dialled, and offers STARTTLS and SMTPUTF8.
  MailHosts(MailScript script, ProbeDepth depth, std::string_view helo);

  void dial(const probing::ProbeDial& dial) override;
  void deliver(probing::ProbeSink& sink, int64_t now_us) override;
  [[nodiscard]] int64_t next_wake_us() const override;

 private:
  // A report and the text that its views refer to.
  struct Ended {
    ProbeReport report;
    std::string greeting;
    std::string remark;
  };

  // Both return how long the connection takes, in µs.
  int64_t connect(const MailHost& host, Ended& ended) const;
  int64_t talk(const MailHost& host, Ended& ended) const;

  const MailScript script_;
  const probe::SmtpScript rules_;
  std::multimap<int64_t, Ended> ended_;  // by the time of its report
  int64_t now_us_ = 0;
};

}  // namespace mxbulk::lab
