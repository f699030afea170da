// What `doctor` measures of one resolver: if it answers over UDP and TCP, if the answers are true,
// and how fast it is.
//
// Threads: one; blocks for some four seconds, and for `tries` timeouts more if it does not answer.
// Ownership: keeps nothing.
#pragma once

#include "model/endpoint.h"
#include "mxbulk/doctor.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::app {

// Asks some questions at the same time, then, if it answers over UDP, one after another, then as
// many at once as its window allows, with the transport and the windows of a run. Fills all of
// `facts` except the bottleneck. Errors: kInternal if the system refuses a loop.
[[nodiscard]] Status measure_resolver(const Endpoint& resolver, const DnsOptions& options,
                                      ResolverFacts& facts);

}  // namespace mxbulk::app
