#include "src/design/design_objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Kind = ObjectiveWish::Kind;

constexpr const char* kGrammar =
    "NAME high, NAME low, NAME above X, NAME below X, NAME between X and Y, or the difference NAME "
    "- NAME in place of NAME";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// Whether `part` occurs in `text` as whole words, so that "C" is not part of "IC50".
bool has_words(std::string_view text, std::string_view part) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    const bool begins = at == 0 || !is_word(text[at - 1]) || !is_word(part.front());
    const bool ends = end == text.size() || !is_word(text[end]) || !is_word(part.back());
    if (begins && ends) return true;
  }
  return false;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == text.npos) break;
    at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    words.emplace_back(text.substr(begin, at - begin));
  }
  return words;
}

double number_of(const std::string& word, std::string_view clause) {
  const auto number = parse_double(word);
  if (number) return *number;
  user_error(
      "--objective: '{}' in '{}' is not a number (with a point, in the unit that is learned: "
      "p-units "
      "for concentrations, 100 nM is 7)",
      word, trim(clause));
}

std::string joined(const std::vector<std::string>& words, std::size_t count) {
  return join({words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)}, " ");
}

// Parses these words as a clause; empty if they do not end like one.
std::optional<ObjectivePhrase> read_phrase(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  const std::size_t count = words.size();
  const auto word = [&](std::size_t from_end) {
    return from_end < count ? lower(words[count - 1 - from_end]) : std::string();
  };
  ObjectivePhrase phrase;
  if (word(0) == "high" || word(0) == "low") {
    phrase.wish.kind = word(0) == "high" ? Kind::kHigh : Kind::kLow;
    phrase.subject = joined(words, count - 1);
  } else if (word(1) == "above" || word(1) == "below") {
    const bool above = word(1) == "above";
    phrase.wish.kind = above ? Kind::kAbove : Kind::kBelow;
    (above ? phrase.wish.low : phrase.wish.high) = number_of(words[count - 1], text);
    phrase.subject = joined(words, count - 2);
  } else if (word(3) == "between" && word(1) == "and") {
    phrase.wish = {Kind::kBetween, number_of(words[count - 3], text),
                   number_of(words[count - 1], text)};
    if (phrase.wish.low >= phrase.wish.high) {
      user_error("--objective: the window in '{}' is reversed or empty: between {} and {}",
                 trim(text), phrase.wish.high, phrase.wish.low);
    }
    phrase.subject = joined(words, count - 4);
  } else {
    return {};
  }
  return phrase;
}

class Subjects {
 public:
  explicit Subjects(std::span<const ObjectiveTarget> targets) : targets_(targets) {}

  std::vector<ObjectiveTerm> terms_of(const std::string& subject) const {
    if (const auto one = find(subject)) return {{*one, 1}};
    std::vector<std::vector<ObjectiveTerm>> found;
    for (std::size_t at = subject.find('-'); at != subject.npos; at = subject.find('-', at + 1)) {
      const auto a = find(trim(subject.substr(0, at))), b = find(trim(subject.substr(at + 1)));
      if (a && b) found.push_back({{*a, 1}, {*b, -1}});
    }
    if (found.size() != 1) fail(subject, found.size() > 1);
    const std::size_t a = found[0][0].target, b = found[0][1].target;
    if (a == b) user_error("--objective: '{}' is the difference of a column from itself", subject);
    if (targets_[a].unit != targets_[b].unit) {
      user_error(
          "--objective: '{}' is a difference of values in {} and in {}: only what is learned in "
          "one "
          "unit can be subtracted",
          subject, unit_name(a), unit_name(b));
    }
    return found[0];
  }

 private:
  std::string unit_name(std::size_t target) const {
    const std::string& unit = targets_[target].unit;
    return unit == "p" ? "p-units" : unit.empty() ? "an own unit" : "'" + unit + "'";
  }

  std::optional<std::size_t> find(std::string_view text) const {
    if (text.empty()) return {};
    const std::string wanted = lower(text);
    const auto only = [&](auto&& fits) {
      std::optional<std::size_t> place;
      std::size_t count = 0;
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (!fits(targets_[i])) continue;
        place = i;
        ++count;
      }
      return count == 1 ? place : std::nullopt;
    };
    // Exact matches before those ignoring case, and whole names before parts.
    if (const auto i = only([&](const auto& t) { return t.name == text || t.given == text; }))
      return i;
    if (const auto i = only(
            [&](const auto& t) { return lower(t.name) == wanted || lower(t.given) == wanted; })) {
      return i;
    }
    if (text.front() == '#') {
      return only([&](const auto& t) { return fmt::format("#{}", t.number) == text; });
    }
    return only([&](const auto& t) { return has_words(lower(t.name), wanted); });
  }

  [[noreturn]] void fail(const std::string& subject, bool several) const {
    std::vector<std::string> names, fitting;
    for (const ObjectiveTarget& target : targets_) {
      names.push_back("'" + target.name + "'");
      if (has_words(lower(target.name), lower(subject))) fitting.push_back(names.back());
    }
    if (several || fitting.size() > 1) {
      user_error("--objective: '{}' may mean several: {}", subject,
                 join(fitting.size() > 1 ? fitting : names));
    }
    std::vector<std::string> plain;
    for (const ObjectiveTarget& target : targets_) plain.push_back(target.name);
    user_error(
        "--objective: '{}' is no column that is learned{}; those are: {} (each --target names one)",
        subject, did_you_mean(subject, plain), join(names));
  }

  std::span<const ObjectiveTarget> targets_;
};

// The same wish for the negative.
ObjectiveWish negated(const ObjectiveWish& wish) {
  ObjectiveWish result{wish.kind, -wish.high, -wish.low};
  if (wish.kind == Kind::kHigh) result.kind = Kind::kLow;
  if (wish.kind == Kind::kLow) result.kind = Kind::kHigh;
  if (wish.kind == Kind::kAbove) result.kind = Kind::kBelow;
  if (wish.kind == Kind::kBelow) result.kind = Kind::kAbove;
  return result;
}

// Orders targets: B - A low becomes A - B high, which is equivalent.
ObjectiveClause in_order(ObjectiveClause clause) {
  if (clause.terms.size() == 2 && clause.terms[0].target > clause.terms[1].target) {
    clause.terms = {{clause.terms[1].target, 1}, {clause.terms[0].target, -1}};
    clause.wish = negated(clause.wish);
  }
  return clause;
}

bool same_subject(const ObjectiveClause& a, const ObjectiveClause& b) {
  if (a.terms.size() != b.terms.size()) return false;
  for (std::size_t i = 0; i < a.terms.size(); ++i) {
    if (a.terms[i].target != b.terms[i].target) return false;
  }
  return true;
}

// Allows one wish per subject, or a lower and an upper end with room between them.
void refuse_contradiction(const ObjectiveClause& a, const ObjectiveClause& b,
                          const std::string& first, const std::string& second) {
  const ObjectiveWish x = in_order(a).wish, y = in_order(b).wish;
  const bool window = (x.kind == Kind::kAbove && y.kind == Kind::kBelow && x.low < y.high) ||
                      (x.kind == Kind::kBelow && y.kind == Kind::kAbove && y.low < x.high);
  if (window) return;
  const bool same = x.kind == y.kind && x.low == y.low && x.high == y.high;
  user_error("--objective: '{}' and '{}' {}", first, second,
             same ? "ask for the same; say it once"
                  : "contradict each other: ask once for what one value should be");
}

// A low, B high and A - B high cannot all be satisfied.
void refuse_impossible_difference(std::span<const ObjectiveClause> clauses,
                                  std::span<const std::string> names) {
  std::map<std::size_t, Kind> single;
  for (const ObjectiveClause& clause : clauses) {
    if (clause.terms.size() == 1) single[clause.terms[0].target] = clause.wish.kind;
  }
  const auto wants = [&](std::size_t target, Kind kind) {
    const auto found = single.find(target);
    return found != single.end() && found->second == kind;
  };
  for (const ObjectiveClause& written : clauses) {
    if (written.terms.size() != 2) continue;
    const std::size_t a = written.terms[0].target, b = written.terms[1].target;
    const Kind kind = written.wish.kind;
    if ((kind == Kind::kHigh && wants(a, Kind::kLow) && wants(b, Kind::kHigh)) ||
        (kind == Kind::kLow && wants(a, Kind::kHigh) && wants(b, Kind::kLow))) {
      user_error("--objective: '{}' contradicts what is asked of '{}' and '{}' alone",
                 clause_text(written, names), names[a], names[b]);
    }
  }
}

std::string without_brackets(const std::string& name) {
  std::string kept;
  int depth = 0;
  for (const char c : name) {
    depth += c == '(' || c == '[';
    if (depth == 0) kept += c;
    if ((c == ')' || c == ']') && depth > 0) --depth;
  }
  return kept;
}

std::string plain_key(const std::string& text) {
  std::string key;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    if (plain) {
      key += c;
    } else if (!key.empty() && key.back() != '_') {
      key += '_';
    }
  }
  const std::size_t begin = key.find_first_not_of("._-"), end = key.find_last_not_of("._-");
  constexpr std::size_t kLongest = 40;
  return begin == key.npos ? "" : key.substr(begin, std::min(end - begin + 1, kLongest));
}

}  // namespace

std::vector<ObjectivePhrase> parse_objective(const std::string& text) {
  std::vector<ObjectivePhrase> phrases;
  if (trim(text).empty()) return phrases;
  // A comma within a name does not end a clause, since no wish precedes it.
  std::string pending;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(",;", begin), text.size());
    pending += text.substr(begin, end - begin);
    if (const auto phrase = read_phrase(pending)) {
      if (phrase->subject.empty()) {
        user_error("--objective: '{}' does not say of which column; expected {}", trim(pending),
                   kGrammar);
      }
      phrases.push_back(*phrase);
      pending.clear();
    } else if (end < text.size() && !trim(pending).empty()) {
      pending += text[end];
    }
    begin = end + 1;
  }
  if (!trim(pending).empty()) {
    user_error("--objective: '{}' is no clause; expected {}", trim(pending), kGrammar);
  }
  if (phrases.empty()) user_error("--objective: '{}' has no clause; expected {}", text, kGrammar);
  return phrases;
}

std::vector<ObjectiveClause> resolve_objective(std::span<const ObjectivePhrase> phrases,
                                               std::span<const ObjectiveTarget> targets) {
  const Subjects subjects(targets);
  std::vector<std::string> names;
  for (const ObjectiveTarget& target : targets) names.push_back(target.name);
  std::vector<ObjectiveClause> clauses;
  for (const ObjectivePhrase& phrase : phrases) {
    const ObjectiveClause clause{subjects.terms_of(phrase.subject), phrase.wish};
    for (const ObjectiveClause& earlier : clauses) {
      if (!same_subject(in_order(earlier), in_order(clause))) continue;
      refuse_contradiction(earlier, clause, clause_text(earlier, names),
                           clause_text(clause, names));
    }
    clauses.push_back(clause);
  }
  refuse_impossible_difference(clauses, names);
  return clauses;
}

std::string clause_text(const ObjectiveClause& clause, std::span<const std::string> names) {
  std::string text = names[clause.terms[0].target];
  if (clause.terms.size() == 2) text += " - " + names[clause.terms[1].target];
  const ObjectiveWish& wish = clause.wish;
  switch (wish.kind) {
    case Kind::kHigh:
      return text + " high";
    case Kind::kLow:
      return text + " low";
    case Kind::kAbove:
      return fmt::format("{} above {}", text, wish.low);
    case Kind::kBelow:
      return fmt::format("{} below {}", text, wish.high);
    case Kind::kBetween:
      break;
  }
  return fmt::format("{} between {} and {}", text, wish.low, wish.high);
}

std::vector<std::string> made_different(std::vector<std::string> names,
                                        std::span<const std::string> taken) {
  std::set<std::string> used;
  for (const std::string& name : taken) used.insert(lower(name));
  for (std::string& name : names) {
    std::string unique = name;
    for (int i = 2; !used.insert(lower(unique)).second; ++i) unique = fmt::format("{}_{}", name, i);
    name = unique;
  }
  return names;
}

std::vector<std::string> target_keys(std::span<const std::string> names,
                                     std::span<const std::string> taken) {
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    std::string key = plain_key(without_brackets(name));
    if (key.empty()) key = plain_key(name);
    keys.push_back(key.empty() ? "target" : key);
  }
  return made_different(std::move(keys), taken);
}

}  // namespace fragflow
