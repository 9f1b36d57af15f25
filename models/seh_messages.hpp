// The message passing of the sEH network: edge-conditioned messages (Gilmer et al., ICML 2017) and
// gated updates, for inference.
#pragma once

#include "models/torch.hpp"

#include <array>
#include <deque>
#include <vector>

#include "models/atom_environments.hpp"
#include "models/embedding_cache.hpp"
#include "models/matrix_product.hpp"

namespace fragflow {

class SehMessages {
 public:
  static constexpr std::int64_t kWidth = 64;
  static constexpr int kSteps = 12;
  static constexpr float kSlope = 0.01f;  // of every LeakyReLU of the network
  // The bond classes, and the self-loop that a one-atom molecule has instead of a bond.
  static constexpr int kNumMessageClasses = kNumBondClasses + 1;

  struct Weights {
    torch::Tensor root;      // [64, 64]; an atom's own state is multiplied by its transpose
    torch::Tensor bias;      // [64]
    torch::Tensor matrices;  // [kNumMessageClasses, 64, 64]
    std::array<torch::Tensor, 4> update;  // weight_ih, weight_hh [192, 64], bias_ih, bias_hh [192]
  };

  // States after the first steps are cached by atom environment: molecules built from fragments
  // share most environments of small radius.
  static constexpr int kKnownSteps = 3;
  static constexpr std::size_t kMaxKnown = std::size_t{1} << 16;  // per step: 18 MB

  explicit SehMessages(const Weights& weights);

  // Replaces states [molecules.num_atoms(), 64], contiguous, by those after kSteps steps
  //   m_i = LeakyReLU(root h_i + mean over bonds (j, i) of h_j W_class + bias),  h_i = GRU(m_i,
  //   h_i).
  // Single-threaded; may run in several threads at once. An atom's result does not depend on other
  // molecules or on earlier calls. surroundings: radius 0 on entry, widened here.
  void run(AtomEnvironments& surroundings, float* states);

 private:
  struct Sources;
  struct Workspace;

  // states of the next step for the atoms that sources belong to; `rows` [atoms, 64] holds their
  // present states and is updated in place. states: of all atoms.
  void step(const Sources& sources, const float* states, float* rows, Workspace& work) const;
  // One step for all atoms: looks up cached states, computes the others and adds them to the cache.
  void known_step(EmbeddingCache& known, const AtomEnvironments& surroundings, float* states,
                  Workspace& work) const;

  // Right factors for every atom's state, side by side: root, the candidate of the update.
  PackedMatrix<float> own_matrix_;             // [64, 128]
  std::vector<PackedMatrix<float>> matrices_;  // [kNumMessageClasses] of [64, 64]
  // Applied to [message, state], one product instead of two and their sum.
  PackedMatrix<float> gate_matrix_;       // [128, 128]: reset, update
  PackedMatrix<float> candidate_matrix_;  // [64, 64], applied to the message
  torch::Tensor message_bias_, gate_bias_, candidate_bias_, state_bias_;  // [64, 128, 64, 64]
  std::deque<EmbeddingCache> known_;                                      // [kKnownSteps]
};

}  // namespace fragflow
