// Any bytes as CSV: each kernel of the scanner splits them as the reference does, in one piece and
// in pieces.
//
//   octet 0    the delimiter
//   octet 1    the column
//   octet 2    the number of octets in the first piece
//   the rest   the CSV
#include <algorithm>

#include "fuzz/targets.h"
#include "support/csv_reference.h"

namespace mxbulk::test {
namespace {

constexpr char kDelimiters[] = {',', ';', '\t', '|'};

std::string run(std::span<const uint8_t> input_bytes) {
  FuzzInput input(input_bytes);
  const char delimiter = kDelimiters[input.octet() % std::size(kDelimiters)];
  const size_t column = input.octet() % 80;
  const size_t front_size = input.octet();
  // A copy of that size: a read past its end is a read past the allocation.
  const std::vector<char> copy(input.rest().begin(), input.rest().end());
  const std::string_view bytes(copy.data(), copy.size());
  const std::string_view front = bytes.substr(0, std::min(front_size, bytes.size()));
  const ScannedCsv whole = scan_csv_by_reference({delimiter}, column, bytes, true);
  const ScannedCsv part = scan_csv_by_reference({delimiter}, column, front, false);
  for (const input::CsvKernel kernel : input::csv_kernels()) {
    const input::CsvScanner scanner({delimiter}, column, kernel);
    if (scan_csv(scanner, bytes, true) != whole) return "the scanner and the reference differ";
    if (scan_csv(scanner, front, false) != part) return "they differ where more may follow";
  }
  return {};
}

std::vector<std::string> seeds() {
  const std::string head("\0\1\100", 3);
  std::string all_of_it = "id,email,n\r\n";
  for (int i = 0; i < 5; ++i) {
    all_of_it += "1,\"a\"\"b\"@c.de,x\n2,5\" pipe,\"two\r\nlines\"\r3,\"\",\"\"\"\"\r\n\"q\"x,,\n";
  }
  return {head + "id,email\n1,a@b.de\n",
          head + all_of_it,
          head + std::string(70, 'a') + ",\"" + std::string(130, 'b') + "\"\"\",c\r\n",
          head + "a,\"open\n",
          std::string("\1\0\5", 3) + "a;b\rc\r",
          std::string("\2\2\77", 3) + "a\tb\tc\n\"\t\"\t\"\n"};
}

}  // namespace

const FuzzTarget kCsvTarget = {"csv", run, seeds};

}  // namespace mxbulk::test
