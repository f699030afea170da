#include "app/probe_text.h"

namespace mxbulk::app {

std::string outcome_text(const ProbeReport& report) {
  switch (report.end) {
    case ProbeReport::End::kOutcome: return std::string(name_of(reason_of(report.outcome)));
    case ProbeReport::End::kNoRoom: return "no room for a connection here";
    case ProbeReport::End::kNoRoute: return "no route from here";
  }
  return "?";
}

}  // namespace mxbulk::app
