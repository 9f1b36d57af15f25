#include "src/chem/synthesis/reaction_list.hpp"

#include <algorithm>
#include <bit>

#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

// An object of the file with its location, for messages.
class Entry {
 public:
  Entry(const Json& value, std::string where, const std::vector<std::string>& keys)
      : value_(value), where_(std::move(where)) {
    if (!value.is_object()) user_error("{}: must be an object {{...}}", where_);
    if (value.contains("name") && value["name"].is_string()) {
      where_ += " (" + value["name"].get<std::string>() + ")";
    }
    for (const auto& [key, unused] : value.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        user_error("{}: unknown key \"{}\"{} (known: {})", where_, key, did_you_mean(key, keys),
                   join(keys));
      }
    }
  }

  const std::string& where() const { return where_; }
  bool has(const char* key) const { return value_.contains(key); }

  const Json& at(const char* key) const {
    if (!has(key)) user_error("{}: has no \"{}\"", where_, key);
    return value_[key];
  }
  std::string text(const char* key) const {
    if (!at(key).is_string() || at(key).get<std::string>().empty()) {
      user_error("{}: \"{}\" must be a text that is not empty", where_, key);
    }
    return at(key).get<std::string>();
  }
  std::vector<std::string> texts(const char* key) const { return texts_of(at(key), key); }
  std::vector<std::string> texts_of(const Json& list, const char* key) const {
    const auto is_text = [](const Json& item) { return item.is_string(); };
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_text)) {
      user_error("{}: \"{}\" must be a list of texts", where_, key);
    }
    return list.get<std::vector<std::string>>();
  }

 private:
  const Json& value_;
  std::string where_;
};

template <typename Item>
int find_name(const std::vector<Item>& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? -1 : static_cast<int>(found - items.begin());
}

template <typename Item>
int known_name(const std::vector<Item>& items, const std::string& name, const char* what,
               const std::string& where) {
  const int index = find_name(items, name);
  if (index >= 0) return index;
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  user_error("{}: there is no {} \"{}\"{}", where, what, name, did_you_mean(name, names));
}

template <typename Item>
void add_new(std::vector<Item>& items, Item item, const std::string& where) {
  if (find_name(items, item.name) >= 0) user_error("{}: the name is used twice", where);
  items.push_back(std::move(item));
}

FunctionalGroup read_group(const Entry& entry) {
  FunctionalGroup group{entry.text("name"), entry.text("smarts"), false};
  if (entry.has("keep")) {
    if (!entry.at("keep").is_boolean()) {
      user_error("{}: \"keep\" must be true or false", entry.where());
    }
    group.keep = entry.at("keep").get<bool>();
  }
  return group;
}

Reaction read_reaction(const Entry& entry, const ReactionList& list) {
  Reaction reaction;
  reaction.name = entry.text("name");
  reaction.kind = entry.text("class");
  reaction.smarts = entry.text("smarts");
  reaction.conditions = entry.text("conditions");
  const auto roles = entry.texts("roles");
  if (roles.size() != 2) user_error("{}: \"roles\" must name two roles", entry.where());
  for (int side = 0; side < 2; ++side) {
    reaction.roles[side] = known_name(list.roles, roles[side], "role", entry.where());
  }
  if (entry.has("yield")) {
    const Json& yield = entry.at("yield");
    if (!yield.is_number() || yield.get<double>() <= 0 || yield.get<double>() > 1) {
      user_error("{}: \"yield\" must be a number above 0, at most 1", entry.where());
    }
    reaction.yield = yield.get<double>();
  }
  for (const std::string& name : entry.texts("forbids")) {
    reaction.forbids.push_back(known_name(list.groups, name, "group", entry.where()));
  }
  if (!entry.at("examples").is_array()) {
    user_error("{}: \"examples\" must be a list", entry.where());
  }
  for (const Json& example : entry.at("examples")) {
    const auto texts = entry.texts_of(example, "examples");
    if (texts.size() != 3) {
      user_error("{}: an example must be [reactant, reactant, product]", entry.where());
    }
    reaction.examples.push_back({texts[0], texts[1], texts[2]});
  }
  return reaction;
}

std::string block_json(const char* name, const std::vector<Json>& items, const std::string& blank) {
  std::string text = fmt::format("\"{}\": [\n", name);
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += blank + "  " + items[i].dump() + (i + 1 < items.size() ? ",\n" : "\n");
  }
  return text + blank + " ]";
}

}  // namespace

int ReactionList::find_role(const std::string& name) const { return find_name(roles, name); }
int ReactionList::find_group(const std::string& name) const { return find_name(groups, name); }

SideMask ReactionList::sides_of(int role) const {
  SideMask mask;
  for (std::size_t r = 0; r < reactions.size(); ++r) {
    for (int side = 0; side < 2; ++side) {
      if (reactions[r].roles[side] == role) mask.set(side_bit(static_cast<int>(r), side));
    }
  }
  return mask;
}

GroupMask ReactionList::forbidden(int reaction) const {
  GroupMask mask = 0;
  for (const int group : reactions[reaction].forbids) mask |= GroupMask{1} << group;
  for (const int role : reactions[reaction].roles) mask |= GroupMask{1} << roles[role].group;
  return mask;
}

bool ReactionList::has_reactive_pair(GroupMask mask) const {
  return std::any_of(reactions.begin(), reactions.end(), [&](const Reaction& reaction) {
    const int a = roles[reaction.roles[0]].group, b = roles[reaction.roles[1]].group;
    return a != b && (mask >> a & 1) != 0 && (mask >> b & 1) != 0;
  });
}

GroupMask ReactionList::keepable() const {
  GroupMask mask = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].keep) mask |= GroupMask{1} << g;
  }
  return mask;
}

std::vector<std::string> ReactionList::names_of(GroupMask mask) const {
  std::vector<std::string> names;
  for (GroupMask rest = mask; rest != 0; rest &= rest - 1) {
    names.push_back(groups[std::countr_zero(rest)].name);
  }
  return names;
}

std::string ReactionList::group_names(GroupMask mask) const { return join(names_of(mask)); }

ReactionList parse_reactions(const std::string& json_text, const std::string& source) {
  if (trim(json_text).empty()) user_error("{}: the file is empty", source);
  const Json json = name_place(source + ": not JSON", [&] { return parse_json<Json>(json_text); });
  const Entry file(json, source, {"groups", "roles", "reactions"});
  ReactionList list;
  const auto for_each = [&](const char* key, const char* what, std::size_t limit,
                            const std::vector<std::string>& keys, const auto& add) {
    const Json& items = file.at(key);
    if (!items.is_array() || items.empty()) user_error("{}: \"{}\" must be a list", source, key);
    if (items.size() > limit) {
      user_error("{}: {} {}; at most {} are possible", source, items.size(), key, limit);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      add(Entry(items[i], fmt::format("{}: {} {}", source, what, i), keys));
    }
  };
  for_each("groups", "group", kMaxGroups, {"name", "smarts", "keep"},
           [&](const Entry& entry) { add_new(list.groups, read_group(entry), entry.where()); });
  for_each("roles", "role", 1000, {"name", "group", "synthon", "type"}, [&](const Entry& entry) {
    const int group = known_name(list.groups, entry.text("group"), "group", entry.where());
    add_new(list.roles,
            SynthonRole{entry.text("name"), group, entry.text("synthon"), entry.text("type")},
            entry.where());
  });
  for_each("reactions", "reaction", kMaxReactions,
           {"name", "class", "roles", "smarts", "conditions", "yield", "forbids", "examples"},
           [&](const Entry& entry) {
             add_new(list.reactions, read_reaction(entry, list), entry.where());
           });
  return list;
}

std::string reactions_json(const ReactionList& list, int indent) {
  std::vector<Json> groups, roles, reactions;
  for (const FunctionalGroup& group : list.groups) {
    Json& out = groups.emplace_back(Json{{"name", group.name}, {"smarts", group.smarts}});
    if (group.keep) out["keep"] = true;
  }
  for (const SynthonRole& role : list.roles) {
    roles.push_back({{"name", role.name},
                     {"group", list.groups[role.group].name},
                     {"synthon", role.synthon},
                     {"type", role.type}});
  }
  for (const Reaction& reaction : list.reactions) {
    Json& out = reactions.emplace_back(
        Json{{"name", reaction.name},
             {"class", reaction.kind},
             {"roles", {list.roles[reaction.roles[0]].name, list.roles[reaction.roles[1]].name}},
             {"smarts", reaction.smarts},
             {"conditions", reaction.conditions}});
    if (reaction.yield) out["yield"] = *reaction.yield;
    out["forbids"] = Json::array();
    for (const int group : reaction.forbids) out["forbids"].push_back(list.groups[group].name);
    out["examples"] = reaction.examples;
  }
  const std::string blank(indent, ' ');
  return "{\n" + blank + " " + block_json("groups", groups, blank) + ",\n" + blank + " " +
         block_json("roles", roles, blank) + ",\n" + blank + " " +
         block_json("reactions", reactions, blank) + "\n" + blank + "}";
}

}  // namespace fragflow
