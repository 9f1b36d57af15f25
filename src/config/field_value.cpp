#include "src/config/field_value.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

template <typename>
inline constexpr bool kIsVector = false;
template <typename Element>
inline constexpr bool kIsVector<std::vector<Element>> = true;

[[noreturn]] void wrong_type(const FieldOrigin& origin, const char* wanted) {
  user_error("{}: '{}' must be {}", origin.where, origin.key, wanted);
}

std::string print_bounds(const Bounds& bounds) {
  const bool low = std::isfinite(bounds.min), high = std::isfinite(bounds.max);
  if (low && high) return fmt::format("{} to {}", bounds.min, bounds.max);
  if (low) return fmt::format("at least {}", bounds.min);
  if (high) return fmt::format("at most {}", bounds.max);
  return "";
}

void check_bounds(double value, const Bounds& bounds, const FieldOrigin& origin) {
  if (std::isnan(value)) user_error("{}: '{}' is not a number", origin.where, origin.key);
  if (value < bounds.min || value > bounds.max) {
    user_error("{}: '{}' = {} is out of range; allowed: {}", origin.where, origin.key, value,
               print_bounds(bounds));
  }
}

double to_double(const FieldValue& value, const FieldOrigin& origin) {
  if (auto* number = std::get_if<double>(&value)) return *number;
  if (auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  wrong_type(origin, "a number");
}

std::int64_t to_integer(const FieldValue& value, const FieldOrigin& origin) {
  if (auto* number = std::get_if<std::int64_t>(&value)) return *number;
  // 2^53: up to here every whole double is exact.
  if (auto* number = std::get_if<double>(&value);
      number != nullptr && *number == std::floor(*number) && std::abs(*number) <= 0x1p53) {
    return static_cast<std::int64_t>(*number);
  }
  wrong_type(origin, "a whole number");
}

std::string resolve_path(const std::string& path, const FieldOrigin& origin) {
  if (path.empty()) return path;
  for (const auto& folder : origin.folders) {
    std::error_code error;
    if (std::filesystem::exists(folder / path, error)) {
      return std::filesystem::weakly_canonical(folder / path).string();
    }
  }
  return path;
}

// A TOML float needs a dot or an exponent, otherwise it would be read as an integer.
std::string print_double(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".einf") == std::string::npos ? text + ".0" : text;
}

void set_text(Field& field, std::string& target, const FieldValue& value,
              const FieldOrigin& origin) {
  auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) wrong_type(origin, "text in quotes");
  if (!field.choices.empty() &&
      std::find(field.choices.begin(), field.choices.end(), *text) == field.choices.end()) {
    user_error("{}: '{}' = '{}' is not one of: {}{}", origin.where, origin.key, *text,
               join(field.choices), did_you_mean(*text, field.choices));
  }
  target = field.is_path ? resolve_path(*text, origin) : *text;
}

template <typename Number>
void set_number(const Field& field, Number& target, const FieldValue& value,
                const FieldOrigin& origin) {
  if constexpr (std::is_same_v<Number, double>) {
    const double number = to_double(value, origin);
    check_bounds(number, field.bounds, origin);
    target = number;
  } else {
    const std::int64_t number = to_integer(value, origin);
    const double low = std::is_same_v<Number, std::uint64_t>
                           ? 0.0
                           : static_cast<double>(std::numeric_limits<Number>::lowest());
    const double high = static_cast<double>(std::numeric_limits<Number>::max());
    check_bounds(static_cast<double>(number),
                 {std::max(field.bounds.min, low), std::min(field.bounds.max, high)}, origin);
    target = static_cast<Number>(number);
  }
}

template <typename Element>
void set_array(const Field& field, std::vector<Element>& target, const FieldValue& value,
               const FieldOrigin& origin) {
  constexpr bool kTexts = std::is_same_v<Element, std::string>;
  if constexpr (kTexts) {
    if (auto* text = std::get_if<std::string>(&value)) {  // a single text is accepted as a list
      set_array(field, target, FieldArray{{*text}, {}}, origin);
      return;
    }
  }
  auto* array = std::get_if<FieldArray>(&value);
  const bool fits = array != nullptr && (kTexts ? array->numbers.empty() : array->texts.empty());
  if (!fits) wrong_type(origin, kTexts ? "a list of texts: [\"a\", \"b\"]" : "a list of numbers");
  if constexpr (kTexts) {
    target = array->texts;
    if (field.is_path) {
      for (std::string& word : target) {
        std::error_code error;
        const std::string path = resolve_path(word, origin);
        if (std::filesystem::is_regular_file(path, error)) word = path;
      }
    }
  } else {
    for (const double number : array->numbers) check_bounds(number, field.bounds, origin);
    target = array->numbers;
  }
}

std::string print_element(double value) { return print_double(value); }
std::string print_element(const std::string& value) { return quote_text(value); }

}  // namespace

std::string quote_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

void set_field(Field& field, const FieldValue& value, const FieldOrigin& origin) {
  std::visit(
      [&](auto& target) {
        using Target = std::decay_t<decltype(target)>;
        if constexpr (std::is_same_v<Target, bool*>) {
          auto* flag = std::get_if<bool>(&value);
          if (flag == nullptr) wrong_type(origin, "true or false");
          *target = *flag;
        } else if constexpr (std::is_same_v<Target, std::string*>) {
          set_text(field, *target, value, origin);
        } else if constexpr (std::is_pointer_v<Target>) {
          if constexpr (kIsVector<std::remove_pointer_t<Target>>) {
            set_array(field, *target, value, origin);
          } else {
            set_number(field, *target, value, origin);
          }
        } else {
          wrong_type(origin, "a section, not a value");
        }
      },
      field.target);
}

std::string print_value(const Field& field) {
  return std::visit(
      [](const auto& target) -> std::string {
        using Target = std::decay_t<decltype(target)>;
        if constexpr (std::is_same_v<Target, std::string*>) {
          return quote_text(*target);
        } else if constexpr (std::is_same_v<Target, double*>) {
          return print_double(*target);
        } else if constexpr (std::is_pointer_v<Target>) {
          if constexpr (kIsVector<std::remove_pointer_t<Target>>) {
            std::vector<std::string> parts;
            for (const auto& element : *target) parts.push_back(print_element(element));
            return "[" + join(parts) + "]";
          } else {
            return fmt::format("{}", *target);
          }
        } else {
          return "[]";
        }
      },
      field.target);
}

std::string describe_field(const Field& field) {
  const std::string allowed =
      field.choices.empty() ? print_bounds(field.bounds) : join(field.choices);
  return allowed.empty() ? field.help : fmt::format("{} ({})", field.help, allowed);
}

}  // namespace fragflow
