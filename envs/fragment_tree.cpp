#include "envs/fragment_tree.hpp"

#include <algorithm>

#include "envs/canonical_tree.hpp"
#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

void check_config(const FragmentTreeConfig& config) {
  if (config.max_fragments < 1 || config.max_fragments > kMaxFragments) {
    user_error("environment.max_fragments = {}: must be between 1 and {}", config.max_fragments,
               kMaxFragments);
  }
  if (config.min_fragments < 1 || config.min_fragments > config.max_fragments) {
    user_error("environment.min_fragments = {}: must be between 1 and max_fragments = {}",
               config.min_fragments, config.max_fragments);
  }
}

std::vector<bool> allowed_fragments(const Vocabulary& vocabulary, const FragmentTreeConfig& config,
                                    int start) {
  std::vector<bool> is_allowed(vocabulary.size(), true);
  for (const std::string& smiles : config.forbidden) {
    std::vector<std::string> names;
    bool is_known = false;
    for (int f = 0; f < vocabulary.size(); ++f) {
      const Fragment& fragment = vocabulary.fragment(f);
      names.push_back(fragment.smiles);
      if (fragment.smiles != smiles && fragment.canonical != smiles) continue;
      is_allowed[f] = false;
      is_known = true;
    }
    if (!is_known) {
      user_error("environment.forbidden: '{}' is not a fragment of the vocabulary{}", smiles,
                 did_you_mean(smiles, names));
    }
  }
  for (int f = 0; f < vocabulary.size() && config.max_heavy_atoms > 0; ++f) {
    if (vocabulary.fragment(f).num_heavy_atoms > config.max_heavy_atoms) is_allowed[f] = false;
  }
  if (start >= 0) is_allowed[start] = false;
  if (start < 0 && std::find(is_allowed.begin(), is_allowed.end(), true) == is_allowed.end()) {
    user_error("the vocabulary has no fragment left to build with");
  }
  if (vocabulary.size() > kMaxLabels) {
    user_error("the vocabulary has {} fragments; at most {} are possible", vocabulary.size(),
               kMaxLabels);
  }
  return is_allowed;
}

// The columns that start a tree: a fragment's first block, or an extra column if it has no slot.
std::vector<int> first_choices(const Vocabulary& vocabulary) {
  int next_extra = static_cast<int>(vocabulary.blocks().size());
  std::vector<int> result;
  for (int f = 0; f < vocabulary.size(); ++f) {
    if (vocabulary.fragment(f).sites.empty()) {
      result.push_back(next_extra++);
    } else {
      result.push_back(vocabulary.block_of(f, 0));
    }
  }
  return result;
}

int count_choices(const Vocabulary& vocabulary) {
  const auto& fragments = vocabulary.fragments();
  return static_cast<int>(vocabulary.blocks().size() +
                          std::count_if(fragments.begin(), fragments.end(),
                                        [](const Fragment& f) { return f.sites.empty(); }));
}

std::vector<std::uint64_t> blocks_by_size(const Vocabulary& vocabulary, int max_heavy_atoms,
                                          int num_words) {
  if (max_heavy_atoms == 0) return {};
  std::vector<std::uint64_t> rows(static_cast<std::size_t>(max_heavy_atoms + 1) * num_words, 0);
  for (int b = 0; b < static_cast<int>(vocabulary.blocks().size()); ++b) {
    const int size = vocabulary.fragment(vocabulary.blocks()[b].fragment).num_heavy_atoms;
    for (int room = size; room <= max_heavy_atoms; ++room) {
      rows[room * num_words + b / 64] |= std::uint64_t{1} << (b % 64);
    }
  }
  return rows;
}

// Calls visit(index, place) for every orbit of free sites, ascending, until visit returns false.
template <typename Visit>
void for_each_place(const SlotTable& slots, const State& state, const TreeOrbits& orbits,
                    Visit&& visit) {
  int index = 0;
  for (int v = 0; v < state.num_nodes; ++v) {
    if (!orbits.is_representative(v)) continue;
    const int fragment = state.nodes[v].label;
    for (int s = 0; s < slots.num_sites(fragment); ++s) {
      if (orbits.site[v][s] != s || orbits.used[v][s] >= slots.capacity(fragment, s)) continue;
      const Place place{static_cast<std::int8_t>(v), static_cast<std::uint8_t>(s)};
      if (!visit(index++, place)) return;
    }
  }
}

}  // namespace

FragmentTree::FragmentTree(Vocabulary vocabulary, const FragmentTreeConfig& config, int start)
    : vocabulary_(std::move(vocabulary)),
      config_((check_config(config), config)),
      start_(start),
      slots_(vocabulary_),
      is_allowed_(allowed_fragments(vocabulary_, config, start)),
      first_choice_(first_choices(vocabulary_)),
      num_choices_(count_choices(vocabulary_)),
      rules_(vocabulary_, is_allowed_, (num_choices_ + 63) / 64),
      features_(std::make_shared<const FragmentFeatures>(fragment_features(vocabulary_))),
      blocks_within_(
          blocks_by_size(vocabulary_, config.max_heavy_atoms, (num_choices_ + 63) / 64)) {
  FRAGFLOW_CHECK(start < vocabulary_.size(), "start fragment {} of {}", start, vocabulary_.size());
  if (start >= 0 && config.max_heavy_atoms > 0 &&
      vocabulary_.fragment(start).num_heavy_atoms > config.max_heavy_atoms) {
    user_error("environment.max_heavy_atoms = {}: the start {} has {} heavy atoms itself",
               config.max_heavy_atoms, vocabulary_.fragment(start).smiles,
               vocabulary_.fragment(start).num_heavy_atoms);
  }
  if (vocabulary_.reactions() == nullptr) return;
  const int num_words = (num_choices_ + 63) / 64;
  routes_ = std::make_unique<const RouteRules>(vocabulary_, is_allowed_, num_words);
  limits_ = std::make_unique<const SynthonLimits>(vocabulary_, is_allowed_, config_.max_fragments,
                                                  config_.max_heavy_atoms, num_words);
  find_beginnings();
}

void FragmentTree::find_beginnings() {
  can_begin_.assign(vocabulary_.size(), 0);  // with a start, no other fragment can begin
  if (start_ >= 0) {
    if (routes_->is_legal(initial_state()) && limits_->is_within(initial_state())) return;
    user_error("no reaction with the allowed blocks can finish the start {} within the limits",
               vocabulary_.fragment(start_).smiles);
  }
  State single;
  single.num_nodes = 1;
  for (int f = 0; f < vocabulary_.size(); ++f) {
    single.nodes[0].label = static_cast<std::int32_t>(f);
    can_begin_[f] = is_allowed_[f] && limits_->is_within(single) && routes_->is_legal(single);
  }
  if (std::find(can_begin_.begin(), can_begin_.end(), 1) == can_begin_.end()) {
    user_error("no two of the allowed synthons can react within environment.max_fragments = {}{}",
               config_.max_fragments,
               config_.max_heavy_atoms > 0
                   ? fmt::format(" and max_heavy_atoms = {}", config_.max_heavy_atoms)
                   : "");
  }
}

bool FragmentTree::is_legal(const State& state) const {
  return rules_.is_legal(state) && (!routes_ || routes_->is_legal(state));
}

bool FragmentTree::is_complete(const State& state) const {
  return !routes_ || limits_->num_open(state) == 0;
}

State FragmentTree::initial_state() const {
  State state;
  if (start_ >= 0) {
    state.num_nodes = 1;
    state.nodes[0].label = static_cast<std::int32_t>(start_);
  }
  return state;
}

int FragmentTree::fixed_root(const State& state) const {
  if (start_ < 0) return -1;
  for (int v = 0; v < state.num_nodes; ++v) {
    if (state.nodes[v].label == start_) return v;
  }
  return -1;
}

TreeOrbits FragmentTree::orbits(const State& state) const {
  // A tree without the start, possible when decomposing a molecule, is rooted at its centre.
  return tree_orbits(slots_, state, fixed_root(state) == 0);
}

int FragmentTree::num_heavy_atoms(const State& state) const {
  int count = 0;
  for (int v = 0; v < state.num_nodes; ++v) {
    count += vocabulary_.fragment(state.nodes[v].label).num_heavy_atoms;
  }
  return count;
}

void FragmentTree::legal_actions(const State& state, ActionSet& actions) const {
  actions.reset(num_choices_);
  if (state.stopped) return;
  if (routes_) return legal_routes(state, actions);
  if (state.num_nodes == 0) {
    actions.add_place(Place{});
    for (int f = 0; f < vocabulary_.size(); ++f) {
      if (is_allowed_[f]) actions.set(0, first_choice_[f]);
    }
    return;
  }
  bool can_attach = false;
  if (state.num_nodes < config_.max_fragments) {
    JoinRules::FreeTypes types;
    if (!rules_.is_trivial()) rules_.free_types(state, types);
    const std::uint64_t* fitting = nullptr;
    if (config_.max_heavy_atoms > 0) {
      const int room = std::max(config_.max_heavy_atoms - num_heavy_atoms(state), 0);
      fitting = blocks_within_.data() + static_cast<std::size_t>(room) * actions.words();
    }
    const TreeOrbits tree = orbits(state);
    for_each_place(slots_, state, tree, [&](int, Place place) {
      const int index = actions.add_place(place);
      std::uint64_t* row = actions.row(index);
      rules_.add_blocks(rules_.is_trivial() ? kUntyped : types[place.node][place.site], row);
      for (int w = 0; w < actions.words() && fitting != nullptr; ++w) row[w] &= fitting[w];
      for (int w = 0; w < actions.words(); ++w) can_attach = can_attach || row[w] != 0;
      return true;
    });
  }
  actions.stop = state.num_nodes >= config_.min_fragments || !can_attach;
}

void FragmentTree::legal_routes(const State& state, ActionSet& actions) const {
  if (state.num_nodes == 0) {
    actions.add_place(Place{});
    for (int f = 0; f < vocabulary_.size(); ++f) {
      if (can_begin_[f]) actions.set(0, first_choice_[f]);
    }
    return;
  }
  if (state.num_nodes < config_.max_fragments) {
    const TreeOrbits tree = orbits(state);
    for_each_place(slots_, state, tree, [&](int, Place place) {
      actions.add_place(place);
      return true;
    });
  }
  bool can_attach = false;
  if (actions.num_places() > 0) {
    RouteRules::Rows rows{};
    for (int i = 0; i < actions.num_places(); ++i) {
      rows[actions.places()[i].node][actions.places()[i].site] = actions.row(i);
    }
    routes_->add_blocks(state, rows);
    for (int i = 0; i < actions.num_places(); ++i) {
      limits_->keep_small(state, actions.places()[i], actions.row(i));
      for (int w = 0; w < actions.words(); ++w) can_attach |= actions.row(i)[w] != 0;
    }
  }
  actions.stop = is_complete(state) || !can_attach;
}

State FragmentTree::apply(const State& state, Action action) const {
  // Reused between calls so that stepping does not allocate.
  thread_local ActionSet legal;
  legal_actions(state, legal);
  FRAGFLOW_CHECK(legal.contains(action), "illegal action ({}, {}) at {}", action.place,
                 action.choice, to_string(state));
  State child = state;
  if (action.is_stop()) {
    child.stopped = true;
    return child;
  }
  Node& leaf = child.nodes[child.num_nodes++];
  if (state.num_nodes == 0) {
    const auto fragment = std::find(first_choice_.begin(), first_choice_.end(), action.choice);
    leaf.label = static_cast<std::int32_t>(fragment - first_choice_.begin());
    return child;
  }
  const Block& block = vocabulary_.blocks()[action.choice];
  const Place place = legal.places()[action.place];
  leaf.label = static_cast<std::int32_t>(block.fragment);
  leaf.parent = place.node;
  leaf.parent_site = place.site;
  leaf.site = static_cast<std::uint8_t>(block.site);
  return canonical_tree(slots_, child, fixed_root(child), nullptr);
}

void FragmentTree::legal_backward_actions(const State& state,
                                          std::vector<BackwardAction>& actions) const {
  actions.clear();
  if (state.stopped) {
    actions.push_back(BackwardAction::undo_stop());
    return;
  }
  if (state.num_nodes == 0) return;
  const TreeOrbits tree = orbits(state);
  for (int v = 0; v < state.num_nodes; ++v) {
    if (state.nodes[v].label == start_) continue;
    if (tree.is_representative(v) && tree.degree[v] <= 1) {
      actions.push_back(BackwardAction{static_cast<std::int16_t>(v)});
    }
  }
}

Predecessor FragmentTree::undo(const State& state, BackwardAction action) const {
  Predecessor result{state, Action::stop()};
  if (action.is_undo_stop()) {
    FRAGFLOW_CHECK(state.stopped, "no stop to undo at {}", to_string(state));
    result.parent.stopped = false;
    return result;
  }
  const int leaf = action.node;
  FRAGFLOW_CHECK(!state.stopped && leaf < state.num_nodes && state.nodes[leaf].label != start_,
                 "node {} of {} cannot be removed", leaf, to_string(state));
  const int label = state.nodes[leaf].label;
  if (state.num_nodes == 1) {
    result.parent = State{};
    result.action = Action{0, first_choice_[label]};
    return result;
  }
  // The join that is cut: (node, site) on the remaining side, site at the leaf.
  Place place;
  int leaf_site = state.nodes[leaf].site;
  State rest;
  rest.num_nodes = static_cast<std::uint8_t>(state.num_nodes - 1);
  if (leaf == 0) {  // a root of degree 1: its only child becomes the root
    FRAGFLOW_CHECK(std::count_if(state.nodes.begin() + 1, state.nodes.begin() + state.num_nodes,
                                 [](const Node& node) { return node.parent == 0; }) == 1,
                   "node 0 of {} is not a leaf", to_string(state));
    place = Place{0, state.nodes[1].site};
    leaf_site = state.nodes[1].parent_site;
  } else {
    place = Place{state.nodes[leaf].parent, state.nodes[leaf].parent_site};
    if (place.node > leaf) --place.node;
  }
  for (int v = 0, at = 0; v < state.num_nodes; ++v) {
    if (v == leaf) continue;
    Node& node = rest.nodes[at++];
    node = state.nodes[v];
    FRAGFLOW_CHECK(leaf == 0 || node.parent != leaf, "node {} of {} is not a leaf", leaf,
                   to_string(state));
    if (at == 1) {
      node = Node{node.label};
    } else if (node.parent >= leaf) {
      --node.parent;
    }
  }
  Relabelling relabelling;
  result.parent = canonical_tree(slots_, rest, fixed_root(rest), &relabelling);
  const int site = (*relabelling.site[place.node])[place.site];
  const TreeOrbits tree = orbits(result.parent);
  const int node = tree.node[relabelling.node[place.node]];
  for_each_place(slots_, result.parent, tree, [&](int index, Place candidate) {
    if (candidate.node != node || candidate.site != tree.site[node][site]) return true;
    result.action.place = index;
    return false;
  });
  result.action.choice = vocabulary_.block_of(label, leaf_site);
  return result;
}

State FragmentTree::canonical(const State& state) const {
  return canonical_tree(slots_, state, fixed_root(state), nullptr);
}

int FragmentTree::max_length() const { return config_.max_fragments + 1 - (start_ >= 0 ? 1 : 0); }

Environment::Shape FragmentTree::shape() const {
  Shape shape;
  shape.num_choices = num_choices_;
  shape.num_labels = vocabulary_.size();
  shape.max_nodes = config_.max_fragments;
  shape.site_offset.push_back(0);
  for (const Fragment& fragment : vocabulary_.fragments()) {
    shape.site_offset.push_back(shape.site_offset.back() + static_cast<int>(fragment.sites.size()));
  }
  shape.features = features_;
  for (const Block& block : vocabulary_.blocks()) {
    shape.choice_pair.push_back(shape.site_offset[block.fragment] + block.site);
  }
  for (int f = 0; f < vocabulary_.size(); ++f) {
    if (vocabulary_.fragment(f).sites.empty()) {
      shape.choice_pair.push_back(shape.site_offset.back() + f);
    }
  }
  return shape;
}

void FragmentTree::append_text(const State& state, int node, std::string& text) const {
  const Fragment& fragment = vocabulary_.fragment(state.nodes[node].label);
  text += fragment.smiles;
  if (node > 0) text += ":" + std::to_string(fragment.sites[state.nodes[node].site].atom);
  for (int c = node + 1; c < state.num_nodes; ++c) {
    if (state.nodes[c].parent != node) continue;
    text += "{" + std::to_string(fragment.sites[state.nodes[c].parent_site].atom) + "-";
    append_text(state, c, text);
    text += "}";
  }
}

std::string FragmentTree::to_string(const State& state) const {
  if (state.num_nodes == 0) return "(empty)";
  std::string text;
  append_text(state, 0, text);
  return text;
}

}  // namespace fragflow
