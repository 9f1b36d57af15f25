#include "models/seh_messages.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "models/gated_update.hpp"
#include "models/seh_loops.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = SehMessages::kWidth;
constexpr int kNumClasses = SehMessages::kNumMessageClasses;
// Which states of a group each class of bonds multiplies, and where each bond finds its product. An
// atom has bonds of one or two classes, so that this is half of all products or less.
struct Sources {
  std::vector<std::int32_t> atom;                            // [rows], by class
  std::array<std::int32_t, kNumClasses + 1> class_offset{};  // rows of each class
  std::vector<std::int32_t> bond_offset{0};                  // [num_atoms + 1]
  std::vector<std::int32_t> row;  // per bond, grouped by the atom that receives
};

Sources find_sources(const AtomGraph& molecules) {
  struct Bond {
    int message_class, source;
  };
  Sources result;
  const int num_atoms = static_cast<int>(molecules.num_atoms());
  std::vector<Bond> bonds;
  for (int i = 0; i < num_atoms; ++i) {
    const int first = molecules.neighbour_offset[i], last = molecules.neighbour_offset[i + 1];
    for (int k = first; k < last; ++k) {
      bonds.push_back({molecules.bond_class[k], molecules.neighbour[k]});
    }
    if (first == last) bonds.push_back({kNumBondClasses, i});
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

PackedMatrix<float> packed(const torch::Tensor& matrix) {
  const torch::Tensor rows = matrix.contiguous();
  return PackedMatrix<float>(row_major(rows.data_ptr<float>(), rows.size(0), rows.size(1)));
}

// Of one group; kept by the thread, so that a group costs no memory.
struct Workspace {
  std::vector<float> own, gathered, products, messages, gates;

  void resize(std::size_t atoms, std::size_t rows) {
    own.resize(atoms * 4 * kWidth);
    gathered.resize(rows * kWidth);
    products.resize(rows * kWidth);
    messages.resize(atoms * kWidth);
    gates.resize(atoms * 3 * kWidth);
  }
};

}  // namespace

SehMessages::SehMessages(const Weights& weights)
    : own_matrix_(packed(torch::cat({weights.root.t(), weights.update[1].t()}, 1))),
      gate_matrix_(packed(weights.update[0].t())),
      message_bias_(weights.bias.contiguous()),
      input_bias_(weights.update[2].contiguous()),
      hidden_bias_(weights.update[3].contiguous()) {
  for (int k = 0; k < kNumClasses; ++k) matrices_.push_back(packed(weights.matrices[k]));
}

void SehMessages::run(const AtomGraph& molecules, float* states) const {
  const std::int64_t atoms = molecules.num_atoms();
  const Sources sources = find_sources(molecules);
  const auto rows = static_cast<std::int64_t>(sources.atom.size());
  thread_local Workspace work;
  work.resize(atoms, rows);
  const GateRows input{work.gates.data(), 3 * kWidth, input_bias_.data_ptr<float>()};
  const GateRows hidden{work.own.data() + kWidth, 4 * kWidth, hidden_bias_.data_ptr<float>()};
  for (int step = 0; step < kSteps; ++step) {
    multiply(row_major(states, atoms, kWidth), own_matrix_, work.own.data(), 4 * kWidth);
    gather_rows(states, sources.atom.data(), rows, kWidth, work.gathered.data());
    for (int message_class = 0; message_class < kNumClasses; ++message_class) {
      const std::int64_t first = sources.class_offset[message_class];
      const std::int64_t count = sources.class_offset[message_class + 1] - first;
      multiply(row_major(work.gathered.data() + first * kWidth, count, kWidth),
               matrices_[message_class], work.products.data() + first * kWidth, kWidth);
    }
    // Biases are added by the loops, without a pass of their own.
    mean_messages(work.own.data(), 4 * kWidth, message_bias_.data_ptr<float>(),
                  work.products.data(), sources.bond_offset.data(), sources.row.data(), atoms,
                  kWidth, kSlope, work.messages.data());
    multiply(row_major(work.messages.data(), atoms, kWidth), gate_matrix_, work.gates.data(),
             3 * kWidth);
    gated_update(input, hidden, states, atoms, kWidth);
  }
}

}  // namespace fragflow
