#include "envs/fragment_draw.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

int num_slots(const Fragment& fragment) {
  int slots = 0;
  for (const Site& site : fragment.sites) slots += site.capacity;
  return slots;
}

}  // namespace

void FragmentDraw::Choices::add(int i, double weight) {
  index.push_back(i);
  cumulative.push_back(total() + weight);
}

int FragmentDraw::Choices::draw(Rng& rng) const {
  const auto found =
      std::upper_bound(cumulative.begin(), cumulative.end(), rng.uniform() * total());
  return index[std::min<std::size_t>(found - cumulative.begin(), index.size() - 1)];
}

FragmentDraw::FragmentDraw(const FragmentTree& environment, double frequency)
    : vocabulary_(environment.vocabulary()) {
  std::vector<double> weights;
  std::vector<int> num_blocks(vocabulary_.size(), 0);
  for (int f = 0; f < vocabulary_.size(); ++f) {
    const auto count = std::max<std::int64_t>(vocabulary_.fragment(f).count, 1);
    weights.push_back(std::pow(static_cast<double>(count), frequency));
    if (environment.is_allowed(f)) fragments_.add(f, weights[f]);
  }
  const auto& blocks = vocabulary_.blocks();
  for (const Block& block : blocks) ++num_blocks[block.fragment];
  types_of_block_.assign(blocks.size(), 0);
  const int num_types = std::max(1, vocabulary_.num_types());
  blocks_.assign(num_types, std::vector<Choices>(kMaxSlots));
  std::vector<std::uint64_t> row;
  for (int type = 0; type < num_types; ++type) {
    row.assign((environment.shape().num_choices + 63) / 64, 0);
    environment.rules().add_blocks(TypeMask{1} << type, row.data());
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if ((row[b / 64] >> (b % 64) & 1) == 0) continue;
      types_of_block_[b] |= TypeMask{1} << type;
      const int fragment = blocks[b].fragment;
      const int slots = std::min(num_slots(vocabulary_.fragment(fragment)), kMaxSlots);
      for (int k = 0; k < slots; ++k) {
        blocks_[type][k].add(static_cast<int>(b), weights[fragment] / num_blocks[fragment]);
      }
    }
  }
}

int FragmentDraw::fragment(Rng& rng) const {
  FRAGFLOW_CHECK(!fragments_.index.empty(), "no fragment may be drawn");
  return fragments_.draw(rng);
}

std::optional<Block> FragmentDraw::block(TypeMask types, int num_slots, Rng& rng) const {
  const int list = std::min(num_slots, kMaxSlots) - 1;
  double total = 0;
  for (TypeMask rest = types; rest != 0; rest &= rest - 1) {
    total += blocks_[std::countr_zero(rest)][list].total();
  }
  if (total <= 0) return {};
  while (true) {
    double left = rng.uniform() * total;
    int type = -1;
    for (TypeMask rest = types; rest != 0; rest &= rest - 1) {
      const double weight = blocks_[std::countr_zero(rest)][list].total();
      if (weight <= 0) continue;
      type = std::countr_zero(rest);
      if (left < weight) break;
      left -= weight;
    }
    const int b = blocks_[type][list].draw(rng);
    // Corrects for a block in the lists of several of these types, which is drawn more often.
    const int lists = std::popcount(types_of_block_[b] & types);
    if (lists == 1 || rng.below(lists) == 0) return vocabulary_.blocks()[b];
  }
}

}  // namespace fragflow
