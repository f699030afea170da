#include "input/csv_scanner.h"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mxbulk::input {
namespace {

void find_scalar(char delimiter, const char* octets, std::span<CsvMasks> masks) {
  for (CsvMasks& found : masks) {
    found = CsvMasks();
    for (size_t i = 0; i < kMaskOctets; ++i) {
      const char c = octets[i];
      found.quotes |= uint64_t{c == '"'} << i;
      found.delimiters |= uint64_t{c == delimiter} << i;
      found.breaks |= uint64_t{c == '\n' || c == '\r'} << i;
    }
    octets += kMaskOctets;
  }
}

#if defined(__x86_64__)
// Every x86-64 has SSE2.
uint64_t bits_of(__m128i octets) {
  return static_cast<uint32_t>(_mm_movemask_epi8(octets));
}

void find_sse2(char delimiter, const char* octets, std::span<CsvMasks> masks) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i between = _mm_set1_epi8(delimiter);
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  for (CsvMasks& found : masks) {
    found = CsvMasks();
    for (unsigned at = 0; at < kMaskOctets; at += sizeof(__m128i)) {
      const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(octets + at));
      const __m128i breaks =
          _mm_or_si128(_mm_cmpeq_epi8(chunk, line_feed), _mm_cmpeq_epi8(chunk, carriage_return));
      found.quotes |= bits_of(_mm_cmpeq_epi8(chunk, quote)) << at;
      found.delimiters |= bits_of(_mm_cmpeq_epi8(chunk, between)) << at;
      found.breaks |= bits_of(breaks) << at;
    }
    octets += kMaskOctets;
  }
}

// Attributes instead of a compiler flag for this file: a flag would put AVX2 into inline functions
// that the linker may use everywhere.
#define MXBULK_AVX2 __attribute__((target("avx2")))

MXBULK_AVX2 uint64_t bits_of(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
         uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(high))} << 32;
}

MXBULK_AVX2 __m256i breaks_in(__m256i chunk) {
  return _mm256_or_si256(_mm256_cmpeq_epi8(chunk, _mm256_set1_epi8('\n')),
                         _mm256_cmpeq_epi8(chunk, _mm256_set1_epi8('\r')));
}

MXBULK_AVX2 void find_avx2(char delimiter, const char* octets, std::span<CsvMasks> masks) {
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i between = _mm256_set1_epi8(delimiter);
  for (CsvMasks& found : masks) {
    const auto* at = reinterpret_cast<const __m256i*>(octets);
    const __m256i low = _mm256_loadu_si256(at);
    const __m256i high = _mm256_loadu_si256(at + 1);
    found.quotes = bits_of(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote));
    found.delimiters = bits_of(_mm256_cmpeq_epi8(low, between), _mm256_cmpeq_epi8(high, between));
    found.breaks = bits_of(breaks_in(low), breaks_in(high));
    octets += kMaskOctets;
  }
}

#undef MXBULK_AVX2
#endif

}  // namespace

std::span<const CsvKernel> csv_kernels() {
#if defined(__x86_64__)
  static constexpr std::array kAll = {CsvKernel::kScalar, CsvKernel::kSse2, CsvKernel::kAvx2};
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0 &&
                               __builtin_cpu_supports("bmi") != 0 &&
                               __builtin_cpu_supports("popcnt") != 0;
  return std::span(kAll).first(has_avx2 ? 3 : 2);
#else
  static constexpr std::array kAll = {CsvKernel::kScalar};
  return kAll;
#endif
}

void find_csv_masks(CsvKernel kernel, char delimiter, const char* octets,
                    std::span<CsvMasks> masks) {
  switch (kernel) {
    case CsvKernel::kScalar: find_scalar(delimiter, octets, masks); return;
#if defined(__x86_64__)
    case CsvKernel::kSse2: find_sse2(delimiter, octets, masks); return;
    case CsvKernel::kAvx2: find_avx2(delimiter, octets, masks); return;
#else
    case CsvKernel::kSse2:
    case CsvKernel::kAvx2: return;  // never offered
#endif
  }
}

}  // namespace mxbulk::input
