// Where quotes, delimiters and line breaks stand in 64 octets, as bits: bit i for octet i. One
// kernel for each instruction set; all give the same bits.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mxbulk::input {

inline constexpr size_t kMaskOctets = 64;

struct CsvMasks {
  uint64_t quotes;
  uint64_t delimiters;
  uint64_t breaks;  // LF and CR

  friend bool operator==(const CsvMasks&, const CsvMasks&) = default;
};

// kAvx2: with BMI and POPCNT, which a virtual machine may lack all the same.
enum class CsvKernel : uint8_t { kScalar, kSse2, kAvx2 };

// Those that this machine can run, the fastest last.
[[nodiscard]] std::span<const CsvKernel> csv_kernels();

// Requires: kernel is one of csv_kernels(); kMaskOctets octets at `octets` for each of `masks`;
// the delimiter is neither a quote nor a line break.
void find_csv_masks(CsvKernel kernel, char delimiter, const char* octets,
                    std::span<CsvMasks> masks);

}  // namespace mxbulk::input
