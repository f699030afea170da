// Where quotes, delimiters and line breaks stand in 64 octets, as bits: bit i for octet i.
// One kernel for each instruction set; all give the same bits.
//
// Threads: plain values.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mxbulk::input {

inline constexpr size_t kMaskOctets = 64;

struct CsvMasks {
  uint64_t quotes = 0;
  uint64_t specials = 0;  // quotes, delimiters, LF and CR
};

class ScalarCsvKernel {
 public:
  explicit ScalarCsvKernel(char delimiter) : delimiter_(delimiter) {}
  // Requires: kMaskOctets octets at `octets`.
  [[nodiscard]] CsvMasks masks(const char* octets) const {
    CsvMasks result;
    for (size_t i = 0; i < kMaskOctets; ++i) {
      const char c = octets[i];
      const bool is_quote = c == '"';
      const bool is_special = is_quote || c == delimiter_ || c == '\n' || c == '\r';
      result.quotes |= uint64_t{is_quote} << i;
      result.specials |= uint64_t{is_special} << i;
    }
    return result;
  }

 private:
  char delimiter_;
};

#if defined(__SSE2__)
class Sse2CsvKernel {
 public:
  explicit Sse2CsvKernel(char delimiter)
      : quote_(_mm_set1_epi8('"')),
        delimiter_(_mm_set1_epi8(delimiter)),
        line_feed_(_mm_set1_epi8('\n')),
        carriage_return_(_mm_set1_epi8('\r')) {}
  // Requires: kMaskOctets octets at `octets`, at any alignment.
  [[nodiscard]] CsvMasks masks(const char* octets) const {
    CsvMasks result;
    for (unsigned lane = 0; lane < 4; ++lane) {
      const auto* at = reinterpret_cast<const __m128i*>(octets + size_t{16} * lane);
      const __m128i chunk = _mm_loadu_si128(at);
      const __m128i quotes = _mm_cmpeq_epi8(chunk, quote_);
      const __m128i breaks =
          _mm_or_si128(_mm_cmpeq_epi8(chunk, line_feed_), _mm_cmpeq_epi8(chunk, carriage_return_));
      const __m128i specials =
          _mm_or_si128(_mm_or_si128(quotes, breaks), _mm_cmpeq_epi8(chunk, delimiter_));
      result.quotes |= bits_of(quotes) << (16 * lane);
      result.specials |= bits_of(specials) << (16 * lane);
    }
    return result;
  }

 private:
  static uint64_t bits_of(__m128i octets) {
    return static_cast<uint32_t>(_mm_movemask_epi8(octets));
  }

  __m128i quote_;
  __m128i delimiter_;
  __m128i line_feed_;
  __m128i carriage_return_;
};
using BaselineCsvKernel = Sse2CsvKernel;  // every x86-64 has SSE2
#else
using BaselineCsvKernel = ScalarCsvKernel;
#endif

}  // namespace mxbulk::input
