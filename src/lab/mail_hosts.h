// The mail servers of the built-in world: an probing::Prober without a socket. What a server says
// goes through the conversation that real ones have with us, so that each depth comes to what it
// would come to there.
//
// Nobody waits long in a made-up world, however long --probe-timeout is.
//
// Threads: one loop thread. Ownership: owns its script and all it will report.
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
  static constexpr int64_t kSilenceUs = 500'000;   // until an open port's is taken for its answer
  // Until a port is known to be closed, in whatever way: second tries of ports that fail in one
  // moment go out in one volley, and a run need not wait for another.
  static constexpr int64_t kClosedUs = 100'000;

  // `helo` as in probe::make_script(). Who stands not in `script` greets 220 with the name that is
  // dialled, and offers STARTTLS and SMTPUTF8.
  MailHosts(MailScript script, ProbeDepth depth, std::string_view helo);

  void dial(const probing::ProbeDial& dial) override;
  void deliver(probing::ProbeSink& sink, int64_t now_us) override;
  [[nodiscard]] int64_t next_wake_us() const override;

 private:
  // A report and what its views look at.
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
  std::multimap<int64_t, Ended> ended_;  // by when it is to be reported
  int64_t now_us_ = 0;
};

}  // namespace mxbulk::lab
