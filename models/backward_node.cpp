#include "models/backward_node.hpp"

#include <torch/csrc/autograd/functions/utils.h>

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

}  // namespace

void set_backward(std::vector<torch::Tensor> outputs, const std::vector<torch::Tensor>& inputs,
                  Backward backward) {
  if (!torch::GradMode::is_enabled()) return;
  const std::shared_ptr<torch::autograd::Node> node(new BackwardNode(inputs, std::move(backward)),
                                                    torch::autograd::deleteNode);
  torch::autograd::set_history(outputs, node);
}

}  // namespace fragflow
