// The encodings that lists come in, and their conversion to UTF-8 by iconv(3).
//
// Threads: one converter a thread; the rest is pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "input/filtered_source.h"
#include "mxbulk/options.h"
#include "mxbulk/status.h"

namespace mxbulk::input {


// The name that iconv(3) knows, for the encoding that `options` asks for or the first bytes show:
// a byte order mark, or the zeros that UTF-16 puts beside ASCII. `UTF-8` if nothing is to convert.
[[nodiscard]] std::string encoding_of(TextEncoding asked, std::string_view front);

// Octets of the byte order mark at the front.
[[nodiscard]] size_t byte_order_mark(std::string_view encoding, std::string_view front);

// What cannot be decoded becomes U+FFFD and is counted. Error kInternal: the system's iconv does
// not know the encoding.
Result<std::unique_ptr<ByteFilter>> make_converter(const std::string& encoding);

// Octets at the front that are well-formed UTF-8; all of them if all are.
[[nodiscard]] size_t well_formed_prefix(std::string_view bytes);
// A copy in which each ill-formed sequence is U+FFFD; adds their number to `replaced`.
[[nodiscard]] std::string with_replacements(std::string_view bytes, uint64_t& replaced);

}  // namespace mxbulk::input
