// Plain values as bytes of a string, for messages between processes on machines of one type.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "src/base/check.hpp"

namespace fragflow {

class ByteWriter {
 public:
  template <typename Value>
  void put(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <typename Value>
  void put_all(const Value* values, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<Value>);
    text_.append(reinterpret_cast<const char*>(values), count * sizeof(Value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Reads what a ByteWriter wrote, in the same order; InternalError if the text is too short.
class ByteReader {
 public:
  explicit ByteReader(std::string_view text) : rest_(text) {}

  template <typename Value>
  Value take() {
    Value value;
    take_all(&value, 1);
    return value;
  }
  template <typename Value>
  void take_all(Value* values, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<Value>);
    FRAGFLOW_CHECK(rest_.size() / sizeof(Value) >= count, "a message of {} bytes is too short",
                   rest_.size());
    if (count > 0) std::memcpy(values, rest_.data(), count * sizeof(Value));
    rest_.remove_prefix(count * sizeof(Value));
  }
  bool is_empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace fragflow
