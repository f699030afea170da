// Any bytes in each encoding that lists come in: make_converter() under a FilteredSource, with
// pieces of any size on both sides, gives what a slow decoder gives, and counts the same
// replacements.
//
//   octet 0    the encoding
//   octet 1    octets that were read before the source
//   octet 2    octets that the source gives in one read
//   octet 3    octets that one read asks for
//   the rest   the text
#include <algorithm>
#include <array>
#include <optional>

#include "fuzz/targets.h"
#include "input/filtered_source.h"
#include "input/text_encoding.h"

namespace mxbulk::test {
namespace {

constexpr std::array<const char*, 5> kEncodings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE",
                                                   "ISO-8859-1"};

struct Decoded {
  std::string text;
  uint64_t replaced = 0;
};

// RFC 3629 §3.
void append_utf8(uint32_t code, std::string& text) {
  const auto octet = [](uint32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) {
    text += octet(code);
  } else if (code < 0x800) {
    text += {octet(0xC0 | code >> 6), octet(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    text +=
        {octet(0xE0 | code >> 12), octet(0x80 | (code >> 6 & 0x3F)), octet(0x80 | (code & 0x3F))};
  } else {
    text += {octet(0xF0 | code >> 18), octet(0x80 | (code >> 12 & 0x3F)),
             octet(0x80 | (code >> 6 & 0x3F)), octet(0x80 | (code & 0x3F))};
  }
}

// The unit at the front; nothing if it is cut off.
std::optional<uint32_t> unit_at(std::string_view bytes, size_t at, size_t size,
                                bool is_big_endian) {
  if (at + size > bytes.size()) return std::nullopt;
  uint32_t unit = 0;
  for (size_t i = 0; i < size; ++i) {
    const size_t place = is_big_endian ? at + i : at + size - 1 - i;
    unit = unit << 8 | static_cast<uint8_t>(bytes[place]);
  }
  return unit;
}

bool is_high_half(uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_half(uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// RFC 2781 §2.2. A half without the other is replaced alone, and so is what is cut off at the end.
Decoded decode(std::string_view encoding, std::string_view bytes) {
  const bool is_big_endian = encoding.ends_with("BE");
  const size_t size = encoding.starts_with("UTF-16") ? 2 : encoding.starts_with("UTF-32") ? 4 : 1;
  Decoded decoded;
  size_t at = 0;
  while (at < bytes.size()) {
    const std::optional<uint32_t> unit = unit_at(bytes, at, size, is_big_endian);
    const std::optional<uint32_t> next = unit_at(bytes, at + size, size, is_big_endian);
    const bool is_half = unit && size == 2 && is_high_half(*unit);
    const bool is_cut_off = !unit || (is_half && !next);
    if (is_cut_off) {
      append_utf8(0xFFFD, decoded.text);
      ++decoded.replaced;
      break;
    }
    if (is_half && is_low_half(*next)) {
      append_utf8(0x10000 + ((*unit - 0xD800) << 10) + (*next - 0xDC00), decoded.text);
      at += 2 * size;
      continue;
    }
    const bool is_code_point = *unit <= 0x10FFFF && !is_high_half(*unit) && !is_low_half(*unit);
    append_utf8(is_code_point ? *unit : 0xFFFD, decoded.text);
    if (!is_code_point) ++decoded.replaced;
    at += size;
  }
  return decoded;
}

class PieceSource final : public input::ByteSource {
 public:
  PieceSource(std::string_view bytes, size_t piece_size) : bytes_(bytes), piece_size_(piece_size) {}

  Result<size_t> read(std::span<char> to) override {
    const size_t size = std::min({to.size(), piece_size_, bytes_.size() - given_});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(given_), size, to.begin());
    given_ += size;
    return size;
  }
  bool is_ready() override { return true; }
  [[nodiscard]] bool is_stream() const override { return true; }
  [[nodiscard]] uint64_t bytes_read() const override { return given_; }
  [[nodiscard]] uint64_t bytes_total() const override { return 0; }

 private:
  std::string_view bytes_;
  size_t piece_size_;
  size_t given_ = 0;
};

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const std::string encoding = kEncodings[input.octet() % kEncodings.size()];
  const size_t front_size = input.octet();
  const size_t piece_size = 1 + input.octet() % 32;
  const size_t asked_size = 1 + input.octet();
  const std::string bytes(input.rest().begin(), input.rest().end());
  const std::string front = bytes.substr(0, front_size);
  Result<std::unique_ptr<input::ByteFilter>> converter = input::make_converter(encoding);
  if (!converter.ok()) return "there is no converter";
  input::FilteredSource source(
      "list", front,
      std::make_unique<PieceSource>(std::string_view(bytes).substr(front.size()), piece_size),
      std::move(converter.value()));
  std::string text;
  std::vector<char> room(asked_size);
  while (true) {
    const Result<size_t> size = source.read(room);
    if (!size.ok()) return "an error: " + std::string(size.status().message());
    if (size.value() == 0) break;
    text.append(room.data(), size.value());
  }
  const Decoded expected = decode(encoding, bytes);
  if (text != expected.text) return "another text than the slow decoder's";
  return source.replaced() == expected.replaced ? "" : "another number of replacements";
}

std::string wide(std::string_view ascii, size_t zeros_before, size_t zeros_after) {
  std::string bytes;
  for (const char c : ascii) {
    bytes += std::string(zeros_before, '\0') + c + std::string(zeros_after, '\0');
  }
  return bytes;
}

std::vector<std::string> seeds() {
  const std::string list = "id,email\r\n1,a@b.de\r\n";
  return {std::string("\0\5\3\7", 4) + wide(list, 0, 1) + std::string("\x3D\xD8\x00\xDE", 4),
          std::string("\1\0\1\1", 4) + wide(list, 1, 0) + "\xD8\x3D\xDE",
          std::string("\2\100\7\100", 4) + wide(list, 0, 3),
          std::string("\3\2\5\2", 4) + wide(list, 3, 0) + "\1",
          std::string("\4\1\2\3", 4) + "J\xF6rg;a@b.de\n\x80\xFF"};
}

}  // namespace

const FuzzTarget kEncodingTarget = {"encoding", run, seeds};

}  // namespace mxbulk::test
