// Finds where the tokens of JSON begin: the first stage of simdjson, in the fastest implementation
// that the machine can run. The only user of simdjson.
//
// Threads: one index per thread. Ownership: owns the offsets.
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

// True if all bytes are well-formed UTF-8 (RFC 3629). Checks several GB per second.
[[nodiscard]] bool is_utf8(std::string_view bytes);

class JsonIndex {
 public:
  // `implementation`: for tests; empty for the fastest.
  explicit JsonIndex(std::string_view implementation = {});
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;

  // Finds tokens: brackets, colons and commas outside strings, the quotes that open strings, and
  // the first octets of anything else. `bytes` may be several texts with whitespace between them.
  // False: invalid UTF-8, or a string that is not closed or holds a control character; then the
  // tokens are not known. True: no string holds a line break, so that each line can be read by
  // itself, unless a backslash is right before the break (one implementation takes the break for
  // escaped). Text outside the grammar may hide what follows it up to the next bracket, colon or
  // comma. Requires: bytes.size() < 4 GiB; the octet after them can be read.
  bool build(std::string_view bytes);
  // Offsets, ascending; the last is the size of the bytes. They hold until the next build().
  [[nodiscard]] const uint32_t* tokens() const;

 private:
  struct State;  // simdjson's
  std::unique_ptr<State> state_;
};

}  // namespace mxbulk::input
