#include "envs/route_rules.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include "src/base/check.hpp"
#include "src/chem/synthesis/synthon_plan.hpp"

namespace fragflow {
namespace {

SideMask even_sides() {
  SideMask mask;
  for (std::size_t bit = 0; bit < mask.size(); bit += 2) mask.set(bit);
  return mask;
}

// Replaces every side by its partner.
SideMask partners(const SideMask& sides) {
  static const SideMask even = even_sides();
  return (sides & even) << 1 | (sides & ~even) >> 1;
}

template <typename Visit>
void for_each_side(const SideMask& sides, Visit&& visit) {
  for (std::size_t bit = sides._Find_first(); bit < sides.size(); bit = sides._Find_next(bit)) {
    visit(static_cast<int>(bit));
  }
}

}  // namespace

// The joins of each node, and the messages through them.
struct RouteRules::Neighbours {
  struct AtNode {
    std::array<const Reach*, kMaxSites> from{};  // null: open
    std::array<Reach, kMaxSites> reach;
  };
  explicit Neighbours(const State& state) {
    for (int v = 1; v < state.num_nodes; ++v) {
      AtNode& here = nodes[v];
      AtNode& above = nodes[state.nodes[v].parent];
      here.from[state.nodes[v].site] = &here.reach[state.nodes[v].site];
      above.from[state.nodes[v].parent_site] = &above.reach[state.nodes[v].parent_site];
    }
  }
  std::array<AtNode, kMaxNodes> nodes;
};

RouteRules::RouteRules(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed,
                       int num_words)
    : vocabulary_(&vocabulary), num_words_(num_words) {
  FRAGFLOW_CHECK(vocabulary.reactions() != nullptr, "a vocabulary without reactions");
  make_sets(vocabulary);
  make_caps(vocabulary, is_allowed);
  make_plans(vocabulary);
  make_rows(vocabulary, is_allowed, num_words);
}

// The kept groups of the plans, and all unions of them that may occur in one product.
void RouteRules::make_sets(const Vocabulary& vocabulary) {
  std::set<GroupMask> single = {0};
  for (const Fragment& fragment : vocabulary.fragments()) {
    for (const SynthonPlan& plan : fragment.plans) single.insert(plan.kept);
  }
  std::set<GroupMask> sets = {0}, fresh = {0};
  while (!fresh.empty()) {
    std::set<GroupMask> next;
    for (const GroupMask a : fresh) {
      for (const GroupMask b : single) {
        const GroupMask both = a | b;
        if (std::popcount(both) > kMaxKeptGroups || sets.contains(both)) continue;
        if (vocabulary.reactions()->has_reactive_pair(both)) continue;
        sets.insert(both);
        next.insert(both);
      }
    }
    fresh = std::move(next);
  }
  kept_sets_.assign(sets.begin(), sets.end());
}

void RouteRules::make_caps(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed) {
  SideMask caps;
  for (int f = 0; f < vocabulary.size(); ++f) {
    const Fragment& fragment = vocabulary.fragment(f);
    if (!is_allowed[f] || fragment.sites.size() != 1) continue;
    for (const SynthonPlan& plan : fragment.plans) {
      if (plan.kept == 0) caps |= plan.sites[0];
    }
  }
  // For both ends: either may remain when a leaf is removed.
  has_cap_ = caps & partners(caps);
}

void RouteRules::make_plans(const Vocabulary& vocabulary) {
  const ReactionList& list = *vocabulary.reactions();
  std::vector<SideMask> tolerant(kept_sets_.size());
  for (std::size_t k = 0; k < kept_sets_.size(); ++k) {
    for (int r = 0; r < static_cast<int>(list.reactions.size()); ++r) {
      if ((list.forbidden(r) & kept_sets_[k]) != 0) continue;
      tolerant[k].set(side_bit(r, 0));
      tolerant[k].set(side_bit(r, 1));
    }
  }
  std::vector<const Plans*> kinds;
  for (const Fragment& fragment : vocabulary.fragments()) {
    const auto known = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const Plans* plans) { return *plans == fragment.plans; });
    kind_.push_back(static_cast<int>(known - kinds.begin()));
    if (known != kinds.end()) continue;
    kinds.push_back(&fragment.plans);
    for (std::size_t k = 0; k < kept_sets_.size(); ++k) {
      Plans& plans = plans_.emplace_back();
      for (SynthonPlan plan : fragment.plans) {
        if ((plan.kept & ~kept_sets_[k]) != 0) continue;
        // Joins, too, need a side for which there is a cap, since a cap replaces them when the tree
        // is taken apart.
        for (SideMask& sides : plan.sites) sides &= tolerant[k] & has_cap_;
        const bool is_possible = std::all_of(plan.sites.begin(), plan.sites.end(),
                                             [](const SideMask& sides) { return sides.any(); });
        if (is_possible) plans.push_back(std::move(plan));
      }
    }
  }
}

void RouteRules::make_rows(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed,
                           int num_words) {
  const std::size_t num_sides = 2 * vocabulary.reactions()->reactions.size();
  last_blocks_.assign(kept_sets_.size() * num_sides * num_words, 0);
  before_blocks_ = last_blocks_;
  for (std::size_t b = 0; b < vocabulary.blocks().size(); ++b) {
    const Block& block = vocabulary.blocks()[b];
    if (!is_allowed[block.fragment]) continue;
    for (std::size_t k = 0; k < kept_sets_.size(); ++k) {
      for (const SynthonPlan& plan : plans(block.fragment, static_cast<int>(k))) {
        auto& rows = plan.last == block.site ? last_blocks_ : before_blocks_;
        for_each_side(plan.sites[block.site], [&](int bit) {
          rows[(k * num_sides + bit) * num_words + b / 64] |= std::uint64_t{1} << (b % 64);
        });
      }
    }
  }
}

RouteRules::Reach RouteRules::reach(const Plans& plans, int site, const Reach* const* from) const {
  Reach result;
  for (const SynthonPlan& plan : plans) {
    bool fits = true;
    for (int t = 0; t < static_cast<int>(plan.sites.size()) && fits; ++t) {
      if (t == site || from[t] == nullptr) continue;  // an open site has a possible side, and a cap
      SideMask sides = from[t]->last;
      if (plan.last == t) sides |= from[t]->before;
      fits = (plan.sites[t] & sides).any();
    }
    if (!fits) continue;
    if (site < 0) {
      result.last.set();  // only asks whether there is a plan
      return result;
    }
    (plan.last == site ? result.last : result.before) |= partners(plan.sites[site]);
  }
  return result;
}

bool RouteRules::propagate(const State& state, int set, Neighbours& neighbours) const {
  const auto at = [&](int v) -> const Plans& { return plans(state.nodes[v].label, set); };
  for (int v = state.num_nodes - 1; v > 0; --v) {
    const Node& node = state.nodes[v];
    const Reach up = reach(at(v), node.site, neighbours.nodes[v].from.data());
    if (up.none()) return false;
    neighbours.nodes[node.parent].reach[node.parent_site] = up;
  }
  if (reach(at(0), -1, neighbours.nodes[0].from.data()).none()) return false;
  for (int v = 1; v < state.num_nodes; ++v) {
    const Node& node = state.nodes[v];
    neighbours.nodes[v].reach[node.site] =
        reach(at(node.parent), node.parent_site, neighbours.nodes[node.parent].from.data());
  }
  return true;
}

bool RouteRules::is_legal(const State& state) const {
  if (state.num_nodes == 0) return true;
  Neighbours neighbours(state);
  for (int k = 0; k < num_sets(); ++k) {
    if (propagate(state, k, neighbours)) return true;
  }
  return false;
}

void RouteRules::add_blocks(const State& state, const Rows& rows) const {
  const std::size_t num_sides = 2 * vocabulary_->reactions()->reactions.size();
  Neighbours neighbours(state);
  for (int k = 0; k < num_sets(); ++k) {
    if (!propagate(state, k, neighbours)) continue;
    for (int v = 0; v < state.num_nodes; ++v) {
      for (std::size_t s = 0; s < vocabulary_->fragment(state.nodes[v].label).sites.size(); ++s) {
        std::uint64_t* row = rows[v][s];
        if (row == nullptr) continue;
        const Reach here = reach(plans(state.nodes[v].label, k), static_cast<int>(s),
                                 neighbours.nodes[v].from.data());
        const auto add = [&](const std::vector<std::uint64_t>& blocks, const SideMask& sides) {
          for_each_side(sides, [&](int bit) {
            const std::uint64_t* from = blocks.data() + (k * num_sides + bit) * num_words_;
            for (int w = 0; w < num_words_; ++w) row[w] |= from[w];
          });
        };
        add(last_blocks_, here.last | here.before);
        add(before_blocks_, here.last);
      }
    }
  }
}

RouteRules::Message RouteRules::message(int fragment, int site,
                                        const std::vector<const Message*>& from) const {
  Message result;
  for (int k = 0; k < num_sets(); ++k) {
    std::array<const Reach*, kMaxSites> in{};
    for (std::size_t t = 0; t < from.size(); ++t) {
      in[t] = from[t] == nullptr ? nullptr : &(*from[t])[k];
    }
    result.push_back(reach(plans(fragment, k), site, in.data()));
  }
  return result;
}

bool RouteRules::can_join(const Message& a, const Message& b) const {
  for (int k = 0; k < num_sets(); ++k) {
    // a names sides of b, and b those of a; one end of each join must be the last.
    const SideMask of_a = partners(a[k].last), rest_of_a = partners(a[k].before);
    if ((of_a & (b[k].last | b[k].before)).any() || (rest_of_a & b[k].last).any()) return true;
  }
  return false;
}

}  // namespace fragflow
