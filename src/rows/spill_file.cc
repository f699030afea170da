#include "rows/spill_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "output/fd_writer.h"

namespace mxbulk::rows {
namespace {

class UnnamedFile final : public SpillFile {
 public:
  UnnamedFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~UnnamedFile() override { ::close(descriptor_); }
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  Status write(uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return output::system_error("write to", name_, errno);
      offset += static_cast<uint64_t>(size);
      bytes.remove_prefix(static_cast<size_t>(size));
    }
    return {};
  }

  Status read(uint64_t offset, std::span<char> to) override {
    while (!to.empty()) {
      const ssize_t size = ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(offset));
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return output::system_error("read", name_, size < 0 ? errno : EIO);
      offset += static_cast<uint64_t>(size);
      to = to.subspan(static_cast<size_t>(size));
    }
    return {};
  }

  // If the file system cannot do it, the space is freed when the file is closed.
  void give_back(uint64_t begin, uint64_t end) override {
    (void)::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                      static_cast<off_t>(begin), static_cast<off_t>(end - begin));
  }

 private:
  int descriptor_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<SpillFile>> open_spill_file(const std::string& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    // The file system does not support O_TMPFILE.
    std::string path = folder + "/.mxbulk-XXXXXX";
    descriptor = ::mkostemp(path.data(), O_CLOEXEC);  // 0600
    if (descriptor >= 0) ::unlink(path.c_str());
  }
  if (descriptor < 0) return output::system_error("make a temporary file in", folder, errno);
  return std::unique_ptr<SpillFile>(
      std::make_unique<UnnamedFile>(descriptor, "a temporary file in " + folder));
}

}  // namespace mxbulk::rows
