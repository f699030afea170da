#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "cli/console.h"
#include "output/terminal_text.h"

namespace mxbulk::cli {
namespace {

constexpr double kUsPerSecond = 1e6;

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), pattern, values...);
  return {text.data(), static_cast<size_t>(length)};
}

// Rows in the whole input, by the bytes per row so far; 0 if it is not known.
uint64_t rows_expected(const Sample& sample) {
  if (sample.bytes_total == 0 || sample.bytes_read == 0) return 0;
  if (sample.bytes_read >= sample.bytes_total) return sample.rows_read;
  const double weight =
      static_cast<double>(sample.bytes_total) / static_cast<double>(sample.bytes_read);
  return static_cast<uint64_t>(static_cast<double>(sample.rows_read) * weight);
}

// Rows are done when they are written: a row that was read may still wait for its domain.
std::optional<double> share_done(const Sample& sample) {
  const uint64_t expected = rows_expected(sample);
  if (expected == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(sample.rows_written) / static_cast<double>(expected));
}

std::string bar(double share) {
  constexpr double kColumns = 10;
  constexpr std::array<std::string_view, 8> kEighths = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<size_t>(share * kColumns * 8);
  std::string text = "▕";
  for (size_t column = 0; column < static_cast<size_t>(kColumns); ++column) {
    const size_t left = eighths > column * 8 ? eighths - column * 8 : 0;
    text += left >= 8 ? "█" : kEighths[left];
  }
  return text + "▏";
}

std::string eta_text(const Sample& sample, double share) {
  if (share <= 0) return {};
  const double elapsed_s = static_cast<double>(sample.elapsed_us) / kUsPerSecond;
  const auto left_s = static_cast<unsigned long>(std::lround(elapsed_s / share - elapsed_s));
  if (left_s >= 3600) {
    return format("ETA %lu:%02lu:%02lu", left_s / 3600, left_s / 60 % 60, left_s % 60);
  }
  return format("ETA %lu:%02lu", left_s / 60, left_s % 60);
}

std::string rows_text(const Sample& sample) {
  const uint64_t expected = rows_expected(sample);
  std::string text = short_number(sample.rows_written);
  if (expected > 0) text += "/" + short_number(expected);
  return text + " rows";
}

std::string domains_text(const Sample& sample) {
  std::string text = short_number(sample.domains) + " domains";
  if (sample.domains == 0) return text;
  return text + format(" (%.0f:1)",
                       static_cast<double>(sample.rows_read) / static_cast<double>(sample.domains));
}

std::string waiting_text(const Sample& sample) {
  return "waiting to retry " + short_number(sample.waiting_to_retry) +
         (sample.waiting_to_retry == 1 ? " domain" : " domains");
}

// A piece of the line. Those with the lowest priority are dropped first.
struct Piece {
  int priority;
  std::string text;
};

std::vector<Piece> pieces_of(const Sample& sample) {
  std::vector<Piece> pieces = {{5, rows_text(sample)}, {3, domains_text(sample)}};
  if (sample.probes_total > 0) {
    pieces.push_back({2, short_number(sample.probes_done) + "/" +
                             short_number(sample.probes_total) + " probes"});
  } else if (sample.waiting_to_retry > 0) {
    pieces.push_back({2, waiting_text(sample)});
  } else {
    pieces.push_back({2, short_number(static_cast<uint64_t>(sample.lookups_per_s)) + " lookups/s"});
    pieces.push_back({1, short_number(sample.in_flight) + " in flight"});
  }
  const auto share = share_done(sample);
  const std::string eta = share ? eta_text(sample, *share) : std::string();
  if (!eta.empty()) pieces.push_back({4, eta});
  return pieces;
}

std::string joined(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text += (text.empty() ? "" : " · ") + piece.text;
  return text;
}

// A bar may be on standard error. One for the process: a signal handler reads it.
std::atomic<bool> bar_is_drawn{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr std::string_view kWipe = "\r\x1b[K";

}  // namespace

std::string short_number(uint64_t number) {
  constexpr std::array<char, 4> kUnits = {'k', 'M', 'G', 'T'};
  if (number < 1000) return std::to_string(number);
  auto value = static_cast<double>(number);
  size_t unit = 0;
  for (value /= 1000; value >= 999.5 && unit + 1 < kUnits.size(); value /= 1000) ++unit;
  return format(value < 9.95 ? "%.1f%c" : "%.0f%c", value, kUnits[unit]);
}

std::string bar_text(const std::string& name, const Sample& sample, size_t columns) {
  constexpr size_t kNameColumnsMin = 12;
  const size_t name_columns = std::max(columns / 3, kNameColumnsMin);
  const bool is_long = output::columns_of(name) > name_columns;
  const auto share = share_done(sample);
  std::string head = (is_long ? output::cut_to_columns(name, name_columns - 1) + "…" : name) + "  ";
  if (share) head += format("%u%% ", static_cast<unsigned>(*share * 100)) + bar(*share) + "  ";
  std::vector<Piece> pieces = pieces_of(sample);
  const auto is_less = [](const Piece& a, const Piece& b) { return a.priority < b.priority; };
  while (pieces.size() > 1 && output::columns_of(head + joined(pieces)) > columns) {
    pieces.erase(std::min_element(pieces.begin(), pieces.end(), is_less));
  }
  return output::cut_to_columns(head + joined(pieces), columns);
}

std::string log_text(const std::string& name, const Sample& sample) {
  const auto share = share_done(sample);
  std::string text = name + "  ";
  if (share) text += format("%u%%  ", static_cast<unsigned>(*share * 100));
  return text + joined(pieces_of(sample));
}

std::string json_text(const Sample& sample) {
  return event_json("progress", [&](JsonWriter& json) {
    json.key("rows_read").number(sample.rows_read);
    json.key("rows_written").number(sample.rows_written);
    json.key("bytes_read").number(sample.bytes_read);
    json.key("bytes_total").number(sample.bytes_total);
    json.key("domains").number(sample.domains);
    json.key("domains_done").number(sample.domains_done);
    json.key("lookups").number(sample.lookups);
    json.key("in_flight").number(sample.in_flight);
    json.key("waiting_to_retry").number(sample.waiting_to_retry);
    json.key("probes_total").number(sample.probes_total);
    json.key("probes_done").number(sample.probes_done);
    json.key("seconds").decimal(static_cast<double>(sample.elapsed_us) / kUsPerSecond, 1);
  });
}

void wipe_bar() {
  if (!bar_is_drawn.exchange(false)) return;
  static_cast<void>(!::write(STDERR_FILENO, kWipe.data(), kWipe.size()));
}

ProgressReporter::ProgressReporter(const Progress& progress, const Clock& clock, Display display,
                                   Sink sink)
    : progress_(progress),
      clock_(clock),
      display_(std::move(display)),
      sink_(std::move(sink)),
      start_us_(clock.now_us()) {
  if (display_.style == ProgressStyle::kNone) return;
  // If the system refuses a thread, no progress is shown; the run itself reports what it lacks.
  static_cast<void>(start_thread(thread_, [this] { run(); }));
}

ProgressReporter::~ProgressReporter() {
  stop();
}

void ProgressReporter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!bar_is_drawn.exchange(false)) return;
  if (!display_.may_draw || display_.may_draw()) sink_(std::string(kWipe));
}

void ProgressReporter::run() {
  const auto interval = std::chrono::milliseconds(display_.interval_ms);
  Sample last;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
    lock.unlock();
    last = sample(last);
    show(last);
    lock.lock();
  }
}

Sample ProgressReporter::sample(const Sample& before) const {
  constexpr double kWeightOfNew = 0.2;  // smooth enough to be read while it is redrawn
  Sample now;
  now.elapsed_us = clock_.now_us() - start_us_;
  now.bytes_read = progress_.bytes_read.load(std::memory_order_relaxed);
  now.bytes_total = progress_.bytes_total.load(std::memory_order_relaxed);
  now.rows_read = progress_.rows_read.load(std::memory_order_relaxed);
  now.rows_written = progress_.rows_written.load(std::memory_order_relaxed);
  now.domains = progress_.domains.load(std::memory_order_relaxed);
  now.domains_done = progress_.domains_done.load(std::memory_order_relaxed);
  now.lookups = progress_.lookups.load(std::memory_order_relaxed);
  now.in_flight = progress_.in_flight.load(std::memory_order_relaxed);
  now.waiting_to_retry = progress_.waiting_to_retry.load(std::memory_order_relaxed);
  now.probes_total = progress_.probes_total.load(std::memory_order_relaxed);
  now.probes_done = progress_.probes_done.load(std::memory_order_relaxed);
  const double seconds = static_cast<double>(now.elapsed_us - before.elapsed_us) / kUsPerSecond;
  if (seconds <= 0) return now;
  const double rate = static_cast<double>(now.lookups - before.lookups) / seconds;
  const bool is_first = before.elapsed_us == 0 || display_.style != ProgressStyle::kBar;
  now.lookups_per_s =
      is_first ? rate : before.lookups_per_s + kWeightOfNew * (rate - before.lookups_per_s);
  return now;
}

void ProgressReporter::show(const Sample& sample) {
  switch (display_.style) {
    case ProgressStyle::kBar:
      if (sample.elapsed_us < display_.first_after_ms * 1'000) return;
      if (display_.may_draw && !display_.may_draw()) return;
      bar_is_drawn = true;
      // One column stays free: a full line would wrap.
      return sink_("\r" +
                   bar_text(display_.name, sample, std::max<size_t>(display_.columns(), 2) - 1) +
                   "\x1b[K");
    case ProgressStyle::kLog: return sink_("mxbulk: " + log_text(display_.name, sample) + "\n");
    case ProgressStyle::kJson: return sink_(json_text(sample) + "\n");
    case ProgressStyle::kAuto:
    case ProgressStyle::kNone: return;
  }
}

}  // namespace mxbulk::cli
