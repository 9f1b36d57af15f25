#include "envs/join_rules.hpp"

#include <algorithm>
#include <bit>

namespace fragflow {
namespace {

// Whether uses [at, count) can be matched to distinct elements of the pattern outside `taken`.
template <typename Uses>
bool can_match(const Uses& uses, int count, int at, int left_out, const Pattern& pattern,
               std::uint64_t taken) {
  if (at == count) return true;
  if (at == left_out) return can_match(uses, count, at + 1, left_out, pattern, taken);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if ((taken >> i & 1) != 0 || pattern[i].site != uses[at].site) continue;
    if ((uses[at].types >> pattern[i].type & 1) == 0) continue;
    if (can_match(uses, count, at + 1, left_out, pattern, taken | std::uint64_t{1} << i)) {
      return true;
    }
  }
  return false;
}

}  // namespace

JoinRules::JoinRules(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed,
                     int num_words)
    : vocabulary_(&vocabulary), num_words_(num_words) {
  const int num_types = std::max(1, vocabulary.num_types());
  all_types_ = num_types >= 64 ? ~TypeMask{0} : (TypeMask{1} << num_types) - 1;
  blocks_of_type_.assign(static_cast<std::size_t>(num_types) * num_words, 0);
  for (const Fragment& fragment : vocabulary.fragments()) {
    if (!fragment.patterns.empty()) is_trivial_ = false;
    for (const Site& site : fragment.sites) {
      if (site.types != kUntyped) is_trivial_ = false;
    }
  }
  const Ends none{};
  for (std::size_t b = 0; b < vocabulary.blocks().size(); ++b) {
    const Block& block = vocabulary.blocks()[b];
    if (!is_allowed[block.fragment]) continue;
    // The possible types of a leaf's only use, and thus of the other end.
    const TypeMask wanted =
        vocabulary.partners(fitting_types(block.fragment, none, -1, block.site)) & all_types_;
    for (TypeMask rest = wanted; rest != 0; rest &= rest - 1) {
      blocks_of_type_[std::countr_zero(rest) * num_words_ + b / 64] |= std::uint64_t{1} << (b % 64);
    }
  }
}

TypeMask JoinRules::fitting_types(int fragment, const Ends& ends, int left_out, int site) const {
  const Fragment& f = vocabulary_->fragment(fragment);
  const TypeMask possible = f.sites[site].types & all_types_;
  for (int k = 0; k < ends.count; ++k) {
    if (k != left_out && ends.uses[k].types == 0) return 0;
  }
  if (f.patterns.empty()) return possible;
  const auto num_uses = static_cast<std::size_t>(ends.count - (left_out >= 0 ? 1 : 0));
  TypeMask result = 0;
  for (const Pattern& pattern : f.patterns) {
    if (pattern.size() <= num_uses) continue;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const TypeMask type = TypeMask{1} << pattern[i].type;
      if (pattern[i].site != site || (possible & type) == 0 || (result & type) != 0) continue;
      if (can_match(ends.uses, ends.count, 0, left_out, pattern, std::uint64_t{1} << i)) {
        result |= type;
      }
    }
  }
  return result;
}

void JoinRules::send(const State& state, AllEnds& ends, int from, int to) const {
  const auto index_of = [](const Ends& e, int neighbour) {
    return static_cast<int>(
        std::find(e.neighbour.begin(), e.neighbour.begin() + e.count, neighbour) -
        e.neighbour.begin());
  };
  const int out = index_of(ends[from], to);
  const TypeMask types =
      fitting_types(state.nodes[from].label, ends[from], out, ends[from].uses[out].site);
  Use& use = ends[to].uses[index_of(ends[to], from)];
  use.types = vocabulary_->fragment(state.nodes[to].label).sites[use.site].types &
              vocabulary_->partners(types) & all_types_;
  if (types == 0) use.types = 0;  // partners(0) may contain the untyped slot
}

void JoinRules::propagate(const State& state, AllEnds& ends) const {
  const int n = state.num_nodes;
  for (int i = 0; i < n; ++i) ends[i].count = 0;
  const auto add = [&ends](int node, int site, int neighbour) {
    Ends& e = ends[node];
    e.uses[e.count] = Use{site, 0};
    e.neighbour[e.count++] = static_cast<std::int8_t>(neighbour);
  };
  for (int i = 1; i < n; ++i) {
    const Node& node = state.nodes[i];
    add(i, node.site, node.parent);
    add(node.parent, node.parent_site, i);
  }
  for (int i = n - 1; i > 0; --i) send(state, ends, i, state.nodes[i].parent);
  for (int i = 1; i < n; ++i) send(state, ends, state.nodes[i].parent, i);
}

void JoinRules::free_types(const State& state, FreeTypes& types) const {
  AllEnds ends;
  propagate(state, ends);
  for (int v = 0; v < state.num_nodes; ++v) {
    const Fragment& fragment = vocabulary_->fragment(state.nodes[v].label);
    for (std::size_t s = 0; s < fragment.sites.size(); ++s) {
      int used = 0;
      for (int k = 0; k < ends[v].count; ++k) used += ends[v].uses[k].site == static_cast<int>(s);
      types[v][s] = used < fragment.sites[s].capacity
                        ? fitting_types(state.nodes[v].label, ends[v], -1, static_cast<int>(s))
                        : 0;
    }
  }
}

void JoinRules::add_blocks(TypeMask types, std::uint64_t* row) const {
  for (TypeMask rest = types; rest != 0; rest &= rest - 1) {
    const std::uint64_t* blocks =
        blocks_of_type_.data() + static_cast<std::size_t>(std::countr_zero(rest)) * num_words_;
    for (int w = 0; w < num_words_; ++w) row[w] |= blocks[w];
  }
}

bool JoinRules::is_legal(const State& state) const {
  if (state.num_nodes <= 1) return true;
  AllEnds ends;
  propagate(state, ends);
  // One join suffices: its two ends receive messages from the whole tree.
  const TypeMask here = fitting_types(state.nodes[0].label, ends[0], 0, ends[0].uses[0].site);
  return (here & ends[0].uses[0].types) != 0;
}

}  // namespace fragflow
