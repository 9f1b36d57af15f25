// Which rows of the tables of labels and sites a batch reads: few, where there are many fragments.
#pragma once

#include "models/state_batch.hpp"

namespace fragflow {

// A batch's numbers of rows in tables of labels and sites.
struct TableNumbers {
  torch::Tensor node_label, edge_source_site, edge_target_site, place_site;
};

// Those of StateBatch, for tables with a row for every label and site.
TableNumbers table_numbers(const StateBatch& batch);

struct NeededRows {
  torch::Tensor labels, sites;  // int64, ascending
  TableNumbers numbers;         // in tables that have only these rows
};

NeededRows needed_rows(const StateBatch& batch, std::int64_t num_labels, std::int64_t num_sites);

}  // namespace fragflow
