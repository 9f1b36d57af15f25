#include "models/table_network.hpp"

#include <algorithm>

#include "models/backward_node.hpp"
#include "models/dense_loops.hpp"
#include "models/packed_linear.hpp"
#include "models/tree_loops.hpp"

namespace fragflow {
namespace {

torch::Tensor first_layer(const TableNetwork& network, const torch::Tensor& rows,
                          std::int64_t rows_per_state) {
  const std::int64_t states = rows.size(0) / rows_per_state, width = network.table.size(1);
  torch::Tensor result = torch::empty({states, width});
  const float* table = network.table.data_ptr<float>();
  const float* bias = network.bias.data_ptr<float>();
  const auto* row = rows.data_ptr<std::int64_t>();
  auto* sum = result.data_ptr<float>();
  for (std::int64_t b = 0; b < states; ++b, sum += width) {
    std::copy_n(bias, width, sum);
    for (std::int64_t d = 0; d < rows_per_state; ++d) {
      add_scaled(table + *row++ * width, 1, width, sum);
    }
    leaky_relu(sum, width);
  }
  return result;
}

torch::Tensor head_of(const torch::Tensor& h, const DenseLayer& head) {
  const std::int64_t states = h.size(0), out = head.weight.size(0);
  torch::Tensor result = torch::empty({states, out});
  dense_rows(h.data_ptr<float>(), states, h.size(1), head.weight.data_ptr<float>(),
             head.bias.data_ptr<float>(), out, result.data_ptr<float>());
  return result;
}

// In the order of the gradients.
std::vector<torch::Tensor> parameters_of(const TableNetwork& network) {
  std::vector<torch::Tensor> parameters = {network.table, network.bias};
  for (const PackedLayer& layer : network.layers) {
    parameters.push_back(layer.weight->weight());
    parameters.push_back(layer.bias);
  }
  for (const DenseLayer& head : network.heads) {
    parameters.push_back(head.weight);
    parameters.push_back(head.bias);
  }
  return parameters;
}

class WayBack {
 public:
  // activations: of each layer, the first one included.
  WayBack(TableNetwork network, torch::Tensor rows, std::vector<torch::Tensor> activations)
      : network_(std::move(network)),
        rows_(std::move(rows)),
        activations_(std::move(activations)) {}

  // Of the parameters, from those of the heads.
  torch::autograd::variable_list operator()(torch::autograd::variable_list&& gradients) const {
    const std::size_t num_layers = network_.layers.size();
    torch::autograd::variable_list result(2 + 2 * (num_layers + network_.heads.size()));
    torch::Tensor gradient = torch::zeros_like(activations_.back());
    for (std::size_t k = 0; k < network_.heads.size(); ++k) {
      if (!gradients[k].defined()) continue;
      const std::size_t at = 2 + 2 * (num_layers + k);
      const torch::Tensor given = gradients[k].contiguous();
      result[at] = add_head(given, network_.heads[k].weight, gradient);
      result[at + 1] = sum_of_rows(given);
    }
    for (std::size_t k = num_layers; k > 0; --k) {
      gradient = before_activation(gradient, activations_[k]);
      result[2 * k] = weight_gradients<float>({gradient}, activations_[k - 1])[0];
      result[2 * k + 1] = sum_of_rows(gradient);
      gradient = before_layer(gradient, *network_.layers[k - 1].weight);
    }
    gradient = before_activation(gradient, activations_[0]);
    result[0] = of_table(gradient);
    result[1] = sum_of_rows(gradient);
    return result;
  }

 private:
  // Adds what a head's gradient [B, out] means for the last layer; returns that of its weight.
  torch::Tensor add_head(const torch::Tensor& given, const torch::Tensor& weight,
                         const torch::Tensor& gradient) const {
    torch::Tensor result = torch::zeros_like(weight);
    const std::int64_t states = given.size(0), out = weight.size(0), width = weight.size(1);
    const auto* g = given.data_ptr<float>();
    const auto* w = weight.data_ptr<float>();
    const auto* h = activations_.back().data_ptr<float>();
    for (std::int64_t b = 0; b < states; ++b) {
      for (std::int64_t o = 0; o < out; ++o, ++g) {
        add_scaled(w + o * width, *g, width, gradient.data_ptr<float>() + b * width);
        add_scaled(h + b * width, *g, width, result.data_ptr<float>() + o * width);
      }
    }
    return result;
  }

  static torch::Tensor sum_of_rows(const torch::Tensor& rows) {
    torch::Tensor sum = torch::zeros({rows.size(1)});
    add_row_sums(rows.data_ptr<float>(), rows.size(0), rows.size(1), sum.data_ptr<float>());
    return sum;
  }

  static torch::Tensor before_layer(const torch::Tensor& gradient, const PackedWeight& weight) {
    const std::int64_t states = gradient.size(0), in = weight.weight().size(1);
    torch::Tensor result = torch::empty({states, in});
    multiply(row_major(gradient.data_ptr<float>(), states, gradient.size(1)), weight.back<float>(),
             result.data_ptr<float>(), in);
    return result;
  }

  static torch::Tensor before_activation(const torch::Tensor& gradient,
                                         const torch::Tensor& activation) {
    torch::Tensor result = torch::empty_like(activation);
    leaky_relu_backward(gradient.data_ptr<float>(), activation.data_ptr<float>(), result.numel(),
                        result.data_ptr<float>());
    return result;
  }

  torch::Tensor of_table(const torch::Tensor& gradient) const {
    torch::Tensor result = torch::zeros_like(network_.table);
    const std::int64_t states = gradient.size(0), width = gradient.size(1);
    const std::int64_t rows_per_state = rows_.size(0) / states;
    const auto* row = rows_.data_ptr<std::int64_t>();
    const auto* in = gradient.data_ptr<float>();
    auto* table = result.data_ptr<float>();
    for (std::int64_t b = 0; b < states; ++b, in += width) {
      for (std::int64_t d = 0; d < rows_per_state; ++d) {
        add_scaled(in, 1, width, table + *row++ * width);
      }
    }
    return result;
  }

  TableNetwork network_;
  torch::Tensor rows_;
  std::vector<torch::Tensor> activations_;
};

}  // namespace

std::vector<torch::Tensor> table_network(const TableNetwork& network, const torch::Tensor& rows,
                                         std::int64_t rows_per_state) {
  std::vector<torch::Tensor> activations, outputs;
  {
    const torch::NoGradGuard no_grad;
    activations.push_back(first_layer(network, rows, rows_per_state));
    for (const PackedLayer& layer : network.layers) {
      activations.push_back(packed_linear(activations.back(), layer.weight, layer.bias));
      leaky_relu(activations.back().data_ptr<float>(), activations.back().numel());
    }
    for (const DenseLayer& head : network.heads) {
      outputs.push_back(head_of(activations.back(), head));
    }
  }
  set_backward(outputs, parameters_of(network), WayBack(network, rows, std::move(activations)));
  return outputs;
}

}  // namespace fragflow
