#include "models/tree_network_node.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "models/backward_node.hpp"
#include "src/base/object_pool.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

using torch::autograd::variable_list;

// Size of a micro-batch in places; a node counts as several places. Large enough for efficient
// products, small enough for the cache; in the backward pass larger, so that the gradients of all
// parameters are added less often.
constexpr std::int64_t kPlacesPerNode = 8, kWorkOfPart = 1200, kWorkOfPartBack = 2400;
// The backward pass runs in lanes, each processing its micro-batches in order with its own gradient
// accumulator. The number of lanes depends only on the batch, and so do the sums; threads beyond
// the number of lanes stay idle in the backward pass.
constexpr std::int64_t kMaxLanes = 16, kWorkOfLane = 2400;

using WorkspacePool = ObjectPool<Workspace>;

// Takes one of the workspaces that wait for the next batch, or for the next lane of one.
template <typename User>
std::shared_ptr<WorkspacePool::Lease> borrow_workspace() {
  static WorkspacePool pool([] { return std::make_unique<Workspace>(); });
  const std::shared_ptr<WorkspacePool::Lease> lease(new WorkspacePool::Lease(pool.borrow()));
  (*lease)->reset();
  return lease;
}
struct ForBatch {};
struct ForLane {};

// The total work of all states before this one.
std::int64_t work_before(const StateBatch& batch, std::int64_t state) {
  return kPlacesPerNode * batch.node_offset[state] + batch.place_offset[state];
}

// Micro-batches of about equal work; some may have no state.
std::vector<TreePart> parts_of(const StateBatch& batch, std::int64_t count) {
  const std::int64_t total = work_before(batch, batch.num_states);
  std::vector<TreePart> parts;
  std::int64_t state = 0;
  for (std::int64_t k = 1; k <= count; ++k) {
    const std::int64_t first = state;
    if (k == count) state = batch.num_states;
    while (state < batch.num_states && work_before(batch, state) * count < total * k) ++state;
    const auto range = [&](const std::vector<std::int64_t>& offset) {
      return TreePart::Range{offset[first], offset[state]};
    };
    parts.push_back({{first, state},
                     range(batch.node_offset),
                     range(batch.edge_offset),
                     range(batch.place_offset),
                     range(batch.leaf_offset)});
  }
  return parts;
}

// The micro-batches of a batch, forward and backward, equally many for each lane.
struct Parts {
  explicit Parts(const StateBatch& batch) {
    const std::int64_t total = work_before(batch, batch.num_states);
    while (lanes < kMaxLanes && total >= 2 * lanes * kWorkOfLane) lanes *= 2;
    const auto in_lanes = [&](std::int64_t work_of_part) {
      return lanes * std::max<std::int64_t>(1, total / (lanes * work_of_part));
    };
    forward = parts_of(batch, in_lanes(kWorkOfPart));
    backward = parts_of(batch, in_lanes(kWorkOfPartBack));
  }

  std::span<const TreePart> of_lane(std::int64_t lane) const {
    const std::size_t count = backward.size() / lanes;
    return std::span(backward).subspan(lane * count, count);
  }

  std::int64_t lanes = 1;
  std::vector<TreePart> forward, backward;
};

TreeSizes largest_part(std::span<const TreePart> parts) {
  TreeSizes largest{};
  for (const TreePart& part : parts) {
    largest.states = std::max(largest.states, part.states.size());
    largest.nodes = std::max(largest.nodes, part.nodes.size());
    largest.places = std::max(largest.places, part.places.size());
    largest.leaves = std::max(largest.leaves, part.leaves.size());
  }
  return largest;
}

// The inputs of the network for a batch, saved for the backward pass.
struct KeptBatch {
  KeptBatch(const StateBatch& batch, const TableNumbers& numbers)
      : tensors{batch.num_nodes,          numbers.node_label, batch.node_state,
                batch.edge_source,        batch.edge_target,  numbers.edge_source_site,
                numbers.edge_target_site, batch.place_node,   numbers.place_site,
                batch.place_state,        batch.leaf_node,    batch.leaf_state},
        sizes{batch.num_states, batch.node_label.size(0), batch.place_node.size(0),
              batch.leaf_node.size(0)},
        parts(batch) {
    const auto at = [this](int tensor) { return tensors[tensor].data_ptr<std::int64_t>(); };
    rows = {sizes.nodes, at(0), at(1), at(2),  {at(3), at(4), at(5), at(6), tensors[3].size(0)},
            at(7),       at(8), at(9), at(10), at(11)};
  }

  std::array<torch::Tensor, 12> tensors;
  TreeBatch rows;  // into the tensors
  TreeSizes sizes;
  Parts parts;
};

template <typename Real>
Real* values_of(const torch::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<Real>() : nullptr;
}

// Forward and backward pass of one batch.
template <typename Real>
class TreeNetworkFunction {
 public:
  TreeNetworkFunction(std::shared_ptr<const PackedTreeNetwork<Real>> packed,
                      const StateBatch& batch, const TableNumbers& numbers, torch::Tensor condition,
                      bool with_gradients)
      : packed_(std::move(packed)),
        batch_(batch, numbers),
        condition_(std::move(condition)),
        workspace_(borrow_workspace<ForBatch>()),
        rows_(packed_->network, batch_.sizes, values_of<Real>(condition_), with_gradients,
              **workspace_) {}

  std::vector<torch::Tensor> forward() const {
    const TreeNetwork<Real>& network = packed_->network;
    const auto type = torch::CppTypeToScalarType<Real>::value;
    std::vector<torch::Tensor> outputs = {
        torch::empty({batch_.sizes.places, network.choice.out()}, type),
        torch::empty({batch_.sizes.states}, type), torch::empty({batch_.sizes.states}, type)};
    if (network.has_leaves()) outputs.push_back(torch::empty({batch_.sizes.leaves}, type));
    const TreeNetworkOutputs<Real> to = {
        values_of<Real>(outputs[0]), values_of<Real>(outputs[1]), values_of<Real>(outputs[2]),
        network.has_leaves() ? values_of<Real>(outputs[3]) : nullptr};
    parallel_for(
        static_cast<std::int64_t>(batch_.parts.forward.size()),
        [&](std::int64_t i) {
          apply_tree_network(network, batch_.rows, batch_.parts.forward[i], rows_, to);
        },
        /*chunk=*/1);
    return outputs;
  }

  // Gradients of the parameters, then of the condition if there is one.
  variable_list backward(const variable_list& grad_output) const {
    std::array<torch::Tensor, 4> dense;
    for (std::size_t k = 0; k < grad_output.size(); ++k) {
      if (grad_output[k].defined()) dense[k] = grad_output[k].contiguous();
    }
    const TreeNetworkOutputs<const Real> grad_outputs = {
        values_of<Real>(dense[0]), values_of<Real>(dense[1]), values_of<Real>(dense[2]),
        values_of<Real>(dense[3])};
    const torch::Tensor grad_condition =
        condition_.defined() ? torch::zeros_like(condition_) : torch::Tensor();
    const std::int64_t lanes = batch_.parts.lanes, total = packed_->parameter_at.back();
    const TreeSizes largest = largest_part(batch_.parts.backward);
    Real* const gradients = (*workspace_)->template take<Real>(lanes * total);
    parallel_for(
        lanes,
        [&](std::int64_t lane) {
          std::fill_n(gradients + lane * total, total, Real{0});
          const auto workspace = borrow_workspace<ForLane>();
          const TreeNetworkGradients<Real> scratch(packed_->network, largest,
                                                   values_of<Real>(grad_condition), **workspace);
          for (const TreePart& part : batch_.parts.of_lane(lane)) {
            tree_network_backward(packed_->network, batch_.rows, part, rows_, grad_outputs,
                                  scratch.of_part(part), gradients + lane * total);
          }
        },
        /*chunk=*/1);
    variable_list result = split(sum_of_lanes(gradients, lanes, total));
    if (condition_.defined()) result.push_back(grad_condition);
    return result;
  }

  variable_list inputs(const torch::Tensor& condition) const {
    variable_list result = packed_->parameters;
    if (condition.defined()) result.push_back(condition);
    return result;
  }

 private:
  torch::Tensor sum_of_lanes(const Real* gradients, std::int64_t lanes, std::int64_t total) const {
    constexpr std::int64_t kSlice = 1 << 13;
    torch::Tensor sum = torch::empty({total}, torch::CppTypeToScalarType<Real>::value);
    auto* const to = sum.template data_ptr<Real>();
    parallel_for((total + kSlice - 1) / kSlice,
                 [&](std::int64_t slice) {
                   const std::int64_t begin = slice * kSlice,
                                      size = std::min(kSlice, total - begin);
                   std::copy_n(gradients + begin, size, to + begin);
                   for (std::int64_t lane = 1; lane < lanes; ++lane) {
                     add_row_sums(gradients + lane * total + begin, 1, size, to + begin);
                   }
                 },
                 /*chunk=*/8);
    return sum;
  }

  variable_list split(const torch::Tensor& sum) const {
    variable_list result;
    for (std::size_t p = 0; p < packed_->parameters.size(); ++p) {
      const torch::Tensor& parameter = packed_->parameters[p];
      result.push_back(
          sum.narrow(0, packed_->parameter_at[p], parameter.numel()).view(parameter.sizes()));
    }
    return result;
  }

  std::shared_ptr<const PackedTreeNetwork<Real>> packed_;
  KeptBatch batch_;
  torch::Tensor condition_;  // detached
  std::shared_ptr<WorkspacePool::Lease> workspace_;
  TreeNetworkRows<Real> rows_;
};

}  // namespace

template <typename Real>
PolicyOutput tree_network(std::shared_ptr<const PackedTreeNetwork<Real>> packed,
                          const StateBatch& batch, const TableNumbers& numbers,
                          const torch::Tensor& condition) {
  const torch::Tensor plain = condition.defined() ? condition.detach().contiguous() : condition;
  const auto call = std::make_shared<const TreeNetworkFunction<Real>>(
      std::move(packed), batch, numbers, plain, torch::GradMode::is_enabled());
  std::vector<torch::Tensor> outputs;
  {
    const torch::NoGradGuard no_grad;
    outputs = call->forward();
  }
  set_backward(outputs, call->inputs(condition),
               [call](variable_list&& grad_output) { return call->backward(grad_output); });
  outputs.resize(4);
  return {outputs[0], outputs[1], outputs[2], outputs[3]};
}

template PolicyOutput tree_network<float>(std::shared_ptr<const PackedTreeNetwork<float>>,
                                          const StateBatch&, const TableNumbers&,
                                          const torch::Tensor&);
template PolicyOutput tree_network<double>(std::shared_ptr<const PackedTreeNetwork<double>>,
                                           const StateBatch&, const TableNumbers&,
                                           const torch::Tensor&);

}  // namespace fragflow
