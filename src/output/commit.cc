#include "output/commit.h"

#include "output/temporaries.h"

namespace mxbulk::output {

Status commit_all(std::span<OutputFile* const> files, const std::function<Status()>& last_step) {
  for (OutputFile* file : files) {
    if (Status status = file->prepare(); !status.ok()) return status;
  }
  claim_finish();
  Status status;
  size_t taken = 0;
  for (; taken < files.size() && status.ok(); ++taken) status = files[taken]->take_name();
  for (size_t i = 0; i < files.size() && status.ok(); ++i) status = files[i]->settle();
  if (status.ok() && last_step) status = last_step();
  if (status.ok()) {
    for (OutputFile* file : files) file->drop_old();
    return {};
  }
  while (taken > 0) files[--taken]->give_name_back();
  release_finish();
  return status;
}

}  // namespace mxbulk::output
