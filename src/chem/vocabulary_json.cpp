#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

// "file: fragment 3 (CCO)" for messages.
struct Where {
  std::string source;
  std::size_t index = 0;
  std::string smiles;

  std::string text() const {
    return fmt::format("{}: fragment {}{}", source, index,
                       smiles.empty() ? "" : " (" + smiles + ")");
  }
};

void check_keys(const Json& object, const std::vector<std::string>& allowed,
                const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      user_error("{}: unknown key \"{}\"{} (known: {})", where, key, did_you_mean(key, allowed),
                 join(allowed));
    }
  }
}

int read_atom(const Json& value, const std::string& where) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0 ||
      value.get<std::int64_t>() > 100000) {
    user_error("{}: a slot's atom must be an index 0, 1, ... into the SMILES, not {}", where,
               value.dump());
  }
  return value.get<int>();
}

std::string read_type(const Json& value, const std::string& where) {
  if (!value.is_string() || value.get<std::string>().empty()) {
    user_error("{}: a slot type must be a non-empty text such as \"L5\", not {}", where,
               value.dump());
  }
  return value.get<std::string>();
}

SlotSpec read_slot(const Json& value, const std::string& where) {
  SlotSpec slot;
  if (!value.is_object()) {
    slot.atom = read_atom(value, where);
    return slot;
  }
  check_keys(value, {"atom", "types", "must_fill"}, where + ", a slot");
  if (!value.contains("atom")) user_error("{}: a slot has no \"atom\"", where);
  slot.atom = read_atom(value["atom"], where);
  if (value.contains("types")) {
    const Json& types = value["types"];
    if (!types.is_array()) user_error("{}: \"types\" must be a list of texts", where);
    for (const Json& type : types) slot.types.push_back(read_type(type, where));
  }
  if (value.contains("must_fill")) {
    if (!value["must_fill"].is_boolean()) {
      user_error("{}: \"must_fill\" must be true or false", where);
    }
    slot.must_fill = value["must_fill"].get<bool>();
  }
  return slot;
}

// [atom, "type"], or an atom alone for an untyped slot.
UseSpec read_use(const Json& value, const std::string& where) {
  if (value.is_number()) return {read_atom(value, where), ""};
  if (!value.is_array() || value.size() != 2) {
    user_error("{}: an element of a pattern must be [atom, \"type\"] or an atom index, not {}",
               where, value.dump());
  }
  return {read_atom(value[0], where), read_type(value[1], where)};
}

using Texts = std::vector<std::string>;

Texts read_texts(const Json& value, const char* key, const std::string& where) {
  const auto is_text = [](const Json& item) { return item.is_string(); };
  if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_text)) {
    user_error("{}: \"{}\" of an origin must hold lists of texts", where, key);
  }
  return value.get<Texts>();
}

std::vector<Texts> read_lists(const Json& value, const char* key, const std::string& where) {
  if (!value.is_array()) user_error("{}: \"{}\" of an origin must be a list", where, key);
  std::vector<Texts> lists;
  for (const Json& list : value) lists.push_back(read_texts(list, key, where));
  return lists;
}

SynthonOrigin read_origin(const Json& value, const std::string& where) {
  if (!value.is_object()) user_error("{}: an origin must be an object {{...}}", where);
  check_keys(value, {"smiles", "name", "price", "roles", "groups", "kept", "reactions", "last"},
             where + ", an origin");
  for (const char* key : {"smiles", "roles"}) {
    if (!value.contains(key)) user_error("{}: an origin has no \"{}\"", where, key);
  }
  SynthonOrigin origin;
  if (!value["smiles"].is_string() || (value.contains("name") && !value["name"].is_string())) {
    user_error("{}: SMILES and name of an origin must be texts", where);
  }
  origin.smiles = value["smiles"].get<std::string>();
  if (value.contains("name")) origin.name = value["name"].get<std::string>();
  if (value.contains("price")) {
    if (!value["price"].is_number() || value["price"].get<double>() < 0) {
      user_error("{}: the price of an origin must be a number, 0 or more", where);
    }
    origin.price = value["price"].get<double>();
  }
  origin.roles = read_lists(value["roles"], "roles", where);
  if (value.contains("groups")) origin.groups = read_lists(value["groups"], "groups", where);
  if (value.contains("kept")) origin.kept = read_texts(value["kept"], "kept", where);
  if (value.contains("reactions")) {
    origin.reactions = read_lists(value["reactions"], "reactions", where);
  }
  if (value.contains("last")) {
    const auto is_number = [](const Json& item) { return item.is_number_integer(); };
    if (!value["last"].is_array() ||
        !std::all_of(value["last"].begin(), value["last"].end(), is_number)) {
      user_error("{}: \"last\" of an origin must be a list of slots, counted from 0", where);
    }
    for (const Json& slot : value["last"]) {
      if (slot < 0 || slot > 100)
        user_error("{}: \"last\" of an origin: no slot {}", where, slot.dump());
      origin.last.push_back(slot.get<int>());
    }
  }
  return origin;
}

Json origin_json(const SynthonOrigin& origin) {
  Json value = {{"smiles", origin.smiles}};
  if (!origin.name.empty()) value["name"] = origin.name;
  if (origin.price) value["price"] = *origin.price;
  value["roles"] = origin.roles;
  if (!origin.groups.empty()) value["groups"] = origin.groups;
  if (!origin.kept.empty()) value["kept"] = origin.kept;
  if (!origin.reactions.empty()) value["reactions"] = origin.reactions;
  if (!origin.last.empty()) value["last"] = origin.last;
  return value;
}

FragmentSpec read_fragment(const Json& value, Where where) {
  FragmentSpec fragment;
  const bool pair = value.is_array() && value.size() == 2;
  if (!pair && !value.is_object()) {
    user_error("{}: must be {{\"smiles\": ..., \"slots\": [...]}} or [smiles, [atoms]], not {}",
               where.text(), value.dump().substr(0, 60));
  }
  if (value.is_object()) {
    check_keys(value, {"smiles", "slots", "patterns", "count", "origins"}, where.text());
    for (const char* key : {"smiles", "slots"}) {
      if (!value.contains(key)) user_error("{}: has no \"{}\"", where.text(), key);
    }
  }
  const Json& smiles = pair ? value[0] : value["smiles"];
  const Json& slots = pair ? value[1] : value["slots"];
  if (!smiles.is_string()) user_error("{}: the SMILES must be a text", where.text());
  fragment.smiles = where.smiles = smiles.get<std::string>();
  const std::string text = where.text();
  if (!slots.is_array()) user_error("{}: the slots must be a list", text);
  for (const Json& slot : slots) fragment.slots.push_back(read_slot(slot, text));
  if (pair) return fragment;
  if (value.contains("patterns")) {
    if (!value["patterns"].is_array()) user_error("{}: \"patterns\" must be a list", text);
    for (const Json& pattern : value["patterns"]) {
      if (!pattern.is_array()) user_error("{}: a pattern must be a list", text);
      auto& uses = fragment.patterns.emplace_back();
      for (const Json& use : pattern) uses.push_back(read_use(use, text));
    }
  }
  if (value.contains("count")) {
    if (!value["count"].is_number_integer() || value["count"].get<std::int64_t>() < 0) {
      user_error("{}: \"count\" must be a whole number, 0 or more", text);
    }
    fragment.count = value["count"].get<std::int64_t>();
  }
  if (value.contains("origins")) {
    if (!value["origins"].is_array()) user_error("{}: \"origins\" must be a list", text);
    for (const Json& origin : value["origins"]) {
      fragment.origins.push_back(read_origin(origin, text));
    }
  }
  return fragment;
}

Json slot_json(const SlotSpec& slot) {
  if (slot.types.empty() && !slot.must_fill) return slot.atom;
  Json value = {{"atom", slot.atom}};
  if (!slot.types.empty()) value["types"] = slot.types;
  if (slot.must_fill) value["must_fill"] = true;
  return value;
}

Json fragment_json(const FragmentSpec& fragment) {
  Json value = {{"smiles", fragment.smiles}, {"slots", Json::array()}};
  for (const SlotSpec& slot : fragment.slots) value["slots"].push_back(slot_json(slot));
  if (!fragment.patterns.empty()) {
    value["patterns"] = Json::array();
    for (const auto& pattern : fragment.patterns) {
      Json uses = Json::array();
      for (const UseSpec& use : pattern) {
        uses.push_back(use.type.empty() ? Json(use.atom) : Json::array({use.atom, use.type}));
      }
      value["patterns"].push_back(uses);
    }
  }
  if (fragment.count > 0) value["count"] = fragment.count;
  for (const SynthonOrigin& origin : fragment.origins) {
    value["origins"].push_back(origin_json(origin));
  }
  return value;
}

}  // namespace

VocabularySpec parse_vocabulary_json(const std::string& text, const std::string& source) {
  if (trim(text).empty()) user_error("{}: the file is empty", source);
  const Json json = name_place(source + ": not JSON", [&] { return parse_json<Json>(text); });
  VocabularySpec spec;
  const bool plain = json.is_array();
  if (!plain) {
    if (!json.is_object() || !json.contains("fragments") || !json["fragments"].is_array()) {
      user_error("{}: expected {{\"fragments\": [...], \"joins\": [...]}} or a list of fragments",
                 source);
    }
    check_keys(json, {"made", "reactions", "fragments", "joins"}, source);
    if (json.contains("made")) spec.made = json["made"].dump();
    if (json.contains("reactions")) {
      spec.reactions = std::make_shared<ReactionList>(
          parse_reactions(json["reactions"].dump(), source + ": \"reactions\""));
    }
  }
  const Json& fragments = plain ? json : json["fragments"];
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    spec.fragments.push_back(read_fragment(fragments[i], {source, i, ""}));
  }
  if (!plain && json.contains("joins")) {
    if (!json["joins"].is_array()) user_error("{}: \"joins\" must be a list", source);
    for (const Json& pair : json["joins"]) {
      if (!pair.is_array() || pair.size() != 2) {
        user_error("{}: a join must be a pair such as [\"L1\", \"L5\"], not {}", source,
                   pair.dump());
      }
      spec.joins.emplace_back(read_type(pair[0], source), read_type(pair[1], source));
    }
  }
  return spec;
}

std::string vocabulary_json(const VocabularySpec& spec) {
  std::string text = "{\n";
  if (!spec.made.empty()) text += " \"made\": " + spec.made + ",\n";
  if (spec.reactions) {
    text += " \"reactions\": " + reactions_json(*spec.reactions, /*indent=*/1) + ",\n";
  }
  text += " \"fragments\": [\n";
  for (std::size_t i = 0; i < spec.fragments.size(); ++i) {
    text += "  " + fragment_json(spec.fragments[i]).dump();
    text += i + 1 < spec.fragments.size() ? ",\n" : "\n";
  }
  text += " ],\n \"joins\": " + Json(spec.joins).dump() + "\n}\n";
  return text;
}

}  // namespace fragflow
