// Where the tokens of JSON begin: the first stage of simdjson, in the fastest implementation that
// the machine can run. Its only user.
//
// Threads: one index a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::input {

// `simdjson 3.0.1`, as compiled against.
[[nodiscard]] std::string simdjson_version();
// The names of the implementations that this machine can run.
[[nodiscard]] std::vector<std::string> json_implementations();

// Well-formed UTF-8 (RFC 3629): all bytes, several GB a second.
[[nodiscard]] bool is_utf8(std::string_view bytes);

class JsonIndex {
 public:
  // `implementation`: for tests; empty for the fastest.
  explicit JsonIndex(std::string_view implementation = {});
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;

  // Looks for tokens: brackets, colons and commas outside strings, the quotes that open strings,
  // and the first octets of anything else. `bytes` may be several texts with whitespace between.
  // False: invalid UTF-8, or a string that stays open or holds a control character; nothing is
  // known of the tokens then. True: no string holds a line break, so that lines can be judged one
  // by one, unless a backslash stands right before the break (one implementation takes it for
  // escaped). What is neither a string nor of the grammar may hide what follows it in front of the
  // next bracket, colon or comma.
  // Requires: bytes.size() < 4 GiB; the octet after them can be read.
  bool build(std::string_view bytes);
  // Offsets, ascending; the last is the size of the bytes. They hold until the next build().
  [[nodiscard]] const uint32_t* tokens() const;

 private:
  struct State;  // simdjson's
  std::unique_ptr<State> state_;
};

}  // namespace mxbulk::input
