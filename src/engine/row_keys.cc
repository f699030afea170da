#include "engine/row_keys.h"

#include "input/address_cleaning.h"

namespace mxbulk::engine {
namespace {

// The lints that belong to the domain's name, wherever it appears.
LintSet name_lints(LintSet lints) {
  constexpr LintSet kNameLints = {Lint::kBadAlabel, Lint::kIdna2008};
  return LintSet::from_bits(lints.bits() & kNameLints.bits());
}

}  // namespace

Status RowKeys::fill(input::RowBatch& batch) {
  waiting_.clear();
  names_.clear();
  requests_.clear();
  std::vector<RowKey>& keys = batch.block.keys;
  keys.clear();
  keys.reserve(batch.cells.size());  // no more: it is held until the rows are written
  for (const input::EmailCell& cell : batch.cells) take(cell, keys);
  for (const Waiting& row : waiting_) {
    requests_.push_back(
        {NameView(names_).substr(row.name_at, row.name_size), name_lints(row.lints)});
  }
  ids_.resize(requests_.size());
  if (!domains_.intern(requests_, ids_)) {
    return Status::internal("more than " + std::to_string(limits::kDomainsMax) +
                            " distinct domains; split the list with --limit or by file");
  }
  for (size_t i = 0; i < waiting_.size(); ++i) {
    const Waiting& row = waiting_[i];
    keys[row.row] = RowKey::waiting_for(ids_[i], row.lints, row.is_role);
  }
  return {};
}

void RowKeys::take(const input::EmailCell& cell, std::vector<RowKey>& keys) {
  LintSet row_lints;
  if (cell.is_passed) {
    keys.push_back(RowKey::passed());
    return;
  }
  if (cell.is_ragged) row_lints.add(Lint::kRagged);
  if (cell.is_bad_row) {
    keys.push_back(RowKey::invalid(Reason::kBadRow, row_lints));
    return;
  }
  const bool is_address = cells_ == Cells::kAddresses;
  const input::ParsedAddress parsed =
      is_address ? parser_.parse(cell.text) : parser_.parse_domain(cell.text);
  row_lints.add(parsed.lints);
  if (parsed.invalid) {
    keys.push_back(RowKey::invalid(*parsed.invalid, row_lints, suggestion(cell, *parsed.invalid)));
    return;
  }
  waiting_.push_back({.row = keys.size(),
                      .name_at = names_.size(),
                      .name_size = static_cast<uint8_t>(parsed.domain.size()),
                      .lints = row_lints,
                      .is_role = is_address && enricher_.is_role(parsed.local_part)});
  names_.append(parsed.domain);
  keys.emplace_back();
}

uint32_t RowKeys::suggestion(const input::EmailCell& cell, Reason reason) const {
  if (cells_ == Cells::kDomains) return enricher_.suggest_for_domain(cell.text, reason);
  return enricher_.suggest_for_address(input::clean_cell(cell.text).text, reason);
}

}  // namespace mxbulk::engine
