#include "models/backward_node.hpp"

#include <torch/csrc/autograd/functions/utils.h>

#include <memory>
#include <type_traits>
#include <utility>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

class BackwardNode : public torch::autograd::Node {
 public:
  BackwardNode(const std::vector<torch::Tensor>& inputs, Backward backward)
      : torch::autograd::Node(torch::autograd::collect_next_edges(inputs)),
        backward_(std::move(backward)) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    FRAGFLOW_CHECK(backward_, "going back a second time");
    const torch::NoGradGuard no_grad;
    return backward_(std::move(gradients));
  }

  void release_variables() override { backward_ = nullptr; }

 private:
  Backward backward_;
};

// Graphs hold nodes by std::shared_ptr in LibTorch 1.13, by c10::intrusive_ptr in 2.15.
using NodePointer = std::decay_t<decltype(std::declval<const torch::Tensor&>().grad_fn())>;

template <typename Pointer, typename Made>
Pointer make_node(const std::vector<torch::Tensor>& inputs, Backward backward) {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>) {
    return std::make_shared<Made>(inputs, std::move(backward));
  } else {
    return c10::make_intrusive<Made>(inputs, std::move(backward));
  }
}

}  // namespace

void set_backward(std::vector<torch::Tensor> outputs, const std::vector<torch::Tensor>& inputs,
                  Backward backward) {
  if (!torch::GradMode::is_enabled()) return;
  torch::autograd::set_history(outputs,
                               make_node<NodePointer, BackwardNode>(inputs, std::move(backward)));
}

}  // namespace fragflow
