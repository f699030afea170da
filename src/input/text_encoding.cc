#include "input/text_encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "model/utf8.h"

namespace mxbulk::input {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kMarks = {{
    {std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},  // before that of UTF-16
    {std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
    {"\xFF\xFE", "UTF-16LE"},
    {"\xFE\xFF", "UTF-16BE"},
}};

std::string_view marked_encoding(std::string_view front) {
  for (const auto& [mark, name] : kMarks) {
    if (front.starts_with(mark)) return name;
  }
  return {};
}

// UTF-16 has zeros beside ASCII: only at every other octet, except for a few letters like Ā
// (U+0100). Text in other scripts has them beside its digits, delimiters and addresses. UTF-8 has
// no zeros.
std::string_view encoding_by_zeros(std::string_view front) {
  constexpr size_t kLookedAt = 4096;
  constexpr size_t kLeast = 4;
  constexpr size_t kOneOf = 4;   // units that are ASCII
  constexpr size_t kFewOf = 16;  // of those, zeros on the other side
  front = front.substr(0, kLookedAt);
  std::array<size_t, 2> zeros{};
  for (size_t i = 0; i < front.size(); ++i) {
    if (front[i] == '\0') ++zeros[i % 2];
  }
  if (front.size() < kLeast) return {};
  const size_t least = front.size() / 2 / kOneOf + 1;
  if (zeros[1] >= least && zeros[0] * kFewOf <= zeros[1]) return "UTF-16LE";
  if (zeros[0] >= least && zeros[1] * kFewOf <= zeros[0]) return "UTF-16BE";
  return {};
}

class IconvConverter final : public ByteFilter {
 public:
  IconvConverter(iconv_t handle, size_t unit) : handle_(handle), unit_(unit) {}
  ~IconvConverter() override { ::iconv_close(handle_); }
  IconvConverter(const IconvConverter&) = delete;
  IconvConverter& operator=(const IconvConverter&) = delete;

  Status push(std::string_view in, bool is_end, std::string& out) override {
    kept_.append(in);
    size_t used = 0;
    while (used < kept_.size()) {
      const size_t taken = convert(std::string_view(kept_).substr(used), out);
      used += taken;
      if (taken > 0) continue;
      if (!is_end) break;  // a sequence goes on after these bytes
      replace(out);
      used = kept_.size();
    }
    kept_.erase(0, used);
    return {};
  }
  [[nodiscard]] uint64_t replaced() const override { return replaced_; }

 private:
  // Converts the front of `in`; returns the number of octets used, 0 if its only sequence is cut
  // off.
  size_t convert(std::string_view in, std::string& out) {
    std::array<char, 16 << 10> room;
    char* from = const_cast<char*>(in.data());  // iconv(3) does not write to it
    size_t from_left = in.size();
    char* to = room.data();
    size_t to_left = room.size();
    const size_t result = ::iconv(handle_, &from, &from_left, &to, &to_left);
    const int error = errno;
    out.append(room.data(), room.size() - to_left);
    const size_t taken = in.size() - from_left;
    if (result != static_cast<size_t>(-1) || taken > 0 || error != EILSEQ) return taken;
    replace(out);
    return std::min(unit_, in.size());
  }

  void replace(std::string& out) {
    out += kReplacement;
    ++replaced_;
  }

  iconv_t handle_;
  size_t unit_;       // octets of a code unit
  std::string kept_;  // the beginning of a sequence that `in` cut off
  uint64_t replaced_ = 0;
};

size_t unit_of(std::string_view encoding) {
  if (encoding.starts_with("UTF-32")) return 4;
  return encoding.starts_with("UTF-16") ? 2 : 1;
}

}  // namespace

std::string encoding_of(TextEncoding asked, std::string_view front) {
  switch (asked) {
    case TextEncoding::kUtf8: return "UTF-8";
    case TextEncoding::kWindows1252: return "windows-1252";
    case TextEncoding::kLatin1: return "ISO-8859-1";
    case TextEncoding::kAuto:
    case TextEncoding::kUtf16: break;
  }
  std::string_view found = marked_encoding(front);
  if (found.empty()) found = encoding_by_zeros(front);
  if (!found.empty()) return std::string(found);
  return asked == TextEncoding::kUtf16 ? "UTF-16LE" : "UTF-8";  // as Windows writes it
}

size_t byte_order_mark(std::string_view encoding, std::string_view front) {
  if (encoding == "UTF-8") return front.starts_with(kBom) ? kBom.size() : 0;
  for (const auto& [mark, name] : kMarks) {
    if (name == encoding && front.starts_with(mark)) return mark.size();
  }
  return 0;
}

Result<std::unique_ptr<ByteFilter>> make_converter(const std::string& encoding) {
  const iconv_t handle = ::iconv_open("UTF-8", encoding.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) {
    return Status::internal("this system's iconv cannot convert from " + encoding);
  }
  return std::unique_ptr<ByteFilter>(std::make_unique<IconvConverter>(handle, unit_of(encoding)));
}

size_t well_formed_prefix(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t length = utf8_sequence(bytes.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string with_replacements(std::string_view bytes, uint64_t& replaced) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  while (!bytes.empty()) {
    const size_t length = utf8_sequence(bytes);
    if (length > 0) {
      text.append(bytes.substr(0, length));
      bytes.remove_prefix(length);
    } else {
      text += kReplacement;
      bytes.remove_prefix(utf8_ill_formed_prefix(bytes));
      ++replaced;
    }
  }
  return text;
}

}  // namespace mxbulk::input
