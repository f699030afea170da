#include "app/probers.h"

#include <utility>

#include "app/resolver_list.h"
#include "lab/mail_hosts.h"
#include "net/smtp_prober.h"

namespace mxbulk::app {
namespace {

using MadeProber = Result<std::unique_ptr<probing::DrivenProber>>;

MadeProber make_lab_prober(ProbeDepth depth, const std::string& helo) {
  Result<lab::MailScript> script = lab::MailScript::parse(lab::builtin_mail_text());
  if (!script.ok()) return script.status();
  return MadeProber(std::make_unique<lab::MailHosts>(std::move(script.value()), depth, helo));
}

}  // namespace

MadeProber make_prober(const Options& options, const ProbePlan& plan, net::Loop& loop) {
  const ProbeOptions& probe = options.probe;
  if (has_lab(options.dns.resolvers)) return make_lab_prober(probe.depth, plan.helo);
  return MadeProber(std::make_unique<net::SmtpProber>(
      loop, net::ProbeSettings{.depth = probe.depth,
                               .port = probe.port,
                               .timeout_us = probe.timeout_ms * 1'000,
                               .helo = plan.helo,
                               .source = plan.source}));
}

}  // namespace mxbulk::app
