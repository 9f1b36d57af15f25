#include "src/reward/scorer_answer.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

// Python writes NaN, Infinity and -Infinity, which JSON does not know: null instead, outside texts.
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

}  // namespace

ScorerAnswer parse_scorer_answer(std::string_view text, std::size_t num_molecules) {
  const json answer = parse_answer(text);
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
