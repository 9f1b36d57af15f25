// The rows of the label and site tables that a batch uses: few of many, in large vocabularies.
#pragma once

#include "models/state_batch.hpp"

namespace fragflow {

// Row numbers of a batch in the tables of labels and sites.
struct TableNumbers {
  torch::Tensor node_label, edge_source_site, edge_target_site, place_site;
};

// Those of StateBatch, for complete tables (a row for every label and site).
TableNumbers table_numbers(const StateBatch& batch);

struct NeededRows {
  torch::Tensor labels, sites;  // int64, ascending
  TableNumbers numbers;         // in tables restricted to these rows
};

NeededRows needed_rows(const StateBatch& batch, std::int64_t num_labels, std::int64_t num_sites);

}  // namespace fragflow
