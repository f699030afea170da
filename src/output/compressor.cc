#include "output/compressor.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/file_format.h"

namespace mxbulk::output {
namespace {

constexpr size_t kPieceBytes = 64U << 10;
constexpr int kZstdLevel = 3;  // zstd's own default; higher costs more than the whole run

class Gzip final : public Compressor {
 public:
  Gzip() : level_buffer_(ISAL_DEF_LVL1_DEFAULT), piece_(kPieceBytes) {
    isal_deflate_init(&stream_);
    stream_.level = 1;
    stream_.level_buf = level_buffer_.data();
    stream_.level_buf_size = static_cast<uint32_t>(level_buffer_.size());
    // Its header has no time and no name: the same run gives the same bytes.
    stream_.gzip_flag = IGZIP_GZIP;
  }

  Status compress(std::string_view bytes, bool last, std::string& out) override {
    constexpr size_t kOnceMax = std::numeric_limits<uint32_t>::max();
    do {
      const std::string_view part = bytes.substr(0, kOnceMax);
      bytes.remove_prefix(part.size());
      if (Status status = one_part(part, last && bytes.empty(), out); !status.ok()) return status;
    } while (!bytes.empty());
    return {};
  }

 private:
  Status one_part(std::string_view part, bool last, std::string& out) {
    // isa-l only reads from next_in, but declares it without const.
    stream_.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(part.data()));
    stream_.avail_in = static_cast<uint32_t>(part.size());
    stream_.end_of_stream = last ? 1 : 0;
    do {
      stream_.next_out = piece_.data();
      stream_.avail_out = static_cast<uint32_t>(piece_.size());
      if (isal_deflate(&stream_) != COMP_OK) return Status::internal("gzip compression failed");
      out.append(reinterpret_cast<const char*>(piece_.data()), piece_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return {};
  }

  std::vector<uint8_t> level_buffer_;
  std::vector<uint8_t> piece_;
  isal_zstream stream_{};
};

class Zstd final : public Compressor {
 public:
  explicit Zstd(ZSTD_CCtx* context) : context_(context), piece_(ZSTD_CStreamOutSize()) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }

  Status compress(std::string_view bytes, bool last, std::string& out) override {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &output, &input,
                                  last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) {
        return Status::internal(std::string("zstd compression failed: ") + ZSTD_getErrorName(left));
      }
      out.append(piece_.data(), output.pos);
    } while (input.pos < input.size || (last && left != 0));
    return {};
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::vector<char> piece_;
};

}  // namespace

Result<std::unique_ptr<Compressor>> Compressor::for_path(std::string_view path) {
  std::unique_ptr<Compressor> compressor;
  switch (packing_by_name(path)) {
    case Packing::kNone: break;
    case Packing::kGzip: compressor = std::make_unique<Gzip>(); break;
    case Packing::kZstd: {
      ZSTD_CCtx* context = ZSTD_createCCtx();
      if (context == nullptr) return Status::internal("no memory for zstd compression");
      compressor = std::make_unique<Zstd>(context);
      break;
    }
  }
  return compressor;
}

}  // namespace mxbulk::output
