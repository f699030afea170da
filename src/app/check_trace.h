// The steps of one name, for `check`: every query, answer, rule and probe.
//
// Threads: filled on the network thread, read after its end. Ownership: copies all arguments.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/trace_sink.h"
#include "mxbulk/validator.h"

namespace mxbulk::app {

// How one connection ended: the name of a reason, as `smtp_220`, or why it could not be made.
[[nodiscard]] std::string outcome_text(const ProbeReport& report);

class CheckTrace final : public TraceSink {
 public:
  void on_query(NameView name, RecordType type, std::string_view resolver, Proto proto) override;
  void on_answer(NameView name, RecordType type, std::string_view answer) override;
  void on_rule(NameView domain, std::string_view text) override;
  void on_probe(const IpAddress& address, const ProbeReport& report) override;

  // Takes all steps so far.
  [[nodiscard]] std::vector<CheckStep> take_steps() { return std::move(steps_); }
  // How the last connection to that address ended; nullptr: there was none.
  [[nodiscard]] const CheckedProbe* probe_of(const IpAddress& address) const;

 private:
  std::vector<CheckStep> steps_;
  std::map<IpAddress, CheckedProbe> probes_;
};

}  // namespace mxbulk::app
