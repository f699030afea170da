// Exchanges in raw UTF-8: some zones have `mx.bücher.example` as it is written, not as
// `mx.xn--bcher-kva.example`. Such an exchange is looked up by its A-labels (UTS #46), as Exim does
// with SUPPORT_I18N; under the raw name no resolver finds it.
//
// Threads: one loop thread. Ownership: borrows the host table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "input/idna.h"
#include "model/lookup_outcome.h"
#include "table/host_table.h"

namespace mxbulk::engine {

class ExchangeNames {
 public:
  explicit ExchangeNames(table::HostTable& hosts) : hosts_(hosts) {}

  // `records` with A-labels in place of U-labels. Names that UTS #46 refuses, or that are not
  // UTF-8, are left as they are. Valid until the next call, and no longer than `records`.
  [[nodiscard]] std::span<const MxRecord> converted(std::span<const MxRecord> records);

 private:
  void convert(MxRecord& record);

  table::HostTable& hosts_;
  input::Idna idna_;
  std::vector<MxRecord> records_;  // scratch
};

}  // namespace mxbulk::engine
