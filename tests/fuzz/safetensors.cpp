// Safetensors: what is accepted is written and read back as the same tensors and metadata, and its
// tensors take no more memory than the file has bytes.
#include "src/base/safetensors.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

bool equal(const SafetensorsFile& a, const SafetensorsFile& b) {
  return a.metadata == b.metadata &&
         std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(),
                    [](const auto& x, const auto& y) {
                      return x.first == y.first && x.second.dtype == y.second.dtype &&
                             x.second.shape == y.second.shape && x.second.bytes == y.second.bytes;
                    });
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  SafetensorsFile file;
  if (!accepts([&] { file = parse_safetensors(std::string(text_of(data, size)), "input"); })) {
    return 0;
  }
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : file.tensors) bytes += tensor.bytes.size();
  FRAGFLOW_CHECK(bytes <= size, "{} bytes of tensors in a file of {}", bytes, size);
  FRAGFLOW_CHECK(equal(file, parse_safetensors(serialise_safetensors(file), "again")), "changed");
  return 0;
}
