#include "src/base/text_lines.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "src/base/check.hpp"
#include "src/base/file_kind.hpp"
#include "src/base/text_encoding.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kPiece = 1 << 16;

// The raw bytes of a file or of memory.
class Bytes {
 public:
  Bytes(const std::filesystem::path& path, std::string source) : source_(std::move(source)) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      user_error("{} is a folder, expected a file", source_);
    }
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) user_error("cannot open {}: {}", source_, std::strerror(errno));
  }
  Bytes(std::string_view memory, std::string source)
      : source_(std::move(source)), memory_(memory) {}
  ~Bytes() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  const std::string& source() const { return source_; }

  // At most `capacity` bytes; 0 at the end.
  std::size_t read(char* buffer, std::size_t capacity) {
    if (descriptor_ < 0) {
      const std::size_t count = std::min(capacity, memory_.size());
      std::memcpy(buffer, memory_.data(), count);
      memory_.remove_prefix(count);
      return count;
    }
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer, capacity);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) user_error("cannot read {}: {}", source_, std::strerror(errno));
    }
  }

 private:
  std::string source_;
  std::string_view memory_;
  int descriptor_ = -1;
};

// The same, unpacked if it is gzip; there may be several members (as in bgzip files).
class UnpackedBytes {
 public:
  explicit UnpackedBytes(std::unique_ptr<Bytes> bytes) : bytes_(std::move(bytes)) {
    input_.resize(kPiece);
    fill();
    while (available_ > 0 && available_ < 4 && !at_end_) fill();  // enough to detect gzip
    is_packed_ = is_gzip(std::string_view(input_.data(), available_));
    if (is_packed_) start_inflating();
  }
  ~UnpackedBytes() {
    if (is_packed_) ::inflateEnd(&stream_);
  }
  UnpackedBytes(const UnpackedBytes&) = delete;
  UnpackedBytes& operator=(const UnpackedBytes&) = delete;

  const std::string& source() const { return bytes_->source(); }
  bool is_packed() const { return is_packed_; }

  // Appends the next bytes. False at the end.
  bool read(std::string& to) { return is_packed_ ? inflate_piece(to) : read_piece(to); }

 private:
  // Moves the remaining bytes to the start of input_ and reads more after them.
  void fill() {
    std::memmove(input_.data(), input_.data() + position_, available_);
    position_ = 0;
    const std::size_t count = bytes_->read(input_.data() + available_, input_.size() - available_);
    available_ += count;
    at_end_ = count == 0;
  }

  bool read_piece(std::string& to) {
    if (available_ == 0 && !at_end_) fill();
    if (available_ == 0) return false;
    to.append(input_.data() + position_, available_);
    available_ = position_ = 0;
    return true;
  }

  void start_inflating() {
    stream_ = {};
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (::inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }

  bool inflate_piece(std::string& to) {
    std::string output(kPiece, '\0');
    for (;;) {
      if (available_ == 0 && !at_end_) fill();
      if (available_ == 0) {
        if (!between_members_) user_error("{}: its gzip content is cut off", source());
        return false;
      }
      if (between_members_ && unpacked_any_ && !starts_a_member()) return false;
      between_members_ = false;
      const std::size_t count = inflate_into(output);
      if (count == 0) continue;
      to.append(output, 0, count);
      unpacked_any_ = true;
      return true;
    }
  }

  // Anything after the last member (padding) is ignored, as in gzip.
  bool starts_a_member() {
    while (available_ < 2 && !at_end_) fill();
    return is_gzip(std::string_view(input_.data() + position_, available_));
  }

  std::size_t inflate_into(std::string& output) {
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + position_);
    stream_.avail_in = static_cast<uInt>(available_);
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    position_ += available_ - stream_.avail_in;
    available_ = stream_.avail_in;
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result == Z_STREAM_END) {
      ::inflateReset(&stream_);
      between_members_ = unpacked_any_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      user_error("{}: its gzip content is damaged", source());
    }
    return output.size() - stream_.avail_out;
  }

  std::unique_ptr<Bytes> bytes_;
  std::string input_;
  std::size_t position_ = 0, available_ = 0;
  bool at_end_ = false, is_packed_ = false, between_members_ = false, unpacked_any_ = false;
  z_stream stream_ = {};
};

}  // namespace

struct TextLines::Impl {
  explicit Impl(std::unique_ptr<Bytes> bytes) : bytes(std::move(bytes)) {
    std::string start;
    while (start.size() < 4096 && this->bytes.read(start)) {
    }
    if (const auto kind = kind_of_other_file(start)) {
      user_error("{}{} {}", source(), this->bytes.is_packed() ? ", unpacked," : "", *kind);
    }
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
      utf16.emplace(start.starts_with("\xFE\xFF"));
      start.erase(0, 2);
    } else if (start.starts_with("\xEF\xBB\xBF")) {
      start.erase(0, 3);
    } else if (start.substr(0, 4096).find('\0') != start.npos) {
      user_error("{} is no text (it holds zero bytes); a table as text (CSV) is needed", source());
    }
    take(start);
  }

  const std::string& source() const { return bytes.source(); }

  void take(const std::string& piece) {
    utf16 ? utf16->decode(piece, buffer) : void(buffer += piece);
  }

  // Reads until a complete line is in the buffer; false if the file ends before.
  bool find_line_end() {
    for (;;) {
      end = buffer.find('\n', std::max(begin, searched));
      if (end != buffer.npos) return true;
      buffer.erase(0, begin);
      begin = 0;
      searched = buffer.size();
      std::string piece;
      if (!bytes.read(piece)) {
        if (utf16) utf16->finish(buffer);
        return false;
      }
      take(piece);
    }
  }

  bool next(std::string& line) {
    if (find_line_end()) {
      line.assign(buffer, begin, end + 1 - begin);
      begin = end + 1;
      searched = begin;
    } else {
      line = std::move(buffer);
      buffer.clear();
      begin = searched = 0;
      if (line.empty()) return false;
    }
    if (!utf16 && !is_utf8(line)) {
      line = utf8_of_windows_1252(line);
      ++windows_lines;
    }
    spaced_lines += use_plain_spaces(line);
    return true;
  }

  UnpackedBytes bytes;
  std::optional<Utf16Decoder> utf16;
  std::string buffer;
  std::size_t begin = 0, end = 0, searched = 0;  // in buffer
  std::size_t windows_lines = 0, spaced_lines = 0;
};

TextLines::TextLines(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(std::make_unique<Bytes>(path, "'" + path.string() + "'"))) {}
TextLines::TextLines(std::string_view bytes, const std::string& source)
    : impl_(std::make_unique<Impl>(std::make_unique<Bytes>(bytes, source))) {}
TextLines::~TextLines() = default;
TextLines::TextLines(TextLines&&) noexcept = default;
TextLines& TextLines::operator=(TextLines&&) noexcept = default;

bool TextLines::next(std::string& line) { return impl_->next(line); }
const std::string& TextLines::source() const { return impl_->source(); }

std::vector<std::string> TextLines::remarks() const {
  std::vector<std::string> remarks;
  if (impl_->bytes.is_packed()) remarks.push_back("unpacked with gzip");
  if (impl_->utf16) remarks.push_back("converted from UTF-16");
  if (impl_->windows_lines > 0) {
    remarks.push_back(fmt::format("{} {} no UTF-8 and were read as Windows-1252",
                                  impl_->windows_lines,
                                  impl_->windows_lines == 1 ? "line is" : "lines are"));
  }
  if (impl_->spaced_lines > 0) {
    remarks.push_back(fmt::format("no-break and thin spaces were read as spaces ({} {})",
                                  impl_->spaced_lines,
                                  impl_->spaced_lines == 1 ? "line" : "lines"));
  }
  return remarks;
}

std::string read_text(TextLines lines) {
  std::string text, line;
  while (lines.next(line)) text += line;
  return text;
}

}  // namespace fragflow
