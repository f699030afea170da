#include "probing/filter_check.h"

#include "base/limits.h"

namespace mxbulk::probing {

void FilterCheck::on_open(const ServerKeys& server) {
  (void)opened_.insert(server.network);
  (void)opened_.insert(server.organisation);
}

void FilterCheck::on_silent(const ServerKeys& server) {
  ++silent_[server.network];
  ++silent_[server.organisation];
}

bool FilterCheck::has_many_silent(uint64_t key) const {
  const auto found = silent_.find(key);
  return found != silent_.end() && found->second >= limits::kFilteredAddressesMin;
}

bool FilterCheck::is_filtered(const ServerKeys& server, ProbeOutcome outcome) const {
  if (opened_.contains(server.organisation)) return false;
  if (server.is_known) return is_closed(outcome);
  return outcome == ProbeOutcome::kTcpTimeout && !opened_.contains(server.network) &&
         (has_many_silent(server.organisation) || has_many_silent(server.network));
}

}  // namespace mxbulk::probing
