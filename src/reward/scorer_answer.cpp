#include "src/reward/scorer_answer.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

// Replaces Python's NaN, Infinity and -Infinity, which are not JSON, by null outside of strings.
std::string without_bare_words(std::string_view text) {
  std::string result;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_text) {
      result += text[i];
      if (text[i] == '\\' && i + 1 < text.size()) {
        result += text[++i];
      } else if (text[i] == '"') {
        in_text = false;
      }
      continue;
    }
    std::size_t length = 0;
    for (const std::string_view word : {"NaN", "-Infinity", "Infinity"}) {
      if (text.substr(i).starts_with(word)) length = word.size();
    }
    if (length > 0) {
      result += "null";
      i += length - 1;
    } else {
      in_text = text[i] == '"';
      result += text[i];
    }
  }
  return result;
}

json parse_answer(std::string_view text) {
  if (trim(text).empty()) user_error("answered nothing");
  try {
    return parse_json(without_bare_words(text));
  } catch (const UserError& error) {
    user_error("answered what is not JSON ({})", error.what());
  }
}

void check_version(const json& answer) {
  const auto version = answer.find("version");
  if (version == answer.end()) return;
  if (!version->is_number_integer() || *version != kVersion) {
    user_error("answered in version {} of the format, and this program knows version {}",
               version->dump(), kVersion);
  }
}

std::vector<double> read_values(const std::string& name, const json& list, std::size_t count) {
  if (!list.is_array()) user_error("answered output '{}' that is not a list", name);
  if (list.size() != count) {
    user_error("answered {} values of output '{}' for {} molecules", list.size(), name, count);
  }
  std::vector<double> values;
  for (const json& element : list) {
    if (!element.is_number() && !element.is_null()) {
      user_error("answered output '{}' whose value {} is not a number but {}", name,
                 values.size() + 1, element.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    const double value = element.is_null() ? std::nan("") : element.get<double>();
    values.push_back(std::isfinite(value) ? value : std::nan(""));
  }
  return values;
}

ScorerAnswer read_outputs(const json& answer, std::size_t num_molecules) {
  if (!answer.is_object()) user_error("answered JSON that is not an object with a \"payload\"");
  check_version(answer);
  const auto payload = answer.find("payload");
  if (payload == answer.end() || !payload->is_object() || payload->empty()) {
    user_error("answered without \"payload\": {{\"name\": [...]}}");
  }
  ScorerAnswer outputs;
  for (const auto& [name, list] : payload->items()) {
    outputs[name] = read_values(name, list, num_molecules);
  }
  return outputs;
}

// For each molecule of the answer its index among those sent.
std::vector<std::size_t> read_places(const json& list, std::span<const std::string> smiles) {
  if (!list.is_array() || list.size() != smiles.size()) {
    user_error("answered \"smiles\" that are not a list of the {} that were sent", smiles.size());
  }
  std::unordered_map<std::string, std::size_t> place_of;
  for (std::size_t i = 0; i < smiles.size(); ++i) place_of[smiles[i]] = i;
  std::vector<std::size_t> places;
  std::vector<bool> is_taken(smiles.size());
  for (const json& element : list) {
    const std::string text = element.is_string() ? element.get<std::string>() : "";
    const auto found = place_of.find(text);
    if (found == place_of.end()) {
      user_error("answered for a molecule that is not in the batch: {}",
                 element.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    if (is_taken[found->second]) user_error("answered twice for the molecule {}", text);
    is_taken[found->second] = true;
    places.push_back(found->second);
  }
  return places;
}

}  // namespace

ScorerAnswer parse_scorer_answer(std::string_view text, std::size_t num_molecules) {
  return read_outputs(parse_answer(text), num_molecules);
}

ScorerAnswer parse_echoing_answer(std::string_view text, std::span<const std::string> smiles,
                                  bool needs_echo) {
  const json answer = parse_answer(text);
  ScorerAnswer outputs = read_outputs(answer, smiles.size());
  const auto list = answer.find("smiles");
  if (list == answer.end()) {
    if (!needs_echo) return outputs;
    user_error(
        "answered without \"smiles\": [...], by which values are matched to molecules (with "
        "pool.echo = false they are taken in the order of the input)");
  }
  const std::vector<std::size_t> places = read_places(*list, smiles);
  for (auto& [name, values] : outputs) {
    std::vector<double> in_order(values.size());
    for (std::size_t i = 0; i < places.size(); ++i) in_order[places[i]] = values[i];
    values = std::move(in_order);
  }
  return outputs;
}

const std::vector<double>& find_output(const ScorerAnswer& answer, const std::string& property) {
  std::vector<std::string> names;
  for (const auto& [name, values] : answer) names.push_back(name);
  if (property.empty() && answer.size() == 1) return answer.begin()->second;
  if (property.empty()) {
    user_error("answered several outputs ({}): choose one with process.property", join(names));
  }
  const auto found = answer.find(property);
  if (found == answer.end()) {
    user_error("answered no output '{}' (process.property){}; it has: {}", property,
               did_you_mean(property, names), join(names));
  }
  return found->second;
}

}  // namespace fragflow
