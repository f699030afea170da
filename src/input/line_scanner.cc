#include "input/line_scanner.h"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mxbulk::input {
namespace {

// Offset of the first LF or CR at or after `from`; the size if there is none.
size_t find_break(std::string_view bytes, size_t from) {
  size_t at = from;
#if defined(__SSE2__)
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  for (; at + 16 <= bytes.size(); at += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
    const __m128i hits =
        _mm_or_si128(_mm_cmpeq_epi8(chunk, line_feed), _mm_cmpeq_epi8(chunk, carriage_return));
    const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + static_cast<size_t>(std::countr_zero(mask));
  }
#endif
  while (at < bytes.size() && bytes[at] != '\n' && bytes[at] != '\r') ++at;
  return at;
}

}  // namespace

LineEnd find_line_end(std::string_view bytes, size_t from, bool is_end) {
  const size_t at = find_break(bytes, from);
  if (at == bytes.size()) return {at, at, is_end};
  if (bytes[at] == '\n') return {at, at + 1, true};
  if (at + 1 == bytes.size()) return {at, at + 1, is_end};  // an LF may follow
  return {at, bytes[at + 1] == '\n' ? at + 2 : at + 1, true};
}

size_t cut_lines(std::string_view bytes, bool is_end, uint64_t lines_max,
                 std::vector<LineSpan>& lines) {
  lines.clear();
  size_t at = 0;
  while (at < bytes.size() && lines.size() < lines_max) {
    const LineEnd found = find_line_end(bytes, at, is_end);
    if (!found.is_whole) break;
    lines.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(found.text_end),
                     static_cast<uint32_t>(found.end)});
    at = found.end;
  }
  return at;
}

size_t count_line_breaks(std::string_view text) {
  size_t count = 0;
  for (size_t at = find_break(text, 0); at < text.size(); at = find_break(text, at)) {
    at += text.substr(at, 2) == "\r\n" ? 2 : 1;
    ++count;
  }
  return count;
}

bool is_blank_line(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace mxbulk::input
