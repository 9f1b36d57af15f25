// Lines of a file with lookahead.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "src/base/text_lines.hpp"

namespace fragflow {

class LineFeed {
 public:
  explicit LineFeed(TextLines lines) : lines_(std::move(lines)) {}

  // The line after `index` further ones, with its line end; null if the file ends before.
  const std::string* peek(std::size_t index) {
    while (ahead_.size() <= index) {
      std::string line;
      if (!lines_.next(line)) return nullptr;
      ahead_.push_back(std::move(line));
    }
    return &ahead_[index];
  }

  // False at the end.
  bool next(std::string& line) {
    if (peek(0) == nullptr) return false;
    line = std::move(ahead_.front());
    ahead_.pop_front();
    ++lines_read_;
    return true;
  }

  std::size_t lines_read() const { return lines_read_; }
  const TextLines& text() const { return lines_; }

 private:
  TextLines lines_;
  std::deque<std::string> ahead_;
  std::size_t lines_read_ = 0;
};

}  // namespace fragflow
