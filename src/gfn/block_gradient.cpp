#include "src/gfn/block_gradient.hpp"

#include <algorithm>
#include <array>

#include "src/base/byte_text.hpp"
#include "src/base/check.hpp"
#include "src/gfn/batch_conditions.hpp"

namespace fragflow {
namespace {

// The scores that depend on the weights.
std::array<torch::Tensor, 3> learned_scores(const ScoredBatch& batch) {
  return {batch.log_pf, batch.log_pb, batch.log_flow};
}

void write_matrix(const torch::Tensor& matrix, ByteWriter& to) {
  FRAGFLOW_CHECK(matrix.scalar_type() == torch::kFloat32, "scores are sent as float32");
  const torch::Tensor values = matrix.detach().contiguous();
  to.put_all(values.data_ptr<float>(), static_cast<std::size_t>(values.numel()));
}

// Rows [items) of `matrix`, their first `columns`.
void read_matrix(ByteReader& from, ItemRange items, std::int64_t columns, torch::Tensor& matrix) {
  auto* values = matrix.data_ptr<float>();
  for (std::int64_t row = items.begin; row < items.end; ++row) {
    from.take_all(values + row * matrix.size(1), static_cast<std::size_t>(columns));
  }
}

// Everything of a batch of B trajectories except the scores, which are 0.
ScoredBatch blank_batch(std::span<const Trajectory> trajectories,
                        std::span<const double> log_reward) {
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  std::int64_t length = 0;
  for (const Trajectory& trajectory : trajectories) {
    length = std::max<std::int64_t>(length, trajectory.length());
  }
  ScoredBatch batch;
  batch.log_pf = torch::zeros({rows, length});
  batch.log_pb = torch::zeros({rows, length});
  batch.log_flow = torch::zeros({rows, length + 1});
  batch.log_reward =
      torch::tensor(std::vector<double>(log_reward.begin(), log_reward.end()), torch::kFloat64)
          .to(torch::kFloat32);
  batch.mask = torch::zeros({rows, length}, torch::kBool);
  for (std::int64_t b = 0; b < rows; ++b) {
    batch.mask[b].narrow(0, 0, trajectories[b].length()).fill_(true);
  }
  const BatchConditions conditions(trajectories);
  if (conditions.features.defined()) batch.group = torch::tensor(conditions.group, torch::kInt64);
  return batch;
}

}  // namespace

ScoredBatch BlockGradient::score(const Environment& environment, Policy& policy,
                                 std::span<const Trajectory> trajectories,
                                 std::span<const double> log_reward, bool learned_backward) {
  const auto count = static_cast<std::int64_t>(trajectories.size());
  own_.clear();
  const ItemRange blocks = work_.own_blocks();
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    const ItemRange items = work_.items_of(block, count);
    const auto part = trajectories.subspan(items.begin, items.size());
    own_.push_back({items, score_trajectories(environment, policy, part,
                                              log_reward.subspan(items.begin, items.size()),
                                              learned_backward)});
  }
  whole_ = blank_batch(trajectories, log_reward);
  assemble(work_.group->gather(own_scores()));
  for (torch::Tensor& scores : learned_scores(whole_)) scores.requires_grad_();
  return whole_;
}

std::string BlockGradient::own_scores() const {
  ByteWriter writer;
  for (const Block& block : own_) {
    writer.put(block.scored.log_pf.size(1));
    for (const torch::Tensor& scores : learned_scores(block.scored)) write_matrix(scores, writer);
  }
  return writer.text();
}

void BlockGradient::assemble(const std::vector<std::string>& texts) {
  const std::int64_t count = whole_.log_pf.size(0);
  for (int rank = 0; rank < work_.group->size(); ++rank) {
    ByteReader reader(texts[rank]);
    const ItemRange blocks = work_.blocks_of(rank);
    for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
      const ItemRange items = work_.items_of(block, count);
      const auto length = reader.take<std::int64_t>();
      read_matrix(reader, items, length, whole_.log_pf);
      read_matrix(reader, items, length, whole_.log_pb);
      read_matrix(reader, items, length + 1, whole_.log_flow);
    }
  }
}

void BlockGradient::differentiate(const Block& block) {
  const auto scores = learned_scores(block.scored);
  const auto whole = learned_scores(whole_);
  std::vector<torch::Tensor> outputs, gradients;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const torch::Tensor gradient = whole[k].grad();
    if (!scores[k].requires_grad() || !gradient.defined()) continue;
    outputs.push_back(scores[k]);
    gradients.push_back(
        gradient.narrow(0, block.items.begin, block.items.size()).narrow(1, 0, scores[k].size(1)));
  }
  if (!outputs.empty()) torch::autograd::backward(outputs, gradients);
}

void BlockGradient::backward(Adam& optimiser) {
  const std::int64_t count = optimiser.num_parameters();
  std::vector<float> own(own_.size() * count);  // block by block
  for (std::size_t k = 0; k < own_.size(); ++k) {
    optimiser.zero_grad();
    differentiate(own_[k]);
    optimiser.copy_gradients(std::span(own).subspan(k * count, count));
    own_[k].scored = {};
  }
  sum_in_order(std::move(own), optimiser);
  whole_ = {};
}

void BlockGradient::sum_in_order(std::vector<float> own, Adam& optimiser) {
  Communicator& group = *work_.group;
  const std::int64_t count = optimiser.num_parameters(), ranks = group.size();
  const std::int64_t slice = (count + ranks - 1) / ranks;
  // Rank 0 has the most blocks; the pieces of ranks with fewer are padded with zeros.
  const std::int64_t most = work_.blocks_of(0).size(), piece = most * slice;
  std::vector<float> parts(ranks * piece, 0.0f);
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    const std::int64_t begin = std::min(rank * slice, count);
    const std::int64_t size = std::min(slice, count - begin);
    for (std::size_t k = 0; k < own_.size(); ++k) {
      std::copy_n(own.begin() + static_cast<std::int64_t>(k) * count + begin, size,
                  parts.begin() + rank * piece + static_cast<std::int64_t>(k) * slice);
    }
  }
  const std::vector<float> received = group.exchange(parts);
  std::vector<float> sums(slice, 0.0f);
  for (int rank = 0; rank < ranks; ++rank) {
    for (std::int64_t k = 0; k < work_.blocks_of(rank).size(); ++k) {
      const float* terms = received.data() + rank * piece + k * slice;
      for (std::int64_t i = 0; i < slice; ++i) sums[i] += terms[i];
    }
  }
  ByteWriter writer;
  writer.put_all(sums.data(), sums.size());
  std::vector<float> gradient(ranks * slice);
  auto* next = gradient.data();
  for (const std::string& text : group.gather(writer.text())) {
    ByteReader(text).take_all(next, slice);
    next += slice;
  }
  optimiser.set_gradients(std::span(gradient).first(count));
}

}  // namespace fragflow
