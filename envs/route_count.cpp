#include "envs/route_count.hpp"

#include <utility>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using Message = RouteRules::Message;

// Half chains that end in an open slot, grouped by their message there.
struct Kinds {
  std::vector<std::pair<Message, double>> counts;

  void add(Message message, double count) {
    bool is_possible = false;
    for (const auto& reach : message) is_possible |= !reach.none();
    if (!is_possible) return;
    for (auto& [known, total] : counts) {
      if (known != message) continue;
      total += count;
      return;
    }
    counts.emplace_back(std::move(message), count);
  }
};

// Two-slot synthons that all rules treat alike.
struct Middle {
  int fragment = 0;
  bool is_symmetric = false;
  double count = 0;
};

class Counter {
 public:
  explicit Counter(const FragmentTree& environment) : rules_(environment.routes()) {
    const Vocabulary& vocabulary = environment.vocabulary();
    for (int f = 0; f < vocabulary.size(); ++f) {
      const Fragment& fragment = vocabulary.fragment(f);
      if (!environment.is_allowed(f)) continue;
      FRAGFLOW_CHECK(fragment.sites.size() <= 2, "{} has {} slots", fragment.smiles,
                     fragment.sites.size());
      if (fragment.sites.size() == 1) ends_.add(rules_.message(f, 0, {nullptr}), 1);
      if (fragment.sites.size() == 2) add_middle(vocabulary, f);
    }
  }

  std::vector<double> run(int max_fragments) {
    std::vector<double> result(max_fragments + 1, 0);
    std::vector<Kinds> chains = {{}, ends_};
    for (int n = 2; n <= max_fragments; ++n) {
      const int half = n / 2;
      while (static_cast<int>(chains.size()) <= half) chains.push_back(extended(chains.back()));
      result[n] = n % 2 == 0 ? count_even(chains[half]) : count_odd(chains[half]);
    }
    return result;
  }

 private:
  void add_middle(const Vocabulary& vocabulary, int f) {
    const Fragment& fragment = vocabulary.fragment(f);
    const bool is_symmetric = fragment.site_orbit[1] == 0;
    for (Middle& known : middles_) {
      if (known.is_symmetric != is_symmetric ||
          vocabulary.fragment(known.fragment).plans != fragment.plans) {
        continue;
      }
      ++known.count;
      return;
    }
    middles_.push_back({f, is_symmetric, 1});
  }

  // The message of a middle at one site if this chain is joined to the other.
  Message through(const Middle& middle, int in, const Message& chain) const {
    std::vector<const Message*> from(2, nullptr);
    from[in] = &chain;
    return rules_.message(middle.fragment, 1 - in, from);
  }

  Kinds extended(const Kinds& chains) const {
    Kinds longer;
    for (const Middle& middle : middles_) {
      for (const auto& [message, count] : chains.counts) {
        for (int in = 0; in < (middle.is_symmetric ? 1 : 2); ++in) {
          longer.add(through(middle, in, message), middle.count * count);
        }
      }
    }
    return longer;
  }

  double count_even(const Kinds& halves) const {
    double ordered = 0, palindromes = 0;
    for (const auto& [a, count_a] : halves.counts) {
      for (const auto& [b, count_b] : halves.counts) {
        if (rules_.can_join(a, b)) ordered += count_a * count_b;
      }
      if (rules_.can_join(a, a)) palindromes += count_a;
    }
    return (ordered + palindromes) / 2;
  }

  double count_odd(const Kinds& halves) const {
    double total = 0;
    for (const Middle& middle : middles_) {
      double ordered = 0, palindromes = 0;
      for (const auto& [a, count_a] : halves.counts) {
        const Message here = through(middle, 0, a);
        for (const auto& [b, count_b] : halves.counts) {
          if (rules_.can_join(here, b)) ordered += count_a * count_b;
        }
        if (rules_.can_join(here, a)) palindromes += count_a;
      }
      total += middle.count * (middle.is_symmetric ? (ordered + palindromes) / 2 : ordered);
    }
    return total;
  }

  const RouteRules& rules_;
  Kinds ends_;
  std::vector<Middle> middles_;
};

}  // namespace

std::vector<double> count_products(const FragmentTree& environment, int max_fragments) {
  FRAGFLOW_CHECK(environment.has_routes() && environment.start() < 0,
                 "products are counted of synthons, without a start");
  return Counter(environment).run(max_fragments);
}

}  // namespace fragflow
