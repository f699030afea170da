#include "rows/row_keys.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>

#include "base/hash.h"
#include "input/address_cleaning.h"
#include "model/domain_name.h"

namespace mxbulk::rows {
namespace {

// The lints that belong to the domain's name, wherever it appears.
LintSet name_lints(LintSet lints) {
  constexpr LintSet kNameLints = {Lint::kBadAlabel, Lint::kIdna2008};
  return LintSet::from_bits(lints.bits() & kNameLints.bits());
}

// The hash of an address, for Lint::kDuplicate. Domains are canonical. The case of ASCII letters in
// local parts is ignored: hosts do so in practice, though RFC 5321 §2.4 lets them distinguish it.
uint64_t hash_of(const input::ParsedAddress& address) {
  std::array<char, limits::kLocalPartOctetsMax + 1 + limits::kNameWireOctetsMax> text;
  assert(address.local_part.size() <= limits::kLocalPartOctetsMax);
  char* end = copy_ascii_lower(address.local_part, text.data());
  *end++ = '@';  // not the length of a label, so two addresses never give the same text
  end = std::copy(address.domain.begin(), address.domain.end(), end);
  return hash_bytes({text.data(), static_cast<size_t>(end - text.data())});
}

}  // namespace

Status RowKeys::fill(input::RowBatch& batch) {
  waiting_.clear();
  hashes_.clear();
  names_.clear();
  requests_.clear();
  local_text_.clear();
  std::vector<RowKey>& keys = batch.block.keys;
  keys.clear();
  keys.reserve(batch.cells.size());  // not more: it is kept until the rows are written
  batch.block.local_parts.clear();
  if (extras_.keeps_local_parts) batch.block.local_parts.resize(batch.cells.size());
  for (const input::EmailCell& cell : batch.cells) take(cell, batch.block);
  batch.block.local_text = local_text_;
  if (extras_.addresses != nullptr) mark_duplicates();
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

void RowKeys::take(const input::EmailCell& cell, Block& block) {
  std::vector<RowKey>& keys = block.keys;
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
  if (is_address && extras_.addresses != nullptr) hashes_.push_back(hash_of(parsed));
  if (is_address && extras_.keeps_local_parts) keep_local_part(parsed.local_part, block);
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

// Requires: it belongs to the first row without a key.
void RowKeys::keep_local_part(std::string_view local_part, Block& block) {
  const size_t row = block.keys.size();
  LocalPart& kept = block.local_parts[row];
  if (row < block.rows()) {
    const std::string_view text = block.row(row);
    const std::less_equal<const char*> is_not_after;
    const bool is_in_row =
        is_not_after(text.data(), local_part.data()) &&
        is_not_after(local_part.data() + local_part.size(), text.data() + text.size());
    const auto offset = is_in_row ? static_cast<size_t>(local_part.data() - text.data()) : 0;
    if (is_in_row && offset < LocalPart::kOffsetsInRow) {
      kept = LocalPart::in_row(offset, local_part.size());
      return;
    }
  }
  local_text_.append(local_part);
  kept = LocalPart::in_text(local_part.size());
}

void RowKeys::mark_duplicates() {
  extras_.addresses->insert_all(
      hashes_, [this](size_t index) { waiting_[index].lints.add(Lint::kDuplicate); });
}

}  // namespace mxbulk::rows
