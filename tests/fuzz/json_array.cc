// Any bytes as an array of JSON: cut anywhere, they become the same lines or the same error; each
// element of a sound array is one line, and means what it meant.
//
//   octet 0    the size of the pieces
//   the rest   the array
#include <simdjson.h>

#include <algorithm>

#include "fuzz/targets.h"
#include "input/json_array.h"

namespace mxbulk::test {
namespace {

struct Filtered {
  std::string lines;
  bool is_sound = true;
  std::string error;
};

Filtered filter(std::string_view bytes, size_t piece_size) {
  input::JsonArrayLines lines;
  Filtered result;
  while (true) {
    const std::string_view piece = bytes.substr(0, piece_size);
    bytes.remove_prefix(piece.size());
    const Status status = lines.push(piece, bytes.empty(), result.lines);
    if (!status.ok()) return {result.lines, false, std::string(status.message())};
    if (bytes.empty()) return result;
  }
}

std::string one_line(simdjson::dom::element element) {
  return simdjson::minify(element);
}

// An array that simdjson's parser accepts.
std::string complaint_about(simdjson::dom::array array, const Filtered& filtered) {
  if (!filtered.is_sound) return "a sound array is refused: " + filtered.error;
  simdjson::dom::parser parser;
  std::string_view rest = filtered.lines;
  for (const simdjson::dom::element element : array) {
    const size_t end = rest.find('\n');
    if (end == rest.npos) return "an element is missing";
    simdjson::dom::element again;
    if (parser.parse(rest.data(), end, true).get(again) != simdjson::SUCCESS) {
      return "a line is no JSON";
    }
    if (one_line(again) != one_line(element)) return "an element has changed";
    rest.remove_prefix(end + 1);
  }
  return rest.empty() ? "" : "there are more lines than elements";
}

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const size_t piece_size = 1 + input.octet() % 16;
  const std::string bytes(input.rest().begin(), input.rest().end());
  const Filtered whole = filter(bytes, std::max<size_t>(1, bytes.size()));
  const Filtered pieces = filter(bytes, piece_size);
  if (whole.is_sound != pieces.is_sound || whole.error != pieces.error) return "the errors differ";
  if (whole.lines != pieces.lines) return "the lines differ";
  if (whole.lines.find('\r') != whole.lines.npos) return "a line break is left in a line";
  static simdjson::dom::parser parser;
  simdjson::dom::array array;
  if (parser.parse(bytes).get(array) != simdjson::SUCCESS) return {};
  return complaint_about(array, whole);
}

std::vector<std::string> seeds() {
  return {"\3[{\"email\":\"a@b.de\"},{\"email\":\"c@d.de\"}]",
          "\1[\n  {\n    \"email\": \"a@b.de\"\n  },\r\n  {\"x\": [1, {}, \"]},{\\\"\"]}\n]\n",
          std::string("\0[1,\"two\",[3],null , true]", 26), "\5 [] [{\"a\":\"b\\\\\"}]\n[ ]",
          "\7[{\"email\":\"a@b.de\"},]"};
}

}  // namespace

const FuzzTarget kJsonArrayTarget = {"json_array", run, seeds};

}  // namespace mxbulk::test
