#include "models/seh_messages.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <vector>

#include "models/gated_update.hpp"
#include "models/seh_loops.hpp"

namespace fragflow {
namespace {

constexpr int kNumClasses = SehMessages::kNumMessageClasses;

PackedMatrix<float> packed(const torch::Tensor& matrix) {
  const torch::Tensor rows = matrix.contiguous();
  return PackedMatrix<float>(row_major(rows.data_ptr<float>(), rows.size(0), rows.size(1)));
}

// Splits the rows of a gated update: reset and update, candidate.
torch::Tensor gate_rows(const torch::Tensor& rows) {
  return rows.narrow(0, 0, 2 * SehMessages::kWidth);
}
torch::Tensor candidate_rows(const torch::Tensor& rows) {
  return rows.narrow(0, 2 * SehMessages::kWidth, SehMessages::kWidth);
}

}  // namespace

// Which states are multiplied by the matrix of each bond class for some of the atoms, and the
// product that each bond uses. An atom has bonds of one or two classes, so that this needs at most
// half of all products.
struct SehMessages::Sources {
  std::vector<std::int32_t> atom;                            // [rows], by class
  std::array<std::int32_t, kNumClasses + 1> class_offset{};  // rows of each class
  std::vector<std::int32_t> bond_offset;                     // [targets + 1]
  std::vector<std::int32_t> row;  // per bond, grouped by the atom that receives

  void find(const AtomEnvironments& surroundings, std::span<const std::int32_t> targets) {
    const std::int64_t num_atoms = surroundings.num_atoms();
    row_of_.assign(kNumClasses * num_atoms, -1);
    const auto place = [&](const AtomEnvironments::Bond& bond) -> std::int32_t& {
      return row_of_[bond.bond_class * num_atoms + bond.source];
    };
    bond_offset.assign(1, 0);
    for (const std::int32_t target : targets) {
      const auto bonds = surroundings.bonds(target);
      for (const AtomEnvironments::Bond& bond : bonds) place(bond) = 0;
      bond_offset.push_back(bond_offset.back() + static_cast<std::int32_t>(bonds.size()));
    }
    atom.clear();
    for (int bond_class = 0; bond_class < kNumClasses; ++bond_class) {
      for (std::int32_t source = 0; source < num_atoms; ++source) {
        std::int32_t& row = place({bond_class, source});
        if (row < 0) continue;
        row = static_cast<std::int32_t>(atom.size());
        atom.push_back(source);
      }
      class_offset[bond_class + 1] = static_cast<std::int32_t>(atom.size());
    }
    row.clear();
    for (const std::int32_t target : targets) {
      for (const AtomEnvironments::Bond& bond : surroundings.bonds(target))
        row.push_back(place(bond));
    }
  }

 private:
  std::vector<std::int32_t> row_of_;  // by class and atom; -1: not needed
};

// Buffers of one group; thread-local, so that a group allocates nothing.
struct SehMessages::Workspace {
  Sources sources;
  std::vector<std::int32_t> targets;
  std::vector<AtomEnvironmentKey> keys;  // of the targets
  std::vector<float> rows, next;         // states of the targets, of all atoms
  std::vector<float> own, gathered, products, gates, candidates;
  std::vector<float> joined;  // messages and the states that receive them
};

SehMessages::SehMessages(const Weights& weights)
    : own_matrix_(packed(torch::cat({weights.root.t(), candidate_rows(weights.update[1]).t()}, 1))),
      gate_matrix_(
          packed(torch::cat({gate_rows(weights.update[0]).t(), gate_rows(weights.update[1]).t()}))),
      candidate_matrix_(packed(candidate_rows(weights.update[0]).t())),
      message_bias_(weights.bias.contiguous()),
      gate_bias_(gate_rows(weights.update[2]) + gate_rows(weights.update[3])),
      candidate_bias_(candidate_rows(weights.update[2]).contiguous()),
      state_bias_(candidate_rows(weights.update[3]).contiguous()) {
  for (int s = 0; s < kKnownSteps; ++s) known_.emplace_back(kWidth, kMaxKnown);
  for (int k = 0; k < kNumClasses; ++k) matrices_.push_back(packed(weights.matrices[k]));
}

void SehMessages::step(const Sources& sources, const float* states, float* rows,
                       Workspace& work) const {
  const auto count = static_cast<std::int64_t>(sources.bond_offset.size()) - 1;
  const auto num_products = static_cast<std::int64_t>(sources.atom.size());
  work.own.resize(count * 2 * kWidth);
  work.gathered.resize(num_products * kWidth);
  work.products.resize(num_products * kWidth);
  work.joined.resize(count * 2 * kWidth);
  work.gates.resize(count * 2 * kWidth);
  work.candidates.resize(count * kWidth);
  multiply(row_major(rows, count, kWidth), own_matrix_, work.own.data(), 2 * kWidth);
  gather_rows(states, sources.atom.data(), num_products, kWidth, work.gathered.data());
  for (int bond_class = 0; bond_class < kNumClasses; ++bond_class) {
    const std::int64_t first = sources.class_offset[bond_class];
    multiply(row_major(work.gathered.data() + first * kWidth,
                       sources.class_offset[bond_class + 1] - first, kWidth),
             matrices_[bond_class], work.products.data() + first * kWidth, kWidth);
  }
  // The loops add the biases, without an extra pass.
  mean_messages(work.own.data(), 2 * kWidth, message_bias_.data_ptr<float>(), work.products.data(),
                sources.bond_offset.data(), sources.row.data(), count, kWidth, kSlope,
                work.joined.data(), 2 * kWidth);
  for (std::int64_t i = 0; i < count; ++i) {
    std::copy_n(rows + i * kWidth, kWidth, work.joined.data() + (2 * i + 1) * kWidth);
  }
  multiply(row_major(work.joined.data(), count, 2 * kWidth), gate_matrix_, work.gates.data(),
           2 * kWidth);
  multiply({work.joined.data(), count, kWidth, 2 * kWidth, 1}, candidate_matrix_,
           work.candidates.data(), kWidth);
  gated_update({{work.gates.data(), 2 * kWidth, gate_bias_.data_ptr<float>()},
                {work.candidates.data(), kWidth, candidate_bias_.data_ptr<float>()},
                {work.own.data() + kWidth, 2 * kWidth, state_bias_.data_ptr<float>()}},
               rows, count, kWidth);
}

void SehMessages::known_step(EmbeddingCache& known, const AtomEnvironments& surroundings,
                             float* states, Workspace& work) const {
  work.next.resize(surroundings.num_atoms() * kWidth);
  known.find(surroundings.keys(), work.next.data(), work.targets);
  const auto count = static_cast<std::int64_t>(work.targets.size());
  if (count > 0) {
    work.rows.resize(count * kWidth);
    gather_rows(states, work.targets.data(), count, kWidth, work.rows.data());
    work.sources.find(surroundings, work.targets);
    step(work.sources, states, work.rows.data(), work);
    work.keys.clear();
    for (std::int64_t k = 0; k < count; ++k) {
      std::copy_n(work.rows.data() + k * kWidth, kWidth,
                  work.next.data() + work.targets[k] * kWidth);
      work.keys.push_back(surroundings.keys()[work.targets[k]]);
    }
    known.insert(work.keys, work.rows.data());
  }
  std::copy(work.next.begin(), work.next.end(), states);
}

void SehMessages::run(AtomEnvironments& surroundings, float* states) {
  thread_local Workspace work;
  for (EmbeddingCache& known : known_) {
    surroundings.widen();
    known_step(known, surroundings, states, work);
  }
  work.targets.resize(surroundings.num_atoms());
  std::iota(work.targets.begin(), work.targets.end(), 0);
  work.sources.find(surroundings, work.targets);
  for (int s = kKnownSteps; s < kSteps; ++s) step(work.sources, states, states, work);
}

}  // namespace fragflow
