// The subcommands, as help and the parser see them.
#include <algorithm>

#include "cli/flag_defs.h"

namespace mxbulk::cli {
namespace {

constexpr CommandDef kCommands[] = {
    {Command::kValidate, "validate", "[FILE…|-]",
     "addresses in, the rows with a verdict out, same order",
     "mxbulk validate list.csv -o list.checked.csv\n"
     "mxbulk validate list.csv --dry-run\n"
     "mxbulk validate list.csv -o list.checked.csv -r 127.0.0.1 --canary our-own-domain.com\n"
     "mxbulk validate list.csv -o good.csv --only mx_ok --lists our-lists\n"
     "zcat list.csv.gz | mxbulk validate - -q --summary-json summary.json > checked.csv\n"},
    {Command::kResolve, "resolve", "[FILE|-]",
     "domains in, one JSONL record each out, in the order in which they are decided",
     "mxbulk resolve domains.txt -o domains.jsonl\n"
     "cut -d@ -f2 list.txt | sort -u | mxbulk resolve -r 127.0.0.1 > domains.jsonl\n"},
    {Command::kExtract, "extract", "[FILE|-]",
     "address -> normalised domain and syntax verdict, no network",
     "mxbulk extract list.csv -o addresses.csv\n"},
    {Command::kCheck, "check", "ADDR|DOMAIN…",
     "one name explained step by step: every query, answer and rule",
     "mxbulk check bob@example.com\n"
     "mxbulk check example.com --probe starttls --helo probe.example.net --json\n"},
    {Command::kDoctor, "doctor", "",
     "what this machine and its resolvers can do, and how fast; four seconds per resolver",
     "mxbulk doctor -r 127.0.0.1\n"
     "mxbulk doctor --helo probe.example.net --canary our-own-domain.com\n"},
    {Command::kState, "state", "stats|prune|export|forget FILE [DOMAIN…]",
     "what a state remembers: counts, removal of old domains, all as a table, one domain removed",
     "mxbulk state stats nightly.db\n"
     "mxbulk state prune nightly.db --days 90\n"
     "mxbulk state export nightly.db -o domains.csv\n"
     "mxbulk state forget nightly.db example.com\n"},
};

}  // namespace

std::span<const CommandDef> command_defs() {
  return kCommands;
}

const CommandDef& command_def(Command command) {
  return *std::find_if(std::begin(kCommands), std::end(kCommands),
                       [&](const CommandDef& def) { return def.command == command; });
}

}  // namespace mxbulk::cli
