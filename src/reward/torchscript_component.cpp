#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/RWMol.h>
#include <c10/util/Exception.h>
#include <torch/script.h>
#include <torch/version.h>

#include <filesystem>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/reward/atom_features.hpp"
#include "src/reward/component.hpp"

namespace fragflow {
namespace {

// Molecules per call of the module, and maximum number of fingerprint elements.
constexpr std::size_t kBlock = 1024, kMaxElements = std::size_t{1} << 25;

// The message of a module's exception, without the stack: its last line is the reason.
std::string what_of(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  const std::string_view text =
      trim(torch_error == nullptr ? error.what() : torch_error->what_without_backtrace());
  const std::string first(text.substr(0, text.find('\n')));
  const std::string last(text.substr(text.rfind('\n') + 1));
  return first == last ? first : first + " ... " + last;
}

std::string shape_of(const torch::Tensor& tensor) {
  std::string text;
  for (const std::int64_t size : tensor.sizes()) {
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  }
  return "[" + text + "]";
}

class TorchScriptComponent : public Component {
 public:
  explicit TorchScriptComponent(const ComponentConfig& config)
      : config_(config.torchscript), name_(config.name), file_(config.file) {
    if (!std::filesystem::is_regular_file(file_)) {
      user_error("reward component '{}': there is no file '{}'", name_, file_);
    }
    try {
      module_ = torch::jit::load(file_);
      module_.eval();
    } catch (const std::exception& error) {
      pass_on_out_of_memory(error);
      user_error(
          "reward component '{}': '{}' is not a TorchScript module that LibTorch {} reads: {}",
          name_, file_, TORCH_VERSION, what_of(error));
    }
    if (!module_.find_method("forward")) {
      user_error("reward component '{}': the module '{}' has no method forward", name_, file_);
    }
  }

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<double> result;
    for (std::size_t begin = 0; begin < molecules.size(); begin += kBlock) {
      const auto block = molecules.subspan(begin, std::min(kBlock, molecules.size() - begin));
      const torch::Tensor values = forward(block);
      const auto* first = values.data_ptr<double>();
      result.insert(result.end(), first, first + values.numel());
    }
    return result;
  }

 private:
  // Double, contiguous, [number of molecules].
  torch::Tensor forward(std::span<const ParsedMolecule> molecules) {
    const torch::NoGradGuard no_gradients;
    const auto count = static_cast<std::int64_t>(molecules.size());
    const std::vector<torch::Tensor> tensors =
        config_.input == "morgan" ? std::vector{fingerprints(molecules)} : atom_tensors(molecules);
    torch::jit::IValue answer;
    try {
      answer = module_.forward({tensors.begin(), tensors.end()});
    } catch (const std::exception& error) {
      pass_on_out_of_memory(error);
      std::vector<std::string> shapes;
      for (const torch::Tensor& tensor : tensors) shapes.push_back(shape_of(tensor));
      user_error("reward component '{}': the module '{}' failed for inputs of shape {}: {}", name_,
                 file_, fmt::join(shapes, ", "), what_of(error));
    }
    if (!answer.isTensor()) {
      user_error("reward component '{}': the module '{}' must return one tensor, not {}", name_,
                 file_, answer.tagKind());
    }
    torch::Tensor values = answer.toTensor();
    const bool is_row = values.dim() == 1, is_table = values.dim() == 2;
    if ((!is_row && !is_table) || values.size(0) != count) {
      user_error(
          "reward component '{}': the module '{}' returned a tensor of shape {} for {} molecules; "
          "it must be [{}] or [{}, K]",
          name_, file_, shape_of(values), count, count, count);
    }
    const std::int64_t columns = is_row ? 1 : values.size(1);
    if (config_.output >= columns) {
      user_error(
          "reward component '{}': torchscript.output = {}, but the module '{}' returns {} (shape "
          "{}); outputs are counted from 0",
          name_, config_.output, file_, columns == 1 ? "one output" : fmt::format("{}", columns),
          shape_of(values));
    }
    if (is_table) values = values.select(1, config_.output);
    return values.to(torch::kCPU, torch::kFloat64).contiguous();
  }

  torch::Tensor fingerprints(std::span<const ParsedMolecule> molecules) const {
    const auto count = static_cast<std::int64_t>(molecules.size());
    torch::Tensor bits = torch::zeros({count, config_.bits});
    float* const data = bits.data_ptr<float>();
    parallel_for(
        count,
        [&](std::int64_t i) {
          const std::unique_ptr<ExplicitBitVect> vector(
              RDKit::MorganFingerprints::getFingerprintAsBitVect(
                  *molecules[i].molecule, static_cast<unsigned>(config_.radius),
                  static_cast<unsigned>(config_.bits)));
          std::vector<int> on;
          vector->getOnBits(on);
          for (const int bit : on) data[i * config_.bits + bit] = 1;
        },
        kLongBodies);
    return bits;
  }

  // atoms [A, 38] float32, bonds [2, E] int64 (from, to; every bond twice), bond_classes [E] int64,
  // molecules [A] int64.
  static std::vector<torch::Tensor> atom_tensors(std::span<const ParsedMolecule> molecules) {
    const std::vector<AtomGraph> graphs = mpnn_atom_graphs(molecules);
    std::vector<const AtomGraph*> pointers;
    for (const AtomGraph& graph : graphs) pointers.push_back(&graph);
    const AtomGraph batch = pack(pointers);
    const std::int64_t num_atoms = batch.num_atoms();
    const auto num_bonds = static_cast<std::int64_t>(batch.neighbour.size());
    torch::Tensor atoms = torch::zeros({num_atoms, kMpnnAtomFeatures});
    torch::Tensor bonds = torch::empty({2, num_bonds}, torch::kInt64);
    torch::Tensor classes = torch::empty({num_bonds}, torch::kInt64);
    torch::Tensor owners = torch::empty({num_atoms}, torch::kInt64);
    float* const features = atoms.data_ptr<float>();
    auto* const ends = bonds.data_ptr<std::int64_t>();
    for (std::int64_t a = 0; a < num_atoms; ++a) {
      for (int k = batch.feature_offset[a]; k < batch.feature_offset[a + 1]; ++k) {
        features[a * kMpnnAtomFeatures + batch.feature_column[k]] = 1;
      }
      for (int k = batch.neighbour_offset[a]; k < batch.neighbour_offset[a + 1]; ++k) {
        ends[k] = batch.neighbour[k];
        ends[num_bonds + k] = a;
        classes.data_ptr<std::int64_t>()[k] = batch.bond_class[k];
      }
    }
    for (std::int64_t m = 0; m < batch.num_molecules(); ++m) {
      std::fill(owners.data_ptr<std::int64_t>() + batch.molecule_offset[m],
                owners.data_ptr<std::int64_t>() + batch.molecule_offset[m + 1], m);
    }
    return {atoms, bonds, classes, owners};
  }

  TorchScriptConfig config_;
  std::string name_, file_;
  torch::jit::Module module_;
};

}  // namespace

std::unique_ptr<Component> make_torchscript_component(const ComponentConfig& config) {
  if (config.file.empty()) {
    user_error(
        "reward component '{}': torchscript needs file = \"...\", a module saved by "
        "torch.jit.script(...).save",
        config.name);
  }
  return std::make_unique<TorchScriptComponent>(config);
}

}  // namespace fragflow
