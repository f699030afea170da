// Detects the encoding of a list, and converts it to UTF-8 with iconv(3).
//
// Threads: one converter per thread; the other functions are pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "input/filtered_source.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {

// The name that iconv(3) knows, for the encoding that `options` asks for or the first bytes show: a
// byte order mark, or the zeros that UTF-16 puts beside ASCII. `UTF-8` if no conversion is needed.
[[nodiscard]] std::string encoding_of(TextEncoding asked, std::string_view front);

// The number of octets of the byte order mark at the front.
[[nodiscard]] size_t byte_order_mark(std::string_view encoding, std::string_view front);

// Octets that cannot be decoded become U+FFFD and are counted. Error kInternal: the system's iconv
// does not know the encoding.
Result<std::unique_ptr<ByteFilter>> make_converter(const std::string& encoding);

// The number of octets at the front that are well-formed UTF-8.
[[nodiscard]] size_t well_formed_prefix(std::string_view bytes);
// A copy with U+FFFD for each ill-formed sequence; adds their number to `replaced`.
[[nodiscard]] std::string with_replacements(std::string_view bytes, uint64_t& replaced);

}  // namespace mxbulk::input
