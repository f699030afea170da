#include "probing/egress_monitor.h"

#include <algorithm>

namespace mxbulk::probing {

void EgressMonitor::on_open(int64_t dialled_us) {
  closed_in_row_ = 0;
  opening_dialled_us_ = std::max(opening_dialled_us_, dialled_us);
  unresponsive_since_us_ = kNever;
  unresponsive_in_row_ = 0;
}

void EgressMonitor::add_control(IpId host) {
  const auto known = controls_.begin() + static_cast<std::ptrdiff_t>(control_count_);
  if (std::find(controls_.begin(), known, host) != known) return;
  controls_[next_place_] = host;
  next_place_ = (next_place_ + 1) % limits::kControls;
  control_count_ = std::min(control_count_ + 1, limits::kControls);
}

void EgressMonitor::on_control_closed(int64_t now_us) {
  pause_until_us_ = 0;
  if (++unresponsive_in_row_ < std::min<size_t>(control_count_, limits::kControlsUnresponsive))
    return;
  unresponsive_in_row_ = 0;
  pause_until_us_ = now_us + limits::kControlPauseUs;
  if (!is_unresponsive()) unresponsive_since_us_ = now_us;
}

EgressMonitor::Proof EgressMonitor::proof_of_failure(int64_t ended_us, int64_t now_us) const {
  if (opening_dialled_us_ >= ended_us) {
    const bool is_soon = opening_dialled_us_ - ended_us <= limits::kEgressSoonUs;
    return is_soon ? Proof::kClosed : Proof::kInconclusive;
  }
  return now_us - ended_us > limits::kEgressPatienceUs ? Proof::kInconclusive : Proof::kPending;
}

std::optional<IpId> EgressMonitor::next_control(int64_t now_us) {
  if (control_count_ == 0 || now_us < pause_until_us_) return std::nullopt;
  pause_until_us_ = now_us + limits::kControlRestUs;
  next_control_ = (next_control_ + 1) % control_count_;
  return controls_[next_control_];
}

}  // namespace mxbulk::probing
