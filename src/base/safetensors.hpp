// The safetensors file format: an 8-byte header length, a JSON header, raw little-endian data.
// Loading executes no code, and every size is checked against the file before allocating.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fragflow {

enum class Dtype { kFloat32, kFloat64, kInt32, kInt64, kUint8 };

// Bytes of one element.
std::size_t dtype_size(Dtype dtype);
// "F32", "F64", "I32", "I64", "U8".
std::string dtype_name(Dtype dtype);

struct TensorData {
  Dtype dtype = Dtype::kFloat32;
  std::vector<std::int64_t> shape;  // empty: a scalar
  std::vector<std::uint8_t> bytes;  // row-major

  std::int64_t num_elements() const;

  static TensorData from_floats(std::vector<std::int64_t> shape, const float* values);
  static TensorData from_doubles(std::vector<std::int64_t> shape, const double* values);
  static TensorData from_int64(std::vector<std::int64_t> shape, const std::int64_t* values);
  static TensorData from_bytes(const std::string& bytes);

  // Throw UserError if the dtype differs. name is used only in the message.
  const float* floats(const std::string& name) const;
  const double* doubles(const std::string& name) const;
  const std::int64_t* int64s(const std::string& name) const;
};

struct SafetensorsFile {
  std::map<std::string, TensorData> tensors;
  std::map<std::string, std::string> metadata;

  // Throws UserError naming the missing tensor and the file's tensors.
  const TensorData& at(const std::string& name) const;
};

// Atomic (see write_file_atomically).
void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file);

// Throws UserError unless the file is a complete, consistent safetensors file.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

// The same for bytes in memory; name is used in messages.
std::string serialise_safetensors(const SafetensorsFile& file);
SafetensorsFile parse_safetensors(const std::string& bytes, const std::string& name);

}  // namespace fragflow
