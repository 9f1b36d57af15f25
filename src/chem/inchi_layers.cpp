#include "src/chem/inchi_layers.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

constexpr std::string_view kPrefix = "InChI=";
// Limit for numbers of atoms, hydrogens, parts and charges.
constexpr unsigned kMost = 1000;
constexpr int kMostCharges = 99;
constexpr std::size_t kMostNeighbours = 12;

// Thrown and caught in this file.
struct Fault {
  std::string what;
};

// Reads a text from its start.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char next() const { return text_.empty() ? '\0' : text_.front(); }
  bool at_digit() const { return std::isdigit(static_cast<unsigned char>(next())) != 0; }

  bool skip(char c) {
    if (next() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c, const char* where) {
    if (!skip(c)) throw Fault{where};
  }
  // From 1 to kMost, without leading zeros.
  unsigned number(const char* where) {
    if (!at_digit() || next() == '0') throw Fault{where};
    unsigned value = 0;
    for (; at_digit(); text_.remove_prefix(1)) {
      value = 10 * value + static_cast<unsigned>(next() - '0');
      if (value > kMost) throw Fault{where};
    }
    return value;
  }
  unsigned number_or_one(const char* where) { return at_digit() ? number(where) : 1; }
  std::string_view element() {
    if (!std::isupper(static_cast<unsigned char>(next()))) throw Fault{"the formula"};
    const bool two = text_.size() > 1 && std::islower(static_cast<unsigned char>(text_[1]));
    const std::string_view found = text_.substr(0, two ? 2 : 1);
    text_.remove_prefix(found.size());
    return found;
  }

 private:
  std::string_view text_;
};

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_one_of(std::string_view layer, std::string_view names) {
  return !layer.empty() && names.find(layer.front()) != names.npos;
}

bool has_layer(std::string_view text, std::string_view names) {
  const auto layers = split(trim(text), '/');
  return layers.size() > 2 && std::any_of(layers.begin() + 2, layers.end(),
                                          [&](auto layer) { return is_one_of(layer, names); });
}

struct Part {
  unsigned atoms = 0, hydrogens = 0;
};

std::vector<Part> read_formula(std::string_view text) {
  std::vector<Part> parts;
  for (const std::string_view one : split(text, '.')) {
    Cursor cursor(one);
    const unsigned times = cursor.number_or_one("the formula");
    Part part;
    while (!cursor.at_end()) {
      const bool is_hydrogen = cursor.element() == "H";
      const unsigned count = cursor.number_or_one("the formula");
      (is_hydrogen ? part.hydrogens : part.atoms) += count;
    }
    if (part.atoms == 0) throw Fault{"a part without atoms other than hydrogen"};
    if (parts.size() + times > kMost || part.atoms > kMost) throw Fault{"the formula: too large"};
    parts.insert(parts.end(), times, part);
  }
  return parts;
}

// The texts of a layer for each part: "2*1-2(3)4;" has three, the last empty.
std::vector<std::string_view> texts_of_parts(std::string_view layer, std::size_t parts,
                                             const char* where) {
  std::vector<std::string_view> texts;
  for (std::string_view text : split(layer, ';')) {
    std::size_t times = 1;
    if (const std::size_t star = text.find('*'); star != text.npos) {
      Cursor cursor(text.substr(0, star));
      times = cursor.number(where);
      if (!cursor.at_end()) throw Fault{where};
      text.remove_prefix(star + 1);
    }
    if (texts.size() + times > parts) throw Fault{where};
    texts.insert(texts.end(), times, text);
  }
  if (texts.size() != parts) throw Fault{where};
  return texts;
}

// "1-2(3)4": bonds between neighbours in the text, branches in brackets.
class Connections {
 public:
  explicit Connections(unsigned atoms) : neighbours_(atoms + 1) {}

  void read(std::string_view text) {
    if (text.empty()) {
      if (neighbours_.size() > 2) throw Fault{kWhere};
      return;
    }
    Cursor cursor(text);
    std::vector<unsigned> open;  // atoms with a branch
    unsigned last = atom(cursor);
    while (!cursor.at_end()) {
      if (cursor.skip('(')) {
        open.push_back(last);
      } else if (cursor.skip(',')) {
        if (open.empty()) throw Fault{kWhere};
        last = open.back();
      } else if (cursor.skip(')')) {
        if (open.empty()) throw Fault{kWhere};
        last = open.back();
        open.pop_back();
      } else {
        cursor.expect('-', kWhere);
      }
      const unsigned next = atom(cursor);
      bond(last, next);
      last = next;
    }
    if (!open.empty()) throw Fault{kWhere};
    require_connected();
  }

 private:
  static constexpr const char* kWhere = "the connections (/c)";

  unsigned atom(Cursor& cursor) const {
    const unsigned number = cursor.number(kWhere);
    if (number >= neighbours_.size()) throw Fault{kWhere};
    return number;
  }

  void bond(unsigned a, unsigned b) {
    const bool known =
        std::find(neighbours_[a].begin(), neighbours_[a].end(), b) != neighbours_[a].end();
    neighbours_[a].push_back(b);
    neighbours_[b].push_back(a);
    if (a == b || known ||
        std::max(neighbours_[a].size(), neighbours_[b].size()) > kMostNeighbours) {
      throw Fault{kWhere};
    }
  }

  void require_connected() const {
    std::vector<bool> seen(neighbours_.size());
    std::vector<unsigned> stack = {1};
    seen[1] = true;
    std::size_t count = 1;
    while (!stack.empty()) {
      const unsigned from = stack.back();
      stack.pop_back();
      for (const unsigned to : neighbours_[from]) {
        if (seen[to]) continue;
        seen[to] = true;
        ++count;
        stack.push_back(to);
      }
    }
    if (count + 1 != neighbours_.size()) throw Fault{kWhere};
  }

  std::vector<std::vector<unsigned>> neighbours_;  // [0] is unused
};

// "2-5,11H,1H3,(H,9,10)": hydrogens of single atoms, and shared ones.
class Hydrogens {
 public:
  // first: the number of atoms before this part.
  Hydrogens(const Part& part, unsigned first) : part_(part), first_(first), seen_(part.atoms + 1) {}

  void read(std::string_view text, std::vector<MobileGroup>& groups) {
    Cursor cursor(text);
    if (!cursor.at_end() && cursor.next() != '(') read_own(cursor);
    while (cursor.skip('(')) {
      groups.push_back(read_shared(cursor));
      if (!cursor.at_end() && cursor.next() != '(') throw Fault{kWhere};
    }
    if (!cursor.at_end() || total_ != part_.hydrogens) throw Fault{kWhere};
  }

 private:
  static constexpr const char* kWhere = "the hydrogens (/h)";

  unsigned atom(Cursor& cursor) {
    const unsigned number = cursor.number(kWhere);
    if (number > part_.atoms) throw Fault{kWhere};
    return number;
  }

  // After the last one, a comma precedes shared hydrogens.
  void read_own(Cursor& cursor) {
    do {
      if (cursor.next() == '(') return;
      unsigned atoms = 0;
      do {
        const unsigned from = atom(cursor), to = cursor.skip('-') ? atom(cursor) : from;
        for (unsigned a = from; a <= to; ++a) mark(a);
        if (to < from) throw Fault{kWhere};
        atoms += to - from + 1;
      } while (cursor.skip(','));
      cursor.expect('H', kWhere);
      total_ += atoms * cursor.number_or_one(kWhere);
    } while (cursor.skip(','));
  }

  MobileGroup read_shared(Cursor& cursor) {
    cursor.expect('H', kWhere);
    unsigned count = cursor.number_or_one(kWhere);
    if (cursor.skip('-')) cursor.number_or_one(kWhere);  // charges that are shared as well
    total_ += count;
    MobileGroup group;
    while (cursor.skip(',')) {
      const unsigned number = atom(cursor);
      group.push_back(first_ + number - 1);
    }
    cursor.expect(')', kWhere);
    if (group.size() < 2) throw Fault{kWhere};
    std::vector<unsigned> sorted = group;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) throw Fault{kWhere};
    return group;
  }

  void mark(unsigned atom) {
    if (seen_[atom]) throw Fault{kWhere};
    seen_[atom] = true;
  }

  Part part_;
  unsigned first_;
  unsigned total_ = 0;
  std::vector<bool> seen_;
};

// "+1", "-2".
int read_charge(std::string_view text, const char* where) {
  Cursor cursor(text);
  const bool negative = cursor.next() == '-';
  if (!cursor.skip('-')) cursor.expect('+', where);
  const int value = static_cast<int>(cursor.number(where));
  if (!cursor.at_end() || value > kMostCharges) throw Fault{where};
  return negative ? -value : value;
}

InchiLayers read_layers(std::string_view text) {
  std::vector<std::string_view> layers = split(trim(text), '/');
  if (layers[0] != "InChI=1S" && layers[0] != "InChI=1") throw Fault{"no InChI of version 1"};
  if (layers.size() < 2) throw Fault{"no formula"};
  const std::vector<Part> parts = read_formula(layers[1]);
  InchiLayers result;
  result.main = fmt::format("{}/{}", layers[0], layers[1]);
  for (const Part& part : parts) result.atoms += part.atoms;
  std::string_view before = "";  // names of layers that must not follow any more
  std::string_view connections, hydrogens;
  bool is_isotopic = false;
  for (std::size_t i = 2; i < layers.size(); ++i) {
    const std::string_view layer = layers[i];
    if (is_one_of(layer, "fro")) throw Fault{"layers of fixed hydrogens or metal bonds (/f, /r)"};
    is_isotopic |= is_one_of(layer, "i");
    if (is_isotopic || is_one_of(layer, "btms")) continue;
    constexpr std::string_view kOrder = "chqp";
    const std::size_t at = layer.empty() ? kOrder.npos : kOrder.find(layer.front());
    if (at == kOrder.npos || (!before.empty() && kOrder.find(before.back()) >= at)) {
      throw Fault{fmt::format("the layer '/{}'", layer.substr(0, 10))};
    }
    before = kOrder.substr(0, at + 1);
    const std::string_view content = layer.substr(1);
    if (layer.front() == 'c') connections = content;
    if (layer.front() == 'h') hydrogens = content;
    if (layer.front() == 'q') {
      for (const std::string_view charge : texts_of_parts(content, parts.size(), "charges (/q)")) {
        if (!charge.empty()) read_charge(charge, "charges (/q)");
      }
    }
    if (layer.front() == 'p') read_charge(content, "protons (/p)");
    result.main += fmt::format("/{}", layer);
  }
  const std::string none(parts.size() - 1, ';');
  const auto bonds = texts_of_parts(connections.empty() ? std::string_view(none) : connections,
                                    parts.size(), "the connections (/c)");
  const auto bearers = texts_of_parts(hydrogens.empty() ? std::string_view(none) : hydrogens,
                                      parts.size(), "the hydrogens (/h)");
  unsigned first = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Connections(parts[i].atoms).read(bonds[i]);
    Hydrogens(parts[i], first).read(bearers[i], result.mobile);
    first += parts[i].atoms;
  }
  return result;
}

}  // namespace

bool is_inchi(std::string_view text) { return trim(text).starts_with(kPrefix); }

bool inchi_has_stereo(std::string_view text) { return has_layer(text, "btms"); }

bool inchi_has_isotopes(std::string_view text) { return has_layer(text, "i"); }

std::optional<InchiLayers> read_inchi_layers(std::string_view text, std::string& reason) {
  try {
    return read_layers(text);
  } catch (const Fault& fault) {
    reason = fmt::format("not a whole InChI: {}", fault.what);
    return {};
  }
}

}  // namespace fragflow
