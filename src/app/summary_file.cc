#include "app/summary_file.h"

#include "output/output_file.h"
#include "output/summary_text.h"

namespace mxbulk::app {

Result<Summary> keep_summary(Result<Summary> summary, const OutputOptions& options) {
  if (!summary.ok() || options.summary_json_path.empty()) return summary;
  Status status =
      output::write_whole_file(options.summary_json_path, output::summary_json(summary.value()));
  if (!status.ok()) return status;
  return summary;
}

}  // namespace mxbulk::app
