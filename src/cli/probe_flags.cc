#include "cli/probe_flags.h"

#include "app/probe_plan.h"
#include "base/limits.h"
#include "cli/flag_store.h"
#include "cli/flag_values.h"

namespace mxbulk::cli {

Status set_probe(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, ProbeDepth>, 5> kDepths = {
      {{"off", ProbeDepth::kOff},
       {"connect", ProbeDepth::kConnect},
       {"banner", ProbeDepth::kBanner},
       {"ehlo", ProbeDepth::kEhlo},
       {"starttls", ProbeDepth::kStarttls}}};
  return choose(text, kDepths, to.options.probe.depth);
}

Status set_probe_concurrency(std::string_view text, Invocation& to) {
  return store(count_from(text, 1, limits::kProbeConcurrencyMax), to.options.probe.concurrency);
}

Status set_probe_per_host(std::string_view text, Invocation& to) {
  return store(count_from(text, 1, limits::kProbePerHostMax), to.options.probe.per_host);
}

Status set_probe_timeout(std::string_view text, Invocation& to) {
  return store_duration(text, to.options.probe.timeout_ms);
}

Status set_probe_all(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.probe.all);
}

Status set_probe_port(std::string_view text, Invocation& to) {
  return store(count_from(text, 1, 65'535), to.options.probe.port);
}

Status set_probe_exclude(std::string_view text, Invocation& to) {
  if (text.empty()) return Status::usage("a value is missing; name a file");
  to.options.probe.exclude_path = text;
  return {};
}

Status set_helo(std::string_view text, Invocation& to) {
  to.options.probe.helo = text;
  return app::parse_helo(text).status();
}

Status set_source_ip(std::string_view text, Invocation& to) {
  to.options.probe.source_ip = text;
  return app::parse_source_ip(text).status();
}

Status set_allow_net(std::string_view text, Invocation& to) {
  Result<std::vector<std::string>> nets = filled_list_from(text);
  if (!nets.ok()) return nets.status();
  for (std::string& net : nets.value()) {
    if (Status status = app::parse_net(net).status(); !status.ok()) return status;
    to.options.probe.allow_nets.push_back(std::move(net));
  }
  return {};
}

}  // namespace mxbulk::cli
