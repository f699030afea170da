#include "input/json_sample.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/limits.h"
#include "input/json_record.h"
#include "input/line_scanner.h"

namespace mxbulk::input {
namespace {

// Which of an array's elements is meant is not ours to guess.
constexpr std::string_view kArrayAdvice =
    ", or make one record of each: addresses inside an array are not read; jq -c '.MEMBER[]' FILE "
    "writes the elements of one, a line each";

// What the records of a sample hold.
struct Sample {
  size_t lines = 0;  // that are not blank
  bool opens_with_part = false;  // the first is a part of an object: it goes on in the next line
  size_t records = 0;
  TextRow keys;                                 // of the first record
  std::vector<std::vector<std::string>> paths;  // in order of appearance
  std::vector<ColumnFacts> facts;               // of each
};

void add_record(JsonReader& reader, std::string_view line,
                std::map<std::vector<std::string>, size_t>& places, Sample& sample) {
  if (++sample.records == 1) {
    std::unordered_set<std::string> known;  // there may be very many
    reader.each(line, [&](std::string_view key, std::string_view) {
      if (known.emplace(key).second) sample.keys.emplace_back(key);
    });
  }
  reader.each_text(line, [&](const std::vector<std::string>& path, std::string_view text) {
    auto found = places.find(path);
    if (found == places.end()) {
      if (places.size() >= limits::kColumnsMax) return;
      found = places.emplace(path, places.size()).first;
      sample.paths.push_back(path);
      sample.facts.emplace_back(path_text(path));
    }
    sample.facts[found->second].add(text);
  });
}

// `{`, `{"data": [`, `"a": 1,`: it cannot be a whole record.
bool ends_within(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t");
  return last != line.npos && std::string_view("{[,:").find(line[last]) != std::string_view::npos;
}

Sample take_sample(std::string_view front, bool is_end) {
  std::vector<LineSpan> lines;
  cut_lines(front, is_end, limits::kSampleRows, lines);
  JsonReader reader({});
  std::vector<JsonText> texts;
  reader.find(front, lines, texts);
  std::map<std::vector<std::string>, size_t> places;
  Sample sample;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = front.substr(lines[i].begin, lines[i].text_end - lines[i].begin);
    if (is_blank_line(line)) continue;
    const bool is_object = texts[i].found != JsonFind::kNotObject;
    if (++sample.lines == 1) sample.opens_with_part = !is_object && ends_within(line);
    if (is_object) add_record(reader, line, places, sample);
  }
  return sample;
}

Status no_objects(const std::string& source, std::string_view front) {
  const size_t first = front.find_first_not_of(" \t\r\n");
  if (first != front.npos && front[first] == '{') {
    return Status::input(source +
                         ": this is a JSON object over several lines, or JSON that is damaged; "
                         "there should be one object a line, or an array of objects: make it so "
                         "with jq -c . FILE, or jq -c '.MEMBER[]' FILE for a list inside an "
                         "object");
  }
  return Status::input(source +
                       ": no line is a JSON object; there should be one a line, or an array of "
                       "objects; for an array of texts use jq -r '.[]' FILE, for a list of "
                       "addresses --format lines");
}

// What the user wrote: a member's whole name if there is one of that name, else a path.
std::vector<std::string> asked_path(const std::string& asked, const Sample& sample) {
  const std::vector<std::string> whole = {asked};
  const bool is_key = std::find(sample.paths.begin(), sample.paths.end(), whole) !=
                      sample.paths.end();
  return is_key ? whole : path_from(asked);
}

Status no_such_path(const std::string& source, const std::string& path, const Sample& sample) {
  std::string message = source + ": no record has a text at \"" + path +
                        "\"; choose another member with --json-path; there are:";
  if (sample.paths.empty()) message += " none";
  for (size_t i = 0; i < sample.paths.size() && i < limits::kColumnsListedMax; ++i) {
    message += " " + path_text(sample.paths[i]);
  }
  return Status::input(std::move(message));
}

}  // namespace

std::vector<std::string> path_from(std::string_view text) {
  std::vector<std::string> keys;
  while (true) {
    const size_t dot = text.find('.');
    keys.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return keys;
    text.remove_prefix(dot + 1);
  }
}

std::string path_text(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& key : path) text += (text.empty() ? "" : ".") + key;
  return text;
}

Result<JsonPlan> plan_json_records(const InputOptions& options, const std::string& source,
                                   std::string_view front, bool is_end) {
  const Sample sample = take_sample(front, is_end);
  const bool is_in_parts = sample.opens_with_part && 2 * sample.records < sample.lines;
  if ((sample.records == 0 && sample.lines > 0) || is_in_parts) return no_objects(source, front);
  JsonPlan plan;
  plan.keys = sample.keys;
  plan.records = sample.records;
  if (!options.json_path.empty()) {
    plan.path = asked_path(options.json_path, sample);
    const bool is_there =
        std::find(sample.paths.begin(), sample.paths.end(), plan.path) != sample.paths.end();
    if (sample.records > 0 && !is_there) return no_such_path(source, options.json_path, sample);
    return plan;
  }
  const Result<size_t> found =
      find_email_column({source, "--json-path", "member", kArrayAdvice}, sample.facts);
  if (!found.ok()) return found.status();
  plan.path = sample.paths[found.value()];
  return plan;
}

}  // namespace mxbulk::input
