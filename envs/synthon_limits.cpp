#include "envs/synthon_limits.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "envs/slot_table.hpp"

namespace fragflow {
namespace {

constexpr int kNever = std::numeric_limits<int>::max() / 64;

// Per type of an open slot, the fewest heavy atoms that close it and all slots this opens.
std::vector<int> least_by_type(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed) {
  std::vector<int> least(std::max(1, vocabulary.num_types()), kNever);
  const auto of = [&](TypeMask types) {
    int result = kNever;
    for (TypeMask rest = types; rest != 0; rest &= rest - 1) {
      const auto type = static_cast<std::size_t>(std::countr_zero(rest));
      if (type < least.size()) result = std::min(result, least[type]);
    }
    return result;
  };
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (int f = 0; f < vocabulary.size(); ++f) {
      if (!is_allowed[f]) continue;
      const auto& sites = vocabulary.fragment(f).sites;
      for (std::size_t s = 0; s < sites.size(); ++s) {
        int needed = vocabulary.fragment(f).num_heavy_atoms;
        for (std::size_t t = 0; t < sites.size(); ++t) {
          if (t != s) needed = std::min(kNever, needed + of(sites[t].types));
        }
        for (TypeMask rest = vocabulary.partners(sites[s].types); rest != 0; rest &= rest - 1) {
          const auto type = static_cast<std::size_t>(std::countr_zero(rest));
          if (type >= least.size() || least[type] <= needed) continue;
          least[type] = needed;
          has_changed = true;
        }
      }
    }
  }
  return least;
}

}  // namespace

SynthonLimits::SynthonLimits(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed,
                             int max_fragments, int max_heavy_atoms, int num_words)
    : vocabulary_(&vocabulary),
      max_fragments_(max_fragments),
      max_heavy_atoms_(max_heavy_atoms),
      num_words_(num_words) {
  const std::vector<int> least = least_by_type(vocabulary, is_allowed);
  for (const Fragment& fragment : vocabulary.fragments()) {
    auto& of_site = least_.emplace_back();
    for (const Site& site : fragment.sites) {
      int value = kNever;
      for (std::size_t type = 0; type < least.size(); ++type) {
        if (site.types >> type & 1) value = std::min(value, least[type]);
      }
      of_site.push_back(value);
    }
  }
  with_sites_.assign(static_cast<std::size_t>(kMaxSites + 1) * num_words, 0);
  with_heavy_atoms_.assign(static_cast<std::size_t>(max_heavy_atoms + 1) * num_words, 0);
  for (std::size_t b = 0; b < vocabulary.blocks().size(); ++b) {
    const Block& block = vocabulary.blocks()[b];
    const Fragment& fragment = vocabulary.fragment(block.fragment);
    const auto set = [&](std::vector<std::uint64_t>& rows, int from, int end) {
      for (int i = from; i < end; ++i) {
        rows[static_cast<std::size_t>(i) * num_words + b / 64] |= std::uint64_t{1} << (b % 64);
      }
    };
    set(with_sites_, static_cast<int>(fragment.sites.size()), kMaxSites + 1);
    int needed = fragment.num_heavy_atoms;
    for (std::size_t t = 0; t < fragment.sites.size(); ++t) {
      if (static_cast<int>(t) != block.site) needed += least_[block.fragment][t];
    }
    set(with_heavy_atoms_, std::min(needed, max_heavy_atoms + 1), max_heavy_atoms + 1);
  }
}

int SynthonLimits::num_open(const State& state) const {
  int open = state.num_nodes == 0 ? 0 : -2 * (state.num_nodes - 1);
  for (int v = 0; v < state.num_nodes; ++v) {
    open += static_cast<int>(vocabulary_->fragment(state.nodes[v].label).sites.size());
  }
  return open;
}

int SynthonLimits::heavy_atoms(const State& state) const {
  int atoms = 0;
  for (int v = 0; v < state.num_nodes; ++v) {
    const int label = state.nodes[v].label;
    atoms += vocabulary_->fragment(label).num_heavy_atoms;
    for (const int least : least_[label]) atoms += least;
  }
  for (int v = 1; v < state.num_nodes; ++v) {
    const Node& node = state.nodes[v];
    atoms -= least_[node.label][node.site];
    atoms -= least_[state.nodes[node.parent].label][node.parent_site];
  }
  return atoms;
}

bool SynthonLimits::is_within(const State& state) const {
  return state.num_nodes + num_open(state) <= max_fragments_ &&
         (max_heavy_atoms_ == 0 || heavy_atoms(state) <= max_heavy_atoms_);
}

void SynthonLimits::keep_small(const State& state, Place place, std::uint64_t* row) const {
  const int sites =
      std::clamp(max_fragments_ - state.num_nodes - num_open(state) + 1, 0, kMaxSites);
  const std::uint64_t* fitting = with_sites_.data() + static_cast<std::size_t>(sites) * num_words_;
  for (int w = 0; w < num_words_; ++w) row[w] &= fitting[w];
  if (max_heavy_atoms_ == 0) return;
  const int room =
      max_heavy_atoms_ - heavy_atoms(state) + least_[state.nodes[place.node].label][place.site];
  fitting = with_heavy_atoms_.data() +
            static_cast<std::size_t>(std::clamp(room, 0, max_heavy_atoms_)) * num_words_;
  for (int w = 0; w < num_words_; ++w) row[w] &= fitting[w];
}

}  // namespace fragflow
