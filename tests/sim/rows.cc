#include "sim/rows.h"

#include <array>

namespace mxbulk::test {
namespace {

struct BadCell {
  const char* cell;
  Reason reason;
};
constexpr std::array<BadCell, 9> kBadCells = {{{"", Reason::kEmpty},
                                               {"nobody", Reason::kNoAt},
                                               {"a b@d1.test", Reason::kBadLocal},
                                               {"a..b@d1.test", Reason::kBadLocalDots},
                                               {"user@[192.0.2.1]", Reason::kAddressLiteral},
                                               {"user@com", Reason::kDotless},
                                               {"user@-bad.test", Reason::kBadDomain},
                                               {"user@a..test", Reason::kBadDomain},
                                               {"user@10.0.0.1", Reason::kBadDomain}}};
constexpr std::array<const char*, 4> kSpecialDomains = {"localhost", "mail.localhost", "box.local",
                                                        "x.home.arpa"};

std::string random_domain(const World& world, SimulatedRandom& random) {
  if (random.chance(0.03)) return random.pick(kSpecialDomains);
  if (random.chance(0.05)) return "absent" + std::to_string(random.below(9)) + ".test";
  // A few domains have many rows.
  const size_t few = std::max<size_t>(1, world.domains().size() / 20);
  if (random.chance(0.3)) return world.domains()[static_cast<size_t>(random.below(few))];
  return random.pick(world.domains());
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

void make_cell(const World& world, SimulatedRandom& random, SimulatedRow& row) {
  row.is_bad = random.chance(0.01);
  if (row.is_bad) row.invalid = Reason::kBadRow;
  if (row.is_bad || random.chance(0.08)) {
    const BadCell& bad = random.pick(kBadCells);
    row.cell = bad.cell;
    if (!row.is_bad) row.invalid = bad.reason;
    return;
  }
  row.domain = random_domain(world, random);
  const bool shouts = random.chance(0.1);
  const std::string local_part = "user" + std::to_string(random.below(99));
  row.email = local_part + "@" + row.domain;
  row.cell = local_part + "@" + (shouts ? upper(row.domain) : row.domain);
  if (random.chance(0.1)) {
    row.cell = random.chance(0.5) ? " " + row.cell : "<" + row.cell + ">";
    row.lints.add(Lint::kTrimmed);
  }
}

}  // namespace

std::vector<SimulatedRow> random_rows(const World& world, size_t count, SimulatedRandom& random) {
  std::vector<SimulatedRow> rows;
  for (size_t i = 0; i < count; ++i) {
    SimulatedRow row;
    make_cell(world, random, row);
    row.is_ragged = random.chance(0.02);
    if (row.is_ragged) row.lints.add(Lint::kRagged);
    const bool is_last = i + 1 == count;
    const std::string terminator = is_last && random.chance(0.5) ? ""
                                   : random.chance(0.1)          ? "\r\n"
                                                                 : "\n";
    row.bytes = std::to_string(i) + "," + row.cell + (row.is_ragged ? ",x,y" : ",x") + terminator;
    rows.push_back(std::move(row));
  }
  return rows;
}

void fill_batch(const std::vector<SimulatedRow>& rows, size_t first, size_t count,
                input::RowBatch& batch) {
  batch.block.clear();
  batch.cells.clear();
  batch.block.first_row = first;
  for (size_t i = first; i < first + count; ++i) {
    batch.block.bytes += rows[i].bytes;
    batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
    batch.cells.push_back({rows[i].cell, rows[i].is_bad, rows[i].is_ragged});
  }
  // Like the reader: cells are viewed in place unless they are escaped.
  for (size_t i = first; i < first + count; i += 2) {
    const std::string_view bytes = batch.block.row(i - first);
    batch.cells[i - first].text = bytes.substr(bytes.find(',') + 1, rows[i].cell.size());
  }
}

RowShape row_shape() {
  RowShape shape;
  shape.format = Format::kCsv;
  shape.has_header = true;
  shape.header_row = "id,email,rest";
  return shape;
}

}  // namespace mxbulk::test
