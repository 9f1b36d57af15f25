#include "models/seh_messages.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "models/gated_update.hpp"
#include "src/base/parallel.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = SehMessages::kWidth;
constexpr int kNumClasses = SehMessages::kNumMessageClasses;
// Molecules are taken together until they have so many atoms: enough for matrix products, and what
// a step reads and writes for them stays in one processor's cache.
constexpr int kAtomsPerGroup = 192;

// Which states of a group each class of bonds multiplies, and where each bond finds its product. An
// atom has bonds of one or two classes, so that this is half of all products or less.
struct Sources {
  std::vector<std::int32_t> atom;                            // [rows], by class
  std::array<std::int32_t, kNumClasses + 1> class_offset{};  // rows of each class
  std::vector<std::int32_t> bond_offset{0};                  // [num_atoms + 1]
  std::vector<std::int32_t> row;  // per bond, grouped by the atom that receives
};

Sources find_sources(const AtomGraph& batch, int first_atom, int num_atoms) {
  struct Bond {
    int message_class, source;
  };
  Sources result;
  std::vector<Bond> bonds;
  for (int i = first_atom; i < first_atom + num_atoms; ++i) {
    const int first = batch.neighbour_offset[i], last = batch.neighbour_offset[i + 1];
    for (int k = first; k < last; ++k) {
      bonds.push_back({batch.bond_class[k], batch.neighbour[k] - first_atom});
    }
    if (first == last) bonds.push_back({kNumBondClasses, i - first_atom});
    result.bond_offset.push_back(static_cast<std::int32_t>(bonds.size()));
  }
  std::vector<std::int32_t> row_of(static_cast<std::size_t>(kNumClasses) * num_atoms, -1);
  const auto place = [&](const Bond& bond) -> std::int32_t& {
    return row_of[static_cast<std::size_t>(bond.message_class) * num_atoms + bond.source];
  };
  for (const Bond& bond : bonds) place(bond) = 0;
  for (int message_class = 0; message_class < kNumClasses; ++message_class) {
    for (int source = 0; source < num_atoms; ++source) {
      std::int32_t& row = place({message_class, source});
      if (row < 0) continue;
      row = static_cast<std::int32_t>(result.atom.size());
      result.atom.push_back(source);
    }
    result.class_offset[message_class + 1] = static_cast<std::int32_t>(result.atom.size());
  }
  for (const Bond& bond : bonds) result.row.push_back(place(bond));
  return result;
}

void gather_rows(const float* from, const std::vector<std::int32_t>& rows, float* to) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::copy_n(from + rows[k] * kWidth, kWidth, to + k * kWidth);
  }
}

// messages[i] = LeakyReLU(own[i, first 64] + mean over the atom's bonds of products[row]).
FRAGFLOW_VECTOR_CLONES
void collect(const float* own, std::int64_t own_stride, const float* products,
             const std::int32_t* bond_offset, const std::int32_t* row, std::int64_t num_atoms,
             float* messages) {
  for (std::int64_t i = 0; i < num_atoms; ++i) {
    float sum[kWidth] = {};
    for (int bond = bond_offset[i]; bond < bond_offset[i + 1]; ++bond) {
      const float* product = products + row[bond] * kWidth;
      for (int k = 0; k < kWidth; ++k) sum[k] += product[k];
    }
    const float scale = 1.0f / static_cast<float>(bond_offset[i + 1] - bond_offset[i]);
    for (int k = 0; k < kWidth; ++k) {
      const float value = own[i * own_stride + k] + scale * sum[k];
      messages[i * kWidth + k] = value > 0 ? value : SehMessages::kSlope * value;
    }
  }
}

}  // namespace

SehMessages::SehMessages(const Weights& weights)
    : own_matrix_(torch::cat({weights.root.t(), weights.update[1].t()}, 1).contiguous()),
      own_bias_(torch::cat({weights.bias, weights.update[3]})),
      matrices_(weights.matrices.contiguous()),
      gate_matrix_(weights.update[0].t().contiguous()),
      gate_bias_(weights.update[2]) {}

void SehMessages::run_group(const AtomGraph& batch, int first_atom, torch::Tensor states) const {
  const std::int64_t atoms = states.size(0);
  const Sources sources = find_sources(batch, first_atom, static_cast<int>(atoms));
  const auto rows = static_cast<std::int64_t>(sources.atom.size());
  torch::Tensor own = torch::empty({atoms, own_matrix_.size(1)});
  torch::Tensor gathered = torch::empty({rows, kWidth}), products = torch::empty({rows, kWidth});
  torch::Tensor messages = torch::empty({atoms, kWidth});
  torch::Tensor gates = torch::empty({atoms, gate_matrix_.size(1)});
  for (int step = 0; step < kSteps; ++step) {
    torch::addmm_out(own, own_bias_, states, own_matrix_);
    gather_rows(states.data_ptr<float>(), sources.atom, gathered.data_ptr<float>());
    for (int message_class = 0; message_class < kNumClasses; ++message_class) {
      const std::int64_t first = sources.class_offset[message_class];
      const std::int64_t count = sources.class_offset[message_class + 1] - first;
      if (count == 0) continue;
      torch::Tensor to = products.narrow(0, first, count);
      torch::mm_out(to, gathered.narrow(0, first, count), matrices_[message_class]);
    }
    collect(own.data_ptr<float>(), own.size(1), products.data_ptr<float>(),
            sources.bond_offset.data(), sources.row.data(), atoms, messages.data_ptr<float>());
    torch::addmm_out(gates, gate_bias_, messages, gate_matrix_);
    gated_update(gates.data_ptr<float>(), own.data_ptr<float>() + kWidth, own.size(1),
                 states.data_ptr<float>(), atoms, kWidth);
  }
}

void SehMessages::run(const AtomGraph& batch, torch::Tensor& states) const {
  std::vector<int> group_offset = {0};  // first atom of each group of molecules
  for (int last : batch.molecule_offset) {
    if (last - group_offset.back() >= kAtomsPerGroup) group_offset.push_back(last);
  }
  if (group_offset.back() < batch.num_atoms()) {
    group_offset.push_back(static_cast<int>(batch.num_atoms()));
  }
  parallel_for(
      static_cast<std::int64_t>(group_offset.size()) - 1,
      [&](std::int64_t group) {
        const torch::NoGradGuard no_grad;  // of this thread
        const int first = group_offset[group];
        run_group(batch, first, states.narrow(0, first, group_offset[group + 1] - first));
      },
      /*chunk=*/1);
}

}  // namespace fragflow
