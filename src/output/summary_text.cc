#include "output/summary_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/limits.h"
#include "model/outcome_table.h"
#include "output/summary_parts.h"
#include "output/terminal_text.h"

namespace mxbulk::output {
namespace {

constexpr double kBarColumns = 20;  // of 100 %
constexpr size_t kLabelAndCountColumns = 21;
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGray = "\x1b[90m";

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), pattern, values...);
  return {text.data(), static_cast<size_t>(length)};
}

std::string counted(uint64_t number, std::string_view one, std::string_view many) {
  return with_thousands(number) + " " + std::string(number == 1 ? one : many);
}

std::string duration_text(double seconds) {
  if (seconds < 59.95) return format("%.1f s", seconds);
  const auto whole = static_cast<unsigned long>(std::llround(seconds));
  if (whole < 3600) return format("%lu min %02lu s", whole / 60, whole % 60);
  return format("%lu h %02lu min", whole / 3600, whole / 60 % 60);
}

// From one column on: whole blocks, rounded up. Below it: eighths of a block, at least one.
std::string bar(double share) {
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double columns = share * kBarColumns;
  std::string text;
  if (columns >= 1) {
    for (double drawn = 0; drawn < columns; ++drawn) text += "█";
    return text;
  }
  const auto eighths = static_cast<size_t>(std::lround(columns * 8));
  if (eighths == 8) return "█";
  return std::string(kEighths[eighths == 0 ? 1 : eighths]);
}

std::string percent(uint64_t count, uint64_t rows) {
  if (count == 0) return "0.0%";
  const double value = 100.0 * static_cast<double>(count) / static_cast<double>(rows);
  return value < 0.05 ? "<0.1%" : format("%.1f%%", value);
}

// Text that is not UTF-8 is written as it is, or as U+FFFD in JSON.
std::string encoding_note(const InputDescription& input) {
  if (input.first_ill_formed_line == 0 && input.replaced == 0) return {};
  std::string text = "  " + terminal_text(input.name);
  if (input.first_ill_formed_line > 0) {
    text += " is not valid UTF-8, first in line " + with_thousands(input.first_ill_formed_line) +
            "; if it comes from Windows, read it with --encoding windows-1252";
  }
  if (input.replaced > 0) {
    text += std::string(input.first_ill_formed_line > 0 ? "; " : " has ") +
            counted(input.replaced, "character", "characters") +
            " that could not be read and became U+FFFD";
  }
  return text + "\n";
}

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMxOk:
    case Verdict::kReachable: return kGreen;
    case Verdict::kNoMx:
    case Verdict::kNullMx:
    case Verdict::kDeadMx: return kRed;
    case Verdict::kInvalid: return kGray;
    case Verdict::kUnknown: return kYellow;
  }
  return kReset;
}

// The most frequent reason of unknown rows, in words.
std::string unknown_note(const Summary& summary) {
  constexpr std::array<std::pair<Reason, std::array<std::string_view, 2>>, 11> kWords = {{
      {Reason::kDnsTimeout, {"timeout", "timeouts"}},
      {Reason::kDnsServfail, {"server failure", "server failures"}},
      {Reason::kDnsRefused, {"refusal", "refusals"}},
      {Reason::kDnsMalformed, {"malformed answer", "malformed answers"}},
      {Reason::kDnsFiltered, {"filtered answer", "filtered answers"}},
      {Reason::kDnsWildcard, {"wildcard address", "wildcard addresses"}},
      {Reason::kMxAddrTempfail, {"exchange that failed", "exchanges that failed"}},
      {Reason::kProbeFiltered, {"by a provider that blocks us", "by providers that block us"}},
      {Reason::kGreetingTimeout, {"without a greeting", "without a greeting"}},
      {Reason::kNotSmtp, {"without SMTP", "without SMTP"}},
      {Reason::kNotAttempted, {"not attempted", "not attempted"}},
  }};
  uint64_t most = 0;
  std::string note;
  for (const auto& [reason, words] : kWords) {
    const uint64_t rows = summary.rows_by_reason[static_cast<size_t>(reason)];
    if (rows <= most) continue;
    most = rows;
    note = counted(rows, words[0], words[1]);
    note += action_of(reason, {}) == Action::kReview ? "; look at them" : "; run again later";
  }
  return note;
}

// Hosts that do not answer today may answer tomorrow: they are counted apart.
std::string dead_note(const Summary& summary) {
  std::string note;
  uint64_t by_probes = 0;
  for (const Outcome& outcome : outcome_table()) {
    if (outcome.verdict != Verdict::kDeadMx || !outcome.is_from_probe) continue;
    by_probes += summary.rows_by_reason[static_cast<size_t>(outcome.reason)];
  }
  if (by_probes > 0) note = with_thousands(by_probes) + " of them by probes alone";
  if (!may_name_worst(summary)) return note;
  return note + (note.empty() ? "" : "; ") +
         "most rows: " + terminal_text(summary.worst_dead_domain) + " (" +
         with_thousands(summary.worst_dead_rows) + ")";
}

std::string mx_ok_note(const Summary& summary) {
  const uint64_t rows = summary.rows_by_reason[static_cast<size_t>(Reason::kProbeSkipped)];
  return rows == 0 ? std::string() : with_thousands(rows) + " not probed, or nothing was proven";
}

std::string note_of(Verdict verdict, const Summary& summary) {
  switch (verdict) {
    case Verdict::kNullMx: return "the domain says: never mail me";
    case Verdict::kDeadMx: return dead_note(summary);
    case Verdict::kMxOk: return mx_ok_note(summary);
    case Verdict::kInvalid:
      if (summary.first_invalid_row == 0) return {};
      return "first: row " + with_thousands(summary.first_invalid_row);
    case Verdict::kUnknown: return unknown_note(summary);
    case Verdict::kReachable:
    case Verdict::kNoMx: return {};
  }
  return {};
}

std::string line_of(Verdict verdict, const Summary& summary, SummaryStyle style) {
  const uint64_t count = summary.rows_with(verdict);
  const std::string_view label = label_of(verdict);
  const std::string number = with_thousands(count);
  std::string line = "  " + std::string(label);
  const size_t used = label.size() + number.size();
  line.append(used < kLabelAndCountColumns ? kLabelAndCountColumns - used : 1, ' ');
  line += number + format("%7s", percent(count, summary.rows).c_str());
  if (count == 0) return line + "\n";
  const double share = static_cast<double>(count) / static_cast<double>(summary.rows);
  line += "  ";
  if (style.color) line += color_of(verdict);
  line += bar(share);
  if (style.color) line += kReset;
  const std::string note = note_of(verdict, summary);
  return line + (note.empty() ? "" : "   " + note) + "\n";
}

std::string subjects(const Summary& summary, Counted what) {
  switch (what) {
    case Counted::kAddresses:
      return counted(summary.rows, "address", "addresses") + " · " +
             counted(summary.domains, "domain", "domains");
    case Counted::kDomains: {
      const std::string all = counted(summary.rows, "domain", "domains");
      if (summary.domains == summary.rows) return all;
      return all + " · " + with_thousands(summary.domains) + " distinct";
    }
    case Counted::kSyntax: return counted(summary.rows, "address", "addresses");
  }
  return {};
}

std::string headline(const Summary& summary, SummaryStyle style) {
  const bool is_fine = summary.exit_code == 0;
  std::string line = is_fine ? "✔" : "!";
  if (style.color) line = std::string(is_fine ? kGreen : kYellow) + line + std::string(kReset);
  if (summary.dry_run) line += " dry run:";
  line += " " + subjects(summary, style.counted);
  return line + " · " + duration_text(summary.seconds) + "\n";
}

std::string destinations(const std::vector<OutputDescription>& outputs) {
  std::string text;
  for (const OutputDescription& output : outputs) {
    text += "→ " + terminal_text(output.path) + " (" + counted(output.rows, "row", "rows") + ")\n";
  }
  return text;
}

std::string destination(const Summary& summary) {
  if (summary.dry_run) return "→ nothing asked, nothing written\n";
  if (summary.outputs.size() > 1) return destinations(summary.outputs);
  std::string line = "→ ";
  const std::string& path =
      summary.outputs.empty() ? summary.output_path : summary.outputs.front().path;
  line += path == "-" ? "standard output" : terminal_text(path);
  if (summary.rows_written != summary.rows) {
    line += " (" + counted(summary.rows_written, "row", "rows") + ")";
  }
  return line + "\n";
}

// Remarks on rows, apart from their verdicts.
std::string rows_text(const Summary& summary) {
  std::string text;
  if (summary.ragged_rows > 0) {
    text += "  " + counted(summary.ragged_rows, "row is", "rows are") + " longer than the header";
    if (summary.shifts_ragged_rows) {
      text +=
          ": the appended columns stand further right there; "
          "--new-columns front keeps them aligned";
    }
    text += "\n";
  }
  if (summary.rows_passed > 0) {
    text += "  " + counted(summary.rows_passed, "line", "lines") +
            " outside the table: blank, titles or footers\n";
  }
  for (const InputDescription& input : summary.inputs) text += encoding_note(input);
  if (summary.rows_duplicate > 0) {
    text += "  " + counted(summary.rows_duplicate, "row repeats", "rows repeat") +
            " the address of an earlier one (lint duplicate)\n";
  }
  return text;
}

// What is wrong with this machine's way to the port, and what to do; empty if it works.
std::string egress_warning(const ProbeTotals& probes) {
  const std::string port = "port " + std::to_string(probes.port);
  switch (probes.egress) {
    case Egress::kBlocked:
      return port + " never opened from here: " +
             counted(probes.connections, "connection", "connections") +
             " tried; ask the network's owner, or run it elsewhere; nothing was called dead";
    case Egress::kIntercepted:
      return "something between here and the mail servers answers " + port +
             " for them: unrelated providers gave one greeting; ask the network's owner, or run it "
             "elsewhere; nothing was called reachable or dead by it";
    case Egress::kLost:
      return port +
             " stopped opening from here in mid-run: what was left is probe_skipped; run again "
             "later; nothing was called dead by it";
    case Egress::kUntried:
    case Egress::kOpen: break;
  }
  return {};
}

std::string probes_text(const ProbeTotals& probes, SummaryStyle style) {
  if (probes.port == 0) return {};
  std::string text = "  probed " + counted(probes.addresses, "address", "addresses") +
                     " of mail servers: " + with_thousands(probes.opened) + " of " +
                     counted(probes.connections, "connection", "connections") + " opened, " +
                     counted(probes.retried, "second try", "second tries") + ", " +
                     with_thousands(probes.skipped) + " skipped\n";
  const std::string warning = egress_warning(probes);
  if (warning.empty()) return text;
  const std::string mark = style.color ? std::string(kYellow) + "!" + std::string(kReset) : "!";
  return text + mark + " " + warning + "\n";
}

// `vs last run (2026-11-26): 3,911 domains went dead, 802 recovered, 12,040 new`.
std::string night_text(const NightTotals& night, SummaryStyle style) {
  std::string text;
  if (night.has_last_run) {
    text += "  vs last run (" + terminal_text(night.last_run_date) +
            "): " + counted(night.went_dead, "domain", "domains") + " went dead, " +
            with_thousands(night.recovered) + " recovered, " + with_thousands(night.appeared) +
            " new\n";
  }
  if (night.changes_unnamed > 0) {
    text += "  " + counted(night.changes_unnamed, "change is", "changes are") +
            " not named: the domain has fewer than " + std::to_string(limits::kNamedFromRows) +
            " rows (--all-domains)\n";
  }
  if (night.bad_state.empty()) return text;
  const std::string mark = style.color ? std::string(kYellow) + "!" + std::string(kReset) : "!";
  return text + mark + " without the state: " + terminal_text(night.bad_state) + "\n";
}

}  // namespace

std::string with_thousands(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string summary_text(const Summary& summary, SummaryStyle style) {
  std::string text = headline(summary, style);
  for (const auto& [verdict, name, label] : verdict_table()) {
    const bool counted_at_all = summary.rows_with(verdict) > 0;
    // Without a lookup only the syntax was checked.
    const bool asked = !summary.dry_run && style.counted != Counted::kSyntax;
    const bool may_occur = asked && (verdict != Verdict::kReachable || summary.probes.port != 0);
    if (!may_occur && !counted_at_all) continue;
    text += line_of(verdict, summary, style);
  }
  text += rows_text(summary);
  for (const std::string& resolver : summary.resolvers_excluded) {
    text += "  excluded, because it gave false answers: " + terminal_text(resolver) + "\n";
  }
  if (summary.qps_default > 0) {
    text +=
        "  asked at most " + with_thousands(summary.qps_default) +
        " questions a second, as the resolver is not on this machine; --qps 0 lifts the limit\n";
  }
  text += probes_text(summary.probes, style);
  text += night_text(summary.night, style);
  return text + destination(summary);
}

}  // namespace mxbulk::output
