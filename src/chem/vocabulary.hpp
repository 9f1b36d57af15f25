// The fragment vocabulary: fragments, their slots, and which may be joined. No RDKit types:
// environments include this header.
//
// A fragment is a molecule with *slots*: atoms that may take one single bond to another fragment.
// An atom that may take several is listed several times. Equal slots on one atom are
// interchangeable, so they are merged into one *site* with a capacity; all symmetry arguments then
// need only permutations of sites (small groups), with sorted multisets of neighbours at each site.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/chem/synthesis/synthon_plan.hpp"

namespace fragflow {

struct VocabularySpec;

// A set of slot types, one bit per type of the vocabulary. Bit 0 is the type "untyped", which joins
// every type; an untyped site has the mask 1. At most 63 named types.
using TypeMask = std::uint64_t;
inline constexpr TypeMask kUntyped = 1;

struct Site {
  int atom = 0;      // index in the fragment's SMILES
  int capacity = 1;  // how many joins it may take (its number of equal slots)
  TypeMask types = kUntyped;
  bool must_fill = false;  // a finished molecule with a free slot here scores the floor
};

// One element of an observed pattern: a join at `site` with slot type `type` (a bit index).
struct PatternUse {
  int site = 0;
  int type = 0;
  auto operator<=>(const PatternUse&) const = default;
};
// A multiset of uses seen together in the corpus, sorted.
using Pattern = std::vector<PatternUse>;

struct Fragment {
  std::string smiles;       // as written in the file
  std::string canonical;    // canonical SMILES of the same molecule
  std::vector<Site> sites;  // at most 16; ordered by (atom, types)
  // Site permutations induced by molecular automorphisms that keep types, capacity and must_fill
  // (design: Aut(f)); the identity is first. automorphisms[k][s] is the image of site s.
  std::vector<std::vector<std::uint8_t>> automorphisms;
  std::vector<std::uint8_t> site_orbit;  // per site: the smallest site of its orbit
  // Empty: any combination of uses is allowed. Otherwise uses must fit into one pattern; the list
  // is closed under the automorphisms on loading.
  std::vector<Pattern> patterns;
  std::int64_t count = 0;  // occurrences in the corpus, 0 if unknown
  int num_heavy_atoms = 0;
  // For a synthon (Vocabulary::reactions()): purchasable compounds that become it, and the orders
  // in which its slots may be used; lists are per site.
  std::vector<SynthonOrigin> origins;
  std::vector<SynthonPlan> plans;
};

// A way to attach a new fragment: one orbit of its sites. Indexes the columns of attachment logits.
struct Block {
  int fragment = 0;
  int site = 0;  // the orbit's smallest site
};

class Vocabulary {
 public:
  // Reads the JSON file (docs/vocabulary.md): {"fragments": [...], "joins": [...]} or a plain list
  // of [smiles, [atoms]]. Throws UserError naming file, entry and reason: unparsable SMILES, slot
  // out of range, not enough hydrogens, duplicate fragment, unknown type.
  static Vocabulary load(const std::filesystem::path& path);
  static Vocabulary parse(const std::string& json_text, const std::string& source);
  // The same from plain data (src/chem/vocabulary_spec.hpp).
  static Vocabulary from_spec(const VocabularySpec& spec, const std::string& source);

  int size() const { return static_cast<int>(fragments_.size()); }
  const Fragment& fragment(int index) const { return fragments_[index]; }
  const std::vector<Fragment>& fragments() const { return fragments_; }

  // Ordered by (fragment, site). block_of(fragment, site) maps any site to its orbit's block.
  const std::vector<Block>& blocks() const { return blocks_; }
  int block_of(int fragment, int site) const { return block_of_[fragment][site]; }

  int num_types() const { return static_cast<int>(type_names_.size()); }
  const std::string& type_name(int type) const { return type_names_[type]; }  // type 0: ""
  // Every type that may join some type of the mask.
  TypeMask partners(TypeMask types) const;
  // True if some type of a joins some type of b.
  bool can_join(TypeMask a, TypeMask b) const { return (partners(a) & b) != 0; }
  bool has_patterns() const { return has_patterns_; }
  // Not null: fragments are synthons, joins are reactions, and a molecule is complete when no slot
  // is open.
  const ReactionList* reactions() const { return reactions_.get(); }

  // The unordered pairs of named types that may join (empty if everything is untyped).
  std::vector<std::pair<int, int>> joins() const;
  // Indices of fragments none of whose sites can join anything in this vocabulary.
  std::vector<int> isolated_fragments() const;

  // The file format; parse(to_json()) gives the same vocabulary.
  std::string to_json() const;
  VocabularySpec to_spec() const;

 private:
  std::vector<Fragment> fragments_;
  std::vector<Block> blocks_;
  std::vector<std::vector<int>> block_of_;
  std::vector<std::string> type_names_ = {""};
  std::vector<TypeMask> partners_ = {~TypeMask{0}};  // per type: the types it joins
  bool has_patterns_ = false;
  std::shared_ptr<const ReactionList> reactions_;
};

}  // namespace fragflow
