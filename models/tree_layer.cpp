#include "models/tree_layer.hpp"

#include "models/backward_node.hpp"
#include "models/tree_loops.hpp"

namespace fragflow {
namespace {

// What the way back needs of the way there; shapes as in the header, B states.
struct Kept {
  torch::Tensor h, statistics;      // [N, W], [N, 2]
  torch::Tensor x, mean;            // [N, W], [B, W]
  torch::Tensor message, incoming;  // [N, W]
  torch::Tensor hidden;             // [N, W], what the update sees
};

// What a layer reads of a batch.
struct Trees {
  explicit Trees(const StateBatch& batch)
      : num_states(batch.num_states),
        num_nodes(batch.num_nodes),
        source(batch.edge_source),
        target(batch.edge_target),
        source_site(batch.edge_source_site),
        target_site(batch.edge_target_site) {}

  const std::int64_t* nodes() const { return num_nodes.data_ptr<std::int64_t>(); }
  EdgeRows edges() const {
    return {source.data_ptr<std::int64_t>(), target.data_ptr<std::int64_t>(),
            source_site.data_ptr<std::int64_t>(), target_site.data_ptr<std::int64_t>(),
            source.size(0)};
  }

  std::int64_t num_states;
  torch::Tensor num_nodes, source, target, source_site, target_site;
};

template <typename Real>
struct Layer {
  static const Real* read(const torch::Tensor& tensor) { return tensor.data_ptr<Real>(); }
  static Real* write(const torch::Tensor& tensor) { return tensor.data_ptr<Real>(); }
  static StridedMatrix<Real> matrix(const torch::Tensor& tensor) {
    return row_major(read(tensor), tensor.size(0), tensor.size(1));
  }
  static torch::Tensor product(const torch::Tensor& left, const PackedMatrix<Real>& right) {
    torch::Tensor result = torch::empty({left.size(0), right.columns()}, left.scalar_type());
    multiply(matrix(left), right, write(result), right.columns());
    return result;
  }
  static void add(const torch::Tensor& left, const PackedMatrix<Real>& right,
                  const torch::Tensor& result) {
    add_product(matrix(left), right, write(result), right.columns());
  }

  static torch::Tensor forward(const TreeLayerWeights& w, const torch::Tensor& h,
                               const Trees& trees, Kept& kept) {
    const std::int64_t rows = h.size(0), width = h.size(1);
    kept.h = h;
    kept.statistics = torch::empty({rows, 2}, h.options());
    kept.x = torch::empty_like(h);
    layer_norm(read(h), rows, width, read(w.norm_scale), read(w.norm_shift), write(kept.x),
               write(kept.statistics));
    kept.mean = torch::empty({trees.num_states, width}, h.options());
    segment_means(read(kept.x), trees.nodes(), trees.num_states, width, write(kept.mean));
    kept.message = product(kept.x, w.message->there<Real>());
    kept.incoming = torch::zeros_like(h);
    edge_sums(trees.edges(), read(kept.message), read(w.source_site), read(w.target_site), width,
              write(kept.incoming));
    const torch::Tensor context = torch::empty_like(kept.mean);
    fill_rows(read(w.self_bias), trees.num_states, width, write(context));
    add(kept.mean, w.context->there<Real>(), context);
    kept.hidden = product(kept.x, w.self->there<Real>());
    add(kept.incoming, w.incoming->there<Real>(), kept.hidden);
    shift_segments_relu(read(context), trees.nodes(), trees.num_states, width, write(kept.hidden));
    torch::Tensor result = torch::empty_like(h);
    shift_rows(read(h), read(w.update_bias), rows, width, write(result));
    add(kept.hidden, w.update->there<Real>(), result);
    return result;
  }

  // Of h, then of the weights in the order of inputs_of().
  static torch::autograd::variable_list backward(const TreeLayerWeights& w, const Kept& kept,
                                                 const Trees& trees, const torch::Tensor& given) {
    const std::int64_t rows = given.size(0), width = given.size(1);
    const torch::Tensor of_update_bias = torch::zeros_like(w.update_bias);
    add_row_sums(read(given), rows, width, write(of_update_bias));
    const torch::Tensor of_update = weight_gradients<Real>({given}, kept.hidden)[0];
    // Of hidden, then of what it is the relu of.
    const torch::Tensor of_sum = product(given, w.update->back<Real>());
    const torch::Tensor of_context_row = torch::zeros_like(kept.mean);
    shift_segments_relu_backward(read(kept.hidden), trees.nodes(), trees.num_states, width,
                                 write(of_sum), write(of_context_row));
    const torch::Tensor of_self_bias = torch::zeros_like(w.self_bias);
    add_row_sums(read(of_context_row), trees.num_states, width, write(of_self_bias));
    const torch::Tensor of_incoming = product(of_sum, w.incoming->back<Real>());
    const torch::Tensor of_message = torch::zeros_like(kept.message);
    const torch::Tensor of_source_site = torch::zeros_like(w.source_site);
    const torch::Tensor of_target_site = torch::zeros_like(w.target_site);
    edge_sums_backward(trees.edges(), read(kept.message), read(w.source_site), read(w.target_site),
                       read(of_incoming), width, write(of_message), write(of_source_site),
                       write(of_target_site));
    const torch::Tensor of_x = product(of_sum, w.self->back<Real>());
    add(of_message, w.message->back<Real>(), of_x);
    const torch::Tensor of_mean = product(of_context_row, w.context->back<Real>());
    segment_means_backward(read(of_mean), trees.nodes(), trees.num_states, width, write(of_x));
    const torch::Tensor of_h = given.clone();
    const torch::Tensor of_scale = torch::zeros_like(w.norm_scale);
    const torch::Tensor of_shift = torch::zeros_like(w.norm_shift);
    layer_norm_backward(read(kept.h), read(kept.statistics), read(w.norm_scale), read(of_x), rows,
                        width, write(of_h), write(of_scale), write(of_shift));
    const auto of_x_weights = weight_gradients<Real>({of_message, of_sum}, kept.x);
    return {of_h,
            of_scale,
            of_shift,
            of_x_weights[0],
            of_x_weights[1],
            of_self_bias,
            weight_gradients<Real>({of_sum}, kept.incoming)[0],
            weight_gradients<Real>({of_context_row}, kept.mean)[0],
            of_update,
            of_update_bias,
            of_source_site,
            of_target_site};
  }
};

std::vector<torch::Tensor> inputs_of(const TreeLayerWeights& w, const torch::Tensor& h) {
  return {h,
          w.norm_scale,
          w.norm_shift,
          w.message->weight(),
          w.self->weight(),
          w.self_bias,
          w.incoming->weight(),
          w.context->weight(),
          w.update->weight(),
          w.update_bias,
          w.source_site,
          w.target_site};
}

template <typename Real>
torch::Tensor apply(const TreeLayerWeights& weights, const torch::Tensor& h,
                    const StateBatch& batch) {
  const Trees trees(batch);
  Kept kept;
  torch::Tensor result;
  {
    const torch::NoGradGuard no_grad;
    result = Layer<Real>::forward(weights, h.detach(), trees, kept);
  }
  set_backward({result}, inputs_of(weights, h),
               [weights, kept, trees](torch::autograd::variable_list&& gradients) {
                 return gradients[0].defined()
                            ? Layer<Real>::backward(weights, kept, trees, gradients[0].contiguous())
                            : torch::autograd::variable_list(inputs_of(weights, kept.h).size());
               });
  return result;
}

}  // namespace

torch::Tensor tree_layer(const TreeLayerWeights& weights, const torch::Tensor& h,
                         const StateBatch& batch) {
  return h.scalar_type() == torch::kFloat64 ? apply<double>(weights, h, batch)
                                            : apply<float>(weights, h, batch);
}

}  // namespace fragflow
