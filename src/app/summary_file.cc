#include "app/summary_file.h"

#include "output/summary_text.h"

namespace mxbulk::app {

Status SummaryFile::open(const OutputOptions& options) {
  if (options.summary_json_path.empty()) return {};
  Result<std::unique_ptr<output::OutputFile>> file =
      output::OutputFile::create(options.summary_json_path);
  if (!file.ok()) return file.status();
  file_ = std::move(file.value());
  return {};
}

Result<Summary> SummaryFile::commit(const Summary& summary, output::OutputFile* rows) {
  // A disk that is full of rows shall show before there is a summary of them.
  Status status = rows == nullptr ? Status() : rows->flush();
  if (status.ok() && file_ != nullptr) {
    status = file_->write(output::summary_json(summary));
    if (status.ok()) status = file_->commit();
  }
  if (status.ok() && rows != nullptr) status = rows->commit();
  if (!status.ok()) return status;
  return summary;
}

}  // namespace mxbulk::app
