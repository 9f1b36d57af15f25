// The sEH network in plain loops and double precision, one molecule at a time, to compare with.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/seh_network.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

class SehPlainLoops {
 public:
  explicit SehPlainLoops(const SafetensorsFile& file) : file_(file) {
    for (int bond = 0; bond <= kNumBondClasses; ++bond) {
      Row features(kNumBondClasses, 0.0);
      if (bond < kNumBondClasses) features[bond] = 1;
      const Row hidden = leaky(linear(features, "conv.edge.0.weight", "conv.edge.0.bias"));
      matrices_.push_back(linear(hidden, "conv.edge.2.weight", "conv.edge.2.bias"));
    }
  }

  double score(const SehMolecule& molecule) const {
    const AtomGraph& graph = molecule.graph;
    const auto num_atoms = static_cast<std::size_t>(graph.num_atoms());
    std::vector<Row> states;
    for (std::size_t i = 0; i < num_atoms; ++i) {
      Row features(kSehFeatures, 0.0);
      for (int k = graph.feature_offset[i]; k < graph.feature_offset[i + 1]; ++k) {
        features[graph.feature_column[k]] = 1;
      }
      features[kSehHydrogenColumn] = molecule.num_hydrogens[i];
      states.push_back(leaky(linear(features, "lin0.weight", "lin0.bias")));
    }
    for (int step = 0; step < 12; ++step) {
      std::vector<Row> next;
      for (std::size_t i = 0; i < num_atoms; ++i) {
        next.push_back(update(message(graph, states, i), states[i]));
      }
      states = next;
    }
    return linear(set2set(states), "out.weight", "out.bias")[0];
  }

 private:
  using Row = std::vector<double>;

  const float* values(const std::string& key) const { return file_.tensors.at(key).floats(key); }

  // weight x (+ bias); weight [rows, x.size()].
  Row linear(const Row& x, const std::string& weight, const std::string& bias = "") const {
    const auto rows = static_cast<std::size_t>(file_.tensors.at(weight).shape[0]);
    const float* const factors = values(weight);
    Row result(rows, 0.0);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t k = 0; k < x.size(); ++k) result[r] += factors[r * x.size() + k] * x[k];
      if (!bias.empty()) result[r] += values(bias)[r];
    }
    return result;
  }

  static double leaky(double x) { return x > 0 ? x : 0.01 * x; }
  static Row leaky(Row row) {
    for (double& x : row) x = leaky(x);
    return row;
  }
  static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

  // state W, with the W of a class of bonds.
  Row along(const Row& state, int bond) const {
    Row result(64, 0.0);
    for (int from = 0; from < 64; ++from) {
      for (int to = 0; to < 64; ++to) result[to] += state[from] * matrices_[bond][from * 64 + to];
    }
    return result;
  }

  Row message(const AtomGraph& graph, const std::vector<Row>& states, std::size_t i) const {
    std::vector<Row> incoming;
    for (int k = graph.neighbour_offset[i]; k < graph.neighbour_offset[i + 1]; ++k) {
      incoming.push_back(along(states[graph.neighbour[k]], graph.bond_class[k]));
    }
    if (incoming.empty()) incoming.push_back(along(states[i], kNumBondClasses));
    Row result = linear(states[i], "conv.root.weight", "conv.bias");
    for (const Row& row : incoming) {
      for (int k = 0; k < 64; ++k) result[k] += row[k] / static_cast<double>(incoming.size());
    }
    return leaky(result);
  }

  Row update(const Row& message, const Row& state) const {
    const Row in = linear(message, "gru.weight_ih", "gru.bias_ih");
    const Row hidden = linear(state, "gru.weight_hh", "gru.bias_hh");
    Row result(64);
    for (int k = 0; k < 64; ++k) {
      const double reset = sigmoid(in[k] + hidden[k]);
      const double keep = sigmoid(in[64 + k] + hidden[64 + k]);
      const double candidate = std::tanh(in[128 + k] + reset * hidden[128 + k]);
      result[k] = (1 - keep) * candidate + keep * state[k];
    }
    return result;
  }

  Row set2set(const std::vector<Row>& atoms) const {
    Row state(128, 0.0), hidden(64, 0.0), cell(64, 0.0);
    for (int step = 0; step < 3; ++step) {
      const Row in = linear(state, "set2set.lstm.weight_ih", "set2set.lstm.bias_ih");
      const Row old = linear(hidden, "set2set.lstm.weight_hh", "set2set.lstm.bias_hh");
      const auto gate = [&](int number, int k) {
        return in[number * 64 + k] + old[number * 64 + k];
      };
      for (int k = 0; k < 64; ++k) {  // gates in the order input, forget, cell, output
        cell[k] = sigmoid(gate(1, k)) * cell[k] + sigmoid(gate(0, k)) * std::tanh(gate(2, k));
      }
      for (int k = 0; k < 64; ++k) hidden[k] = sigmoid(gate(3, k)) * std::tanh(cell[k]);
      Row weights;
      double total = 0;
      for (const Row& atom : atoms) {
        double product = 0;
        for (int k = 0; k < 64; ++k) product += atom[k] * hidden[k];
        weights.push_back(std::exp(product));
        total += weights.back();
      }
      std::fill(state.begin(), state.end(), 0.0);
      std::copy(hidden.begin(), hidden.end(), state.begin());
      for (std::size_t i = 0; i < atoms.size(); ++i) {
        for (int k = 0; k < 64; ++k) state[64 + k] += weights[i] / total * atoms[i][k];
      }
    }
    return state;
  }

  const SafetensorsFile& file_;
  std::vector<Row> matrices_;  // of each class of bonds, and of no bond: a loop
};

}  // namespace fragflow
