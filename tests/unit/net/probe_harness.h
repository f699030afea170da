// A prober on a real loop with real sockets, on a clock that the test moves.
//
// Threads: one. Ownership: owns the loop and the prober; borrows the servers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/smtp_prober.h"
#include "unit/net/played_mail_server.h"

namespace mxbulk::test {

struct Probed {
  ProbeReport report;  // its views are in the strings below
  std::string greeting;
  std::string remark;
};

class ProbeHarness final : public probing::ProbeSink {
 public:
  explicit ProbeHarness(const net::ProbeSettings& settings);

  void serve(PlayedMailServer& server) { servers_.push_back(&server); }
  // The ticket is the number of the connection, from 0.
  void dial(const IpAddress& address, std::string_view host = "mx.example");
  // One iteration of the loop without sleeping.
  void run_once();
  // Iterates until `condition()` is true; false if it never is.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition);
  // Until all is reported. The clock does not advance.
  void turn_until_all_reported();
  void move_to(int64_t now_us) { now_us_ = now_us; }

  [[nodiscard]] net::SmtpProber& prober() { return *prober_; }
  [[nodiscard]] net::Loop& loop() { return *loop_; }
  [[nodiscard]] const std::vector<Probed>& reports() const { return reports_; }
  // Called after each report.
  std::function<void(const Probed&)> then;

  void on_probe(const ProbeReport& report) override;

 private:
  const SteadyClock clock_;
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::SmtpProber> prober_;
  std::vector<PlayedMailServer*> servers_;
  std::vector<Probed> reports_;
  uint64_t dialled_ = 0;
  int64_t now_us_ = 0;
};

// The settings of most tests: the whole connection may take 10 s.
[[nodiscard]] net::ProbeSettings settings_for(const PlayedMailServer& server, ProbeDepth depth);

}  // namespace mxbulk::test
