// A spill file in memory, on a disk that may fail.
//
// Threads: as SpillFile. Ownership: the file borrows its disk.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "rows/spill_file.h"

namespace mxbulk::test {

struct MemoryDisk {
  enum class Call : uint8_t { kNone, kOpen, kWrite, kRead };

  // The call with this number fails, the first being 1.
  uint64_t fails_at = 0;

  uint64_t calls = 0;
  Call failed = Call::kNone;  // which it was
  uint64_t given_back = 0;    // bytes before are gone

  [[nodiscard]] rows::SpillFileOpener opener();

  [[nodiscard]] Status count(Call call) {
    if (++calls != fails_at) return {};
    failed = call;
    return Status::internal("the disk failed");
  }
};

class MemorySpill final : public rows::SpillFile {
 public:
  explicit MemorySpill(MemoryDisk& disk) : disk_(disk) {}

  Status write(uint64_t offset, std::string_view bytes) override {
    bytes_.resize(std::max(bytes_.size(), offset + bytes.size()));
    Status status = disk_.count(MemoryDisk::Call::kWrite);
    // What failed has written some of it all the same.
    if (!status.ok()) bytes = bytes.substr(0, bytes.size() / 2);
    bytes.copy(bytes_.data() + offset, bytes.size());
    return status;
  }
  Status read(uint64_t offset, std::span<char> to) override {
    Status status = disk_.count(MemoryDisk::Call::kRead);
    if (offset < disk_.given_back) return Status::internal("read again what was given back");
    if (offset + to.size() > bytes_.size()) return Status::internal("read what was never written");
    if (status.ok()) std::memcpy(to.data(), bytes_.data() + offset, to.size());
    return status;
  }
  void give_back(uint64_t begin, uint64_t end) override {
    std::fill(bytes_.begin() + static_cast<ptrdiff_t>(begin),
              bytes_.begin() + static_cast<ptrdiff_t>(end), '\0');
    disk_.given_back = end;
  }

 private:
  MemoryDisk& disk_;
  std::string bytes_;
};

inline rows::SpillFileOpener MemoryDisk::opener() {
  return [this]() -> Result<std::unique_ptr<rows::SpillFile>> {
    Status status = count(Call::kOpen);
    if (!status.ok()) return status;
    return std::unique_ptr<rows::SpillFile>(std::make_unique<MemorySpill>(*this));
  };
}

}  // namespace mxbulk::test
