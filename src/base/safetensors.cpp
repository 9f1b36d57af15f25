#include "src/base/safetensors.hpp"

#include <array>
#include <cstring>
#include <limits>

#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/file.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

struct DtypeInfo {
  Dtype dtype;
  const char* name;
  std::size_t size;
};
constexpr std::array<DtypeInfo, 5> kDtypes = {{{Dtype::kFloat32, "F32", 4},
                                               {Dtype::kFloat64, "F64", 8},
                                               {Dtype::kInt32, "I32", 4},
                                               {Dtype::kInt64, "I64", 8},
                                               {Dtype::kUint8, "U8", 1}}};
// Key in the metadata of files that this program wrote.
constexpr const char* kChecksumKey = "fragflow_checksum";
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the format's own library

const DtypeInfo& info_of(Dtype dtype) {
  for (const DtypeInfo& info : kDtypes) {
    if (info.dtype == dtype) return info;
  }
  throw InternalError("unknown dtype");
}

template <typename T>
TensorData from_values(Dtype dtype, std::vector<std::int64_t> shape, const T* values) {
  TensorData data;
  data.dtype = dtype;
  data.shape = std::move(shape);
  data.bytes.resize(static_cast<std::size_t>(data.num_elements()) * sizeof(T));
  if (!data.bytes.empty()) std::memcpy(data.bytes.data(), values, data.bytes.size());
  return data;
}

template <typename T>
const T* values_as(const TensorData& data, Dtype wanted, const std::string& name) {
  if (data.dtype != wanted) {
    user_error("tensor '{}' has type {}, expected {}", name, dtype_name(data.dtype),
               dtype_name(wanted));
  }
  return reinterpret_cast<const T*>(data.bytes.data());
}

// Elements of shape, or an error for negative or absurd sizes.
std::uint64_t checked_elements(const std::vector<std::int64_t>& shape, const std::string& where) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) user_error("{}: negative size {}", where, size);
    const auto factor = static_cast<std::uint64_t>(size);
    if (factor != 0 && count > std::numeric_limits<std::uint64_t>::max() / 8 / factor) {
      user_error("{}: shape too large", where);
    }
    count *= factor;
  }
  return count;
}

nlohmann::json parse_header(std::string_view text, const std::string& name) {
  return name_place(name + ": bad safetensors header", [&] { return parse_json(text); });
}

template <typename Integer>
std::vector<Integer> read_integers(const nlohmann::json& list, const std::string& where) {
  for (const auto& element : list) {
    if (!element.is_number_integer()) user_error("{}: a size that is no whole number", where);
  }
  return list.get<std::vector<Integer>>();
}

TensorData parse_tensor(const nlohmann::json& entry, const std::string& data,
                        const std::string& where) {
  TensorData tensor;
  const std::string name = entry.at("dtype").get<std::string>();
  const DtypeInfo* info = nullptr;
  for (const DtypeInfo& candidate : kDtypes) {
    if (name == candidate.name) info = &candidate;
  }
  if (info == nullptr) user_error("{}: unsupported type '{}'", where, name);
  tensor.dtype = info->dtype;
  tensor.shape = read_integers<std::int64_t>(entry.at("shape"), where);
  const auto offsets = read_integers<std::uint64_t>(entry.at("data_offsets"), where);
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    user_error("{}: data lies outside the file (truncated or corrupt)", where);
  }
  if (checked_elements(tensor.shape, where) * info->size != offsets[1] - offsets[0]) {
    user_error("{}: shape and data size disagree", where);
  }
  tensor.bytes.assign(data.begin() + static_cast<std::ptrdiff_t>(offsets[0]),
                      data.begin() + static_cast<std::ptrdiff_t>(offsets[1]));
  return tensor;
}

// A checksum of the whole content in a fixed order, so that it does not depend on how the header is
// written.
std::string checksum_of(const SafetensorsFile& file) {
  std::string text;
  for (const auto& [key, value] : file.metadata) text += fmt::format("{} {}\n", key, fnv1a(value));
  for (const auto& [name, tensor] : file.tensors) {
    const std::string_view bytes(reinterpret_cast<const char*>(tensor.bytes.data()),
                                 tensor.bytes.size());
    text += fmt::format("{} {} {}", name, dtype_name(tensor.dtype), fnv1a(bytes));
    for (const std::int64_t size : tensor.shape) text += fmt::format(" {}", size);
    text += '\n';
  }
  return fmt::format("{:016x}", fnv1a(text));
}

// Files from elsewhere have no checksum.
void take_checksum(SafetensorsFile& file, const std::string& name) {
  const auto found = file.metadata.find(kChecksumKey);
  if (found == file.metadata.end()) return;
  const std::string written = found->second;
  file.metadata.erase(found);
  if (written == checksum_of(file)) return;
  user_error("{} is damaged: its content does not have the checksum it was written with", name);
}

}  // namespace

std::size_t dtype_size(Dtype dtype) { return info_of(dtype).size; }
std::string dtype_name(Dtype dtype) { return info_of(dtype).name; }

std::int64_t TensorData::num_elements() const {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return count;
}

TensorData TensorData::from_floats(std::vector<std::int64_t> shape, const float* values) {
  return from_values(Dtype::kFloat32, std::move(shape), values);
}
TensorData TensorData::from_doubles(std::vector<std::int64_t> shape, const double* values) {
  return from_values(Dtype::kFloat64, std::move(shape), values);
}
TensorData TensorData::from_int64(std::vector<std::int64_t> shape, const std::int64_t* values) {
  return from_values(Dtype::kInt64, std::move(shape), values);
}
TensorData TensorData::from_bytes(const std::string& bytes) {
  return from_values(Dtype::kUint8, {static_cast<std::int64_t>(bytes.size())}, bytes.data());
}

const float* TensorData::floats(const std::string& name) const {
  return values_as<float>(*this, Dtype::kFloat32, name);
}
const double* TensorData::doubles(const std::string& name) const {
  return values_as<double>(*this, Dtype::kFloat64, name);
}
const std::int64_t* TensorData::int64s(const std::string& name) const {
  return values_as<std::int64_t>(*this, Dtype::kInt64, name);
}

const TensorData& SafetensorsFile::at(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found != tensors.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [other, tensor] : tensors) names.push_back(other);
  user_error("no tensor '{}'; the file has: {}", name, join(names));
}

std::string serialise_safetensors(const SafetensorsFile& file) {
  nlohmann::ordered_json header;
  auto metadata = file.metadata;
  metadata[kChecksumKey] = checksum_of(file);
  header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    FRAGFLOW_CHECK(tensor.bytes.size() ==
                       static_cast<std::size_t>(tensor.num_elements()) * dtype_size(tensor.dtype),
                   "tensor '{}' has {} bytes", name, tensor.bytes.size());
    header[name] = {{"dtype", dtype_name(tensor.dtype)},
                    {"shape", tensor.shape},
                    {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts aligned
  const std::uint64_t header_size = text.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &header_size, 8);
  bytes += text;
  bytes.reserve(bytes.size() + offset);
  for (const auto& [name, tensor] : file.tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  }
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file) {
  write_file_atomically(path, serialise_safetensors(file));
}

SafetensorsFile parse_safetensors(const std::string& bytes, const std::string& name) {
  std::uint64_t header_size = 0;
  if (bytes.size() >= 8) std::memcpy(&header_size, bytes.data(), 8);
  if (bytes.size() < 8 || header_size > kMaxHeaderBytes || header_size > bytes.size() - 8) {
    user_error("{} is not a safetensors file, or it is truncated", name);
  }
  SafetensorsFile file;
  try {
    const auto header = parse_header(std::string_view(bytes).substr(8, header_size), name);
    const std::string data = bytes.substr(8 + header_size);
    std::size_t used = 0;
    for (const auto& [key, entry] : header.items()) {
      if (key == "__metadata__") {
        file.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        const std::string where = name + ": tensor '" + key + "'";
        const TensorData& tensor =
            file.tensors.emplace(key, parse_tensor(entry, data, where)).first->second;
        used += tensor.bytes.size();
        // Tensors that overlap could need any multiple of the file's size.
        if (used > data.size()) user_error("{}: tensors overlap", where);
      }
    }
    if (used != data.size()) {
      user_error("{}: {} bytes of data, and its tensors use {}", name, data.size(), used);
    }
  } catch (const nlohmann::json::exception& error) {
    user_error("{}: bad safetensors header: {}", name, error.what());
  }
  take_checksum(file, name);
  return file;
}

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(read_file(path), "'" + path.string() + "'");
}

}  // namespace fragflow
