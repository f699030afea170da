#include "cli/flag_defs.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "app/resolvers.h"
#include "base/limits.h"
#include "cli/flag_store.h"
#include "cli/flag_values.h"
#include "cli/night_flags.h"
#include "cli/probe_flags.h"
#include "model/file_format.h"

namespace mxbulk::cli {
namespace {

constexpr CommandSet kValidate = set_of(Command::kValidate);
constexpr CommandSet kResolve = set_of(Command::kResolve);
constexpr CommandSet kExtract = set_of(Command::kExtract);
constexpr CommandSet kCheck = set_of(Command::kCheck);
constexpr CommandSet kDoctor = set_of(Command::kDoctor);
constexpr CommandSet kState = set_of(Command::kState);
constexpr CommandSet kRows = kValidate | kExtract;               // read addresses
constexpr CommandSet kStreams = kRows | kResolve;                // rows in, rows out
constexpr CommandSet kVerdicts = kValidate | kResolve | kCheck;  // give verdicts by queries
constexpr CommandSet kAsking = kVerdicts | kDoctor;              // send queries
constexpr CommandSet kAll = kStreams | kCheck | kDoctor | kState | set_of(Command::kNone);

constexpr uint64_t kNoMax = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kTriesMax = 20;  // more only burdens the resolver

// --- input -------------------------------------------------------------------------------------

Status set_format(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, Format>, 5> kFormats = {
      {{"auto", Format::kAuto},
       {"csv", Format::kCsv},
       {"tsv", Format::kTsv},
       {"jsonl", Format::kJsonl},
       {"lines", Format::kLines}}};
  return choose(text, kFormats, to.options.input.format);
}
Status set_column(std::string_view text, Invocation& to) {
  to.options.input.column = text == "auto" ? "" : text;
  return {};
}
Status set_json_path(std::string_view text, Invocation& to) {
  if (text.empty())
    return Status::usage("an empty path names no key; write one, as in contact.email");
  to.options.input.json_path = text == "auto" ? "" : text;
  return {};
}
Status set_delimiter(std::string_view text, Invocation& to) {
  return store(delimiter_from(text), to.options.input.delimiter);
}
Status set_escape(std::string_view text, Invocation& to) {
  const Result<std::optional<char>> escape = escape_from(text);
  if (!escape.ok()) return escape.status();
  to.options.input.escape = escape.value();
  return {};
}
Status set_encoding(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, TextEncoding>, 5> kEncodings = {
      {{"auto", TextEncoding::kAuto},
       {"utf-8", TextEncoding::kUtf8},
       {"utf-16", TextEncoding::kUtf16},
       {"windows-1252", TextEncoding::kWindows1252},
       {"latin1", TextEncoding::kLatin1}}};
  return choose(text, kEncodings, to.options.input.encoding);
}
Status set_skip_lines(std::string_view text, Invocation& to) {
  return store(count_from(text, 0, limits::kTitleLinesMax), to.options.input.skip_lines);
}
Status set_no_headers(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.input.no_headers);
}
Status set_limit(std::string_view text, Invocation& to) {
  return store(count_from(text, 0, kNoMax), to.options.input.limit_rows);
}

// --- output ------------------------------------------------------------------------------------

Status set_output(std::string_view text, Invocation& to) {
  const std::string_view other = unwritten_extension(text);
  if (!other.empty()) {
    return Status::usage("this program writes no " + std::string(other) +
                         " files; name a .csv, .tsv or .jsonl, each also .gz or .zst");
  }
  if (text.empty() || text.ends_with('/')) {
    return Status::usage("\"" + std::string(text) +
                         "\" names no file; name one, or - for standard output");
  }
  to.options.output.path = text;
  return {};
}
Status set_output_format(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, Format>, 4> kFormats = {
      {{"auto", Format::kAuto},
       {"csv", Format::kCsv},
       {"tsv", Format::kTsv},
       {"jsonl", Format::kJsonl}}};
  return choose(text, kFormats, to.options.output.format);
}
Status set_mode(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, Mode>, 3> kModes = {
      {{"append", Mode::kAppend}, {"minimal", Mode::kMinimal}, {"domains", Mode::kDomains}}};
  return choose(text, kModes, to.options.output.mode);
}
Status set_columns(std::string_view text, Invocation& to) {
  return append_list(text, to.options.output.columns);
}
Status set_prefix(std::string_view text, Invocation& to) {
  to.options.output.prefix = text;
  return {};
}
Status set_new_columns(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> kPlaces = {
      {{"back", false}, {"front", true}}};
  return choose(text, kPlaces, to.options.output.new_columns_first);
}
Status set_mark_duplicates(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.output.mark_duplicates);
}
Status set_only(std::string_view text, Invocation& to) {
  const Result<std::vector<std::string>> names = filled_list_from(text);
  if (!names.ok()) return names.status();
  for (const std::string& name : names.value()) {
    Verdict verdict{};
    if (!verdict_from_name(name, verdict)) {
      std::string message = "\"" + name + "\" is not a verdict; there are";
      for (size_t index = 0; index < kVerdictCount; ++index) {
        message += " " + std::string(name_of(static_cast<Verdict>(index)));
      }
      return Status::usage(std::move(message));
    }
    auto& only = to.options.output.only;
    if (std::find(only.begin(), only.end(), verdict) == only.end()) only.push_back(verdict);
  }
  return {};
}
Status set_csv_safe(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.output.csv_safe);
}
Status set_summary_json(std::string_view text, Invocation& to) {
  to.options.output.summary_json_path = text;
  return {};
}
Status set_metrics_file(std::string_view text, Invocation& to) {
  to.options.output.metrics_path = text;
  return {};
}
Status set_lists(std::string_view text, Invocation& to) {
  if (text.empty()) return Status::usage("a value is missing; name a folder");
  to.options.lists_path = text;
  return {};
}

// --- DNS ---------------------------------------------------------------------------------------

Status set_resolver(std::string_view text, Invocation& to) {
  Result<std::vector<std::string>> resolvers = filled_list_from(text);
  if (!resolvers.ok()) return resolvers.status();
  for (std::string& resolver : resolvers.value()) {
    if (Status status = app::check_resolver(resolver); !status.ok()) return status;
    to.options.dns.resolvers.push_back(std::move(resolver));
  }
  return {};
}
Status set_canary(std::string_view text, Invocation& to) {
  Result<std::vector<std::string>> canaries = filled_list_from(text);
  if (!canaries.ok()) return canaries.status();
  for (std::string& canary : canaries.value()) {
    if (Status status = app::parse_canary(canary).status(); !status.ok()) return status;
    to.options.dns.canaries.push_back(std::move(canary));
  }
  if (to.options.dns.canaries.size() > limits::kCanariesGivenMax) {
    return Status::usage("name at most " + std::to_string(limits::kCanariesGivenMax) + " of them");
  }
  return {};
}
Status set_concurrency(std::string_view text, Invocation& to) {
  to.options.dns.concurrency = 0;
  if (text == "auto") return {};
  return store(count_from(text, 1, limits::kConcurrencyMax), to.options.dns.concurrency);
}
Status set_qps(std::string_view text, Invocation& to) {
  return store(count_from(text, 0, 100'000'000), to.options.dns.qps);
}
Status set_timeout(std::string_view text, Invocation& to) {
  return store_duration(text, to.options.dns.timeout_ms);
}
Status set_tries(std::string_view text, Invocation& to) {
  return store(count_from(text, 1, kTriesMax), to.options.dns.tries);
}
Status set_dns_deadline(std::string_view text, Invocation& to) {
  return store_duration(text, to.options.dns.dns_deadline_ms);
}

// --- run, machine, messages --------------------------------------------------------------------

Status set_max_unknown(std::string_view text, Invocation& to) {
  return store(rate_from(text), to.options.max_unknown);
}
Status set_max_invalid(std::string_view text, Invocation& to) {
  return store(rate_from(text), to.options.max_invalid);
}
Status set_dry_run(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.options.dry_run);
}
Status set_memory(std::string_view text, Invocation& to) {
  if (Status status = store(size_bytes_from(text), to.options.memory_bytes); !status.ok()) {
    return status;
  }
  if (to.options.memory_bytes >= limits::kMemoryBytesMin) return {};
  return Status::usage("\"" + std::string(text) + "\" is too little for rows; write 1M or more");
}
Status set_json(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.json);
}
Status set_quiet(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.quiet);
}
Status set_verbose(std::string_view text, Invocation& to) {
  return store(switch_from(text), to.verbose);
}
Status set_progress(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, ProgressStyle>, 5> kStyles = {
      {{"auto", ProgressStyle::kAuto},
       {"bar", ProgressStyle::kBar},
       {"log", ProgressStyle::kLog},
       {"json", ProgressStyle::kJson},
       {"none", ProgressStyle::kNone}}};
  return choose(text, kStyles, to.progress);
}
Status set_color(std::string_view text, Invocation& to) {
  constexpr std::array<std::pair<std::string_view, ColorChoice>, 3> kChoices = {
      {{"auto", ColorChoice::kAuto},
       {"always", ColorChoice::kAlways},
       {"never", ColorChoice::kNever}}};
  return choose(text, kChoices, to.color);
}
Status set_version(std::string_view, Invocation& to) {
  // Help wins if both are requested: it names the version flag.
  if (to.request == Request::kRun) to.request = Request::kVersion;
  return {};
}
Status set_help(std::string_view, Invocation& to) {
  to.request = Request::kHelp;
  return {};
}
// The parser reads the file before it applies anything.
Status set_config(std::string_view, Invocation&) {
  return {};
}

// name, letter, group, value, default, help, commands, is_list, from_files, apply
// clang-format off
constexpr FlagDef kFlags[] = {
    {"format", '\0', Group::kInput, "FORMAT", "auto",
     "The input: auto, csv, tsv, jsonl or lines; gzip and zstd are recognised by their content",
     kRows, false, true, set_format},
    {"column", 's', Group::kInput, "NAME|N", "auto",
     "The e-mail column by header or number from 1, of JSON the member; auto: the column that "
     "holds addresses, its header decides only between several", kRows, false, true, set_column,
     "The e-mail column by header or number from 1"},
    {"json-path", '\0', Group::kInput, "PATH", "auto",
     "The e-mail member of JSON records; dots lead into nested objects; auto: the member that "
     "holds addresses", kRows, false, true, set_json_path,
     "The e-mail member of JSON records; dots descend"},
    {"encoding", '\0', Group::kInput, "NAME", "auto",
     "auto, utf-8, utf-16, windows-1252 or latin1; auto: UTF-16 by its byte order mark, else "
     "UTF-8; the output is UTF-8", kRows, false, true, set_encoding,
     "utf-8, utf-16, windows-1252 or latin1"},
    {"delimiter", 'd', Group::kInput, "CHAR", "auto",
     "Between CSV cells; auto finds , ; tab or |", kRows, false, true, set_delimiter},
    {"escape", '\0', Group::kInput, "CHAR", "auto",
     "Before a quote or delimiter that is text, as \\ in MySQL's files; auto finds \\; or none",
     kRows, false, true, set_escape, "Before a quote that is text, as \\ in MySQL's files"},
    {"no-headers", 'n', Group::kInput, "", "",
     "The first row is data", kRows, false, true, set_no_headers},
    {"skip-lines", '\0', Group::kInput, "N", "0",
     "Copy the first N lines, which are above the table, unchanged",
     kRows, false, true, set_skip_lines, "Copy the first N lines unchanged"},
    {"limit", '\0', Group::kInput, "N", "0",
     "Stop after N rows; 0 = all", kStreams, false, true, set_limit},

    {"output", 'o', Group::kOutput, "FILE", "-",
     "Where the rows go; type by extension: .csv .tsv .jsonl, each also .gz .zst; with {action} or "
     "{verdict} in the name (validate) one file for each",
     kStreams | kState, false, true, set_output, "Where the rows go; type by extension"},
    {"output-format", '\0', Group::kOutput, "FORMAT", "auto",
     "auto, csv, tsv or jsonl; auto: by the extension, else as the input (validate) or jsonl",
     kStreams | kState, false, true, set_output_format, "auto, csv, tsv or jsonl"},
    {"mode", '\0', Group::kOutput, "MODE", "append",
     "append: the row and the added columns; minimal: only the added columns; domains: one "
     "record for each domain", kValidate, false, true, set_mode,
     "What is written: append, minimal or domains"},
    {"columns", '\0', Group::kOutput, "LIST",
     "email,verdict,reason,action,domain,host,provider,flags,lints,suggestion",
     "Which columns are added, in this order; there are also disposable, role, free and relay",
     kValidate, true, true, set_columns},
    {"new-columns", '\0', Group::kOutput, "PLACE", "back",
     "Place of the added columns: back, or front, which keeps rows longer than the header aligned",
     kValidate, false, true, set_new_columns, "Place of the added columns: back or front"},
    {"mark-duplicates", '\0', Group::kOutput, "", "",
     "Give rows that repeat an earlier address the lint duplicate; at most 16 bytes an address",
     kValidate, false, true, set_mark_duplicates},
    {"prefix", '\0', Group::kOutput, "TEXT", "mx_",
     "Before the name of each added column", kValidate, false, true, set_prefix},
    {"only", '\0', Group::kOutput, "VERDICT,…", "all",
     "Write only rows with these verdicts; totals still count all rows",
     kValidate, true, true, set_only},
    {"csv-safe", '\0', Group::kOutput, "", "",
     "Put ' before cells that a spreadsheet would run (= + - @)",
     kValidate, false, true, set_csv_safe},
    {"summary-json", '\0', Group::kOutput, "FILE", "none",
     "Write the summary as one JSON object", kStreams, false, true, set_summary_json},
    {"metrics-file", '\0', Group::kOutput, "FILE", "none",
     "Write the metrics of the run for Prometheus' textfile collector", kValidate, false, true,
     set_metrics_file},
    {"lists", '\0', Group::kOutput, "DIR", "none",
     "Your own lists; they override the built-in ones: any of disposable.txt, free.txt, relay.txt, "
     "role.txt (one entry on each line, # begins a comment) and typos.txt (misspelt domain, blank, "
     "intended domain); with * before a domain in free.txt it may be suggested for a typo",
     kVerdicts, false, true, set_lists, "Your own disposable, free, relay, role and typo lists"},
    {"json", '\0', Group::kOutput, "", "",
     "JSON instead of text: one object on each line", kCheck | kDoctor | kState, false, true, set_json,
     "JSON instead of text"},

    {"resolver", 'r', Group::kDns, "IP[:PORT],…", "/etc/resolv.conf",
     "The resolvers: addresses, @FILE as resolv.conf, or lab, the built-in resolver with mail "
     "servers of its own",
     kAsking, true, true, set_resolver, "The resolvers: addresses, @FILE or lab"},
    {"canary", '\0', Group::kDns, "DOMAIN,…", "none",
     "Domains that have MX: a resolver that finds none for them is not used; doctor dials mail "
     "servers of the first one to see whether port 25 is open from here",
     kAsking, true, true, set_canary, "Domains that have MX, to detect false answers"},
    {"concurrency", 'c', Group::kDns, "N", "auto",
     "Lookups in flight for each resolver; auto: tuned while running", kAsking, false, true,
     set_concurrency},
    {"qps", '\0', Group::kDns, "N", "1000, none on loopback",
     "Queries per second, at most; 0 = no limit", kAsking, false, true, set_qps},
    {"timeout", '\0', Group::kDns, "TIME", "2s",
     "For one attempt, at most", kAsking, false, true, set_timeout},
    {"tries", '\0', Group::kDns, "N", "3",
     "Attempts for one question in each round", kAsking, false, true, set_tries},
    {"dns-deadline", '\0', Group::kDns, "TIME", "20s",
     "Time for the queries of one domain; time in queues does not count", kVerdicts, false, true,
     set_dns_deadline},

    {"probe", '\0', Group::kProbe, "DEPTH", "off",
     "How far to probe mail servers after DNS: off, connect, banner, ehlo or starttls; the verdict "
     "says how far they answered, no message is ever sent",
     kAsking, false, true, set_probe,
     "Probe mail servers: off, connect, banner, ehlo or starttls"},
    {"probe-concurrency", '\0', Group::kProbe, "N", "1000",
     "Connections at once", kVerdicts, false, true, set_probe_concurrency},
    {"probe-per-host", '\0', Group::kProbe, "N", "1",
     "Connections at once to one IP address; to a /24 (IPv6: a /48) 8 N, to one provider 32 N",
     kVerdicts, false, true, set_probe_per_host},
    {"probe-timeout", '\0', Group::kProbe, "TIME", "10s",
     "For a whole connection", kAsking, false, true, set_probe_timeout},
    {"probe-all", '\0', Group::kProbe, "", "",
     "Probe every address of every exchange, not until one answers; check always does",
     kVerdicts, false, true, set_probe_all},
    {"probe-port", '\0', Group::kProbe, "PORT", "25",
     "The port to dial", kAsking, false, true, set_probe_port},
    {"probe-exclude", '\0', Group::kProbe, "FILE", "none",
     "Hosts and networks not to dial: an IP address, CIDR, host or domain (with all under it) on "
     "each line; # begins a comment", kVerdicts, false, true, set_probe_exclude,
     "Hosts and networks not to dial"},
    {"helo", '\0', Group::kProbe, "NAME", "none",
     "The name of this host, fully qualified, which ehlo and starttls send; doctor checks it",
     kAsking, false, true, set_helo, "The name of this host, fully qualified"},
    {"source-ip", '\0', Group::kProbe, "IP", "the system's choice",
     "Dial from this address of this machine", kAsking, false, true, set_source_ip},
    {"allow-net", '\0', Group::kProbe, "CIDR,…", "none",
     "Treat these addresses as public, in verdicts and for dialling: labs, internal relays",
     kAsking, true, true, set_allow_net, "Treat these addresses as public"},

    {"state", '\0', Group::kNight, "FILE", "none",
     "Remember domains in this file (SQLite): a later run asks only for what may have changed, and "
     "one that was interrupted goes on; it has no address of a person",
     kValidate, false, true, set_state, "Remember domains in this file from run to run"},
    {"state-optional", '\0', Group::kNight, "", "",
     "If the state cannot be used, go on without it; a damaged or newer file is moved to "
     "FILE.bad-DATE", kValidate, false, true, set_state_optional},
    {"max-age", '\0', Group::kNight, "TIME", "20h",
     "Use answers of the state that are younger, give or take a fifth; those that were send also "
     "as long as their TTL, a week at most; 0 asks for every domain", kValidate, false, true,
     set_max_age, "Use answers of the state that are younger"},
    {"dead-after", '\0', Group::kNight, "RUNS/TIME", "5/120h",
     "Suppress tcp_* only if no connection opened in so many runs over this time; before that, "
     "retry", kValidate, false, true, set_dead_after,
     "When tcp_* is suppressed: after so many failed runs over a time"},
    {"changes", '\0', Group::kNight, "FILE", "none",
     "Write a line for each domain whose verdict or action changed since the last run: .csv, .tsv "
     "or JSONL; domains from 5 rows up", kValidate, false, true, set_changes,
     "Write the domains that changed since the last run"},
    {"changes-all", '\0', Group::kNight, "", "",
     "New and vanished domains too", kValidate, false, true, set_changes_all},
    {"all-domains", '\0', Group::kNight, "", "",
     "Name domains with fewer than 5 rows too in --changes", kValidate, false, true,
     set_all_domains},
    {"max-shift", '\0', Group::kNight, "RATE", "5%",
     "Exit code 5, and no output, if the share of a verdict among the domains of the last run too "
     "moved by more: the resolver is likelier to be wrong than the world", kValidate, false, true,
     set_max_shift, "Exit code 5 if a verdict's share moved by more"},
    {"accept-shift", '\0', Group::kNight, "", "",
     "Write the output whatever moved", kValidate, false, true, set_accept_shift},

    {"days", '\0', Group::kNight, "N", "90",
     "Of prune: remove domains that were not seen for so many days; 8 at least", kState, false, true,
     set_days},

    {"deadline", '\0', Group::kRun, "TIME", "none",
     "End after this time: rows that are not decided are unknown/not_attempted, exit code 8",
     kValidate, false, true, set_deadline, "End after this time; what is not decided is unknown"},
    {"fail-if", '\0', Group::kRun, "NAME>RATE", "none",
     "Exit code 6 if more rows have this verdict, reason or action, as in no_mx>5%; with domains: "
     "before it, of domains; may be repeated", kValidate, true, true, set_fail_if,
     "Exit code 6 if more rows are so, as in no_mx>5%"},
    {"run-id", '\0', Group::kRun, "TEXT", "none",
     "A name of this run, for the summary and the state", kValidate, false, true, set_run_id},
    {"run-date", '\0', Group::kRun, "DATE", "today",
     "The date of this run, YYYY-MM-DD, for the summary and the state", kValidate, false, true,
     set_run_date},
    {"max-unknown", '\0', Group::kRun, "RATE", "5%",
     "Exit code 3 if more rows than this are unknown", kValidate | kResolve, false, true,
     set_max_unknown},
    {"max-invalid", '\0', Group::kRun, "RATE", "50%",
     "Exit code 6 if more of the rows that hold something are invalid: the list was probably "
     "misread", kValidate, false, true, set_max_invalid,
     "Exit code 6 if more of the rows are invalid: probably misread"},
    {"dry-run", '\0', Group::kRun, "", "",
     "Parse, deduplicate, count; send no packet, write nothing", kValidate, false, true,
     set_dry_run, "Parse and count; no packet"},

    {"memory", '\0', Group::kMachine, "SIZE", "64M",
     "For rows that wait for a verdict, 1M at least; more wait in an unlinked file: in $TMPDIR, "
     "else beside the output file, else in /var/tmp",
     kValidate, false, true, set_memory, "For rows that wait for a verdict"},

    {"quiet", 'q', Group::kMessages, "", "",
     "Print nothing on success", kAll, false, true, set_quiet},
    {"verbose", 'v', Group::kMessages, "", "",
     "Print more at the end: queries, retries, forged answers", kAll, false, true, set_verbose},
    {"progress", '\0', Group::kMessages, "STYLE", "auto",
     "auto, bar, log (a line every 30 s), json or none; auto: a bar on a terminal, else log",
     kStreams, false, true, set_progress},
    {"color", '\0', Group::kMessages, "WHEN", "auto",
     "auto, always or never; auto respects NO_COLOR", kAll, false, true, set_color},
    {"config", '\0', Group::kMessages, "FILE", "none",
     "TOML with the long names of these flags as keys", kAll, false, true, set_config},
    {"version", 'V', Group::kMessages, "", "",
     "The version of this program and of every library in it", kAll, false, false, set_version},
    {"help", 'h', Group::kMessages, "", "",
     "This text; -h is short, --help complete", kAll, false, false, set_help,
     "This text; --help is complete"},
};
// clang-format on

}  // namespace

std::span<const FlagDef> flag_defs() {
  return kFlags;
}
std::string_view title_of(Group group) {
  switch (group) {
    case Group::kInput: return "Input";
    case Group::kOutput: return "Output";
    case Group::kDns: return "DNS";
    case Group::kProbe: return "Probing";
    case Group::kNight: return "Night after night";
    case Group::kRun: return "Run";
    case Group::kMachine: return "Machine";
    case Group::kMessages: return "Messages";
  }
  return "";
}

}  // namespace mxbulk::cli
