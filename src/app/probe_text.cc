#include "app/probe_text.h"

namespace mxbulk::app {

std::string outcome_text(const engine::ProbeReport& report) {
  switch (report.end) {
    case engine::ProbeReport::End::kOutcome: return std::string(name_of(reason_of(report.outcome)));
    case engine::ProbeReport::End::kNoRoom: return "no room for a connection here";
    case engine::ProbeReport::End::kNoRoute: return "no route from here";
  }
  return "?";
}

}  // namespace mxbulk::app
