#include "src/config/config_toml.hpp"

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/config/field_value.hpp"
#include "src/config/toml_parser.hpp"

namespace fragflow {
namespace {

std::vector<std::string> names_of(const FieldList& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

Field& find_field(FieldList& fields, std::string_view name, const std::string& prefix,
                  const std::string& where) {
  for (Field& field : fields) {
    if (field.name == name) return field;
  }
  const std::vector<std::string> names = names_of(fields);
  user_error("{}: unknown key '{}{}'{}; known {}: {}", where, prefix, name,
             did_you_mean(name, names), prefix.empty() ? "here" : "in '" + prefix + "'",
             join(names));
}

struct Reader {
  std::string source;
  std::vector<std::filesystem::path> folders;  // base folders of relative paths
  bool has_lines = true;                       // false: only source is shown

  std::string place(const toml::node& node) const {
    return has_lines ? fmt::format("{} line {}", source, node.source().begin.line) : source;
  }

  void read_table(const toml::table& table, FieldList& fields, const std::string& prefix) const {
    for (const auto& [key, node] : table) {
      Field& field = find_field(fields, key.str(), prefix, place(node));
      read_node(node, field, prefix + field.name);
    }
  }

  void read_node(const toml::node& node, Field& field, const std::string& key) const {
    if (auto* section = std::get_if<FieldList>(&field.target)) {
      if (!node.is_table()) wrong_type(node, key, "a table");
      read_table(*node.as_table(), *section, key + ".");
    } else if (auto* tables = std::get_if<FieldTables>(&field.target)) {
      read_tables(node, *tables, key);
    } else {
      set_field(field, to_value(node, key), {place(node), key, folders});
    }
  }

  void read_tables(const toml::node& node, FieldTables& tables, const std::string& key) const {
    const toml::array* array = node.as_array();
    if (array == nullptr) wrong_type(node, key, fmt::format("a list of tables: [[{}]]", key));
    tables.clear();
    for (const toml::node& element : *array) {
      if (!element.is_table()) wrong_type(element, key, "tables only");
      tables.append();
      FieldList fields = tables.fields(tables.size() - 1);
      read_table(*element.as_table(), fields, key + "." + prefix_of(element, tables));
    }
  }

  // For an element whose keys are also used elsewhere, messages name the element.
  static std::string prefix_of(const toml::node& element, const FieldTables& tables) {
    if (tables.explanation.empty()) return "";
    const auto name = element.as_table()->get_as<std::string>("name");
    return (name ? name->get() : std::to_string(tables.size() - 1)) + ".";
  }

  FieldValue to_value(const toml::node& node, const std::string& key) const {
    if (const auto* value = node.as_boolean()) return value->get();
    if (const auto* value = node.as_integer()) return value->get();
    if (const auto* value = node.as_floating_point()) return value->get();
    if (const auto* value = node.as_string()) return value->get();
    if (const auto* array = node.as_array()) {
      FieldArray values;
      for (const toml::node& element : *array) {
        if (const auto text = element.value_exact<std::string>()) {
          values.texts.push_back(*text);
        } else if (const auto number = element.value<double>()) {
          values.numbers.push_back(*number);
        } else {
          wrong_type(element, key, "numbers or texts");
        }
      }
      return values;
    }
    wrong_type(node, key, "a value");
  }

  [[noreturn]] void wrong_type(const toml::node& node, const std::string& key,
                               const std::string& wanted) const {
    user_error("{}: '{}' must be {}", place(node), key, wanted);
  }
};

// Parses a value as in a file: a number, true, a list, quoted text.
toml::table parse_override(const std::string& value, const std::string& where,
                           const std::string& key, const Field& field) {
  try {
    toml::table table = parse_toml("value = " + value, where);
    if (table.size() == 1) return table;
  } catch (const UserError&) {  // reported below
  }
  user_error("{}: '{}' is no value for '{}': {}", where, value, key, describe_field(field));
}

// The name of an element of a list: its text `name` or, without one, its text `type`.
std::string element_name(const FieldList& fields) {
  for (const char* key : {"name", "type"}) {
    for (const Field& field : fields) {
      auto* const* text = std::get_if<std::string*>(&field.target);
      if (field.name == key && text != nullptr && !(*text)->empty()) return **text;
    }
  }
  return "";
}

// The element selected by `name`: by index or by its name.
std::size_t find_element(const FieldTables& tables, const std::string& name, const std::string& key,
                         const std::string& where) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    names.push_back(element_name(tables.fields(i)));
    if (name == std::to_string(i) || name == names.back()) return i;
  }
  user_error("{}: '{}' has no element '{}'; it has {}: {}", where, key, name, tables.size(),
             join(names));
}

// True if the value of the override is used literally.
bool is_plain_text(const Field& field, std::string_view value) {
  return std::holds_alternative<std::string*>(field.target) && !value.starts_with('"') &&
         !value.starts_with('\'');
}

enum class EmptyLists { kAsValues, kExplained };

// The keys of an element, as comments.
template <typename Print>
std::string explain_element(const FieldTables& tables, Print&& print) {
  tables.append();
  std::string text;
  print(tables.fields(0), text);
  tables.clear();
  std::string out;
  for (std::size_t begin = 0, end; begin < text.size(); begin = end + 1) {
    end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    out += line.empty() ? "#\n" : "# " + line + "\n";
  }
  return out;
}

void print_section(const FieldList& fields, const std::string& prefix, EmptyLists empty_lists,
                   std::string& out) {
  const bool explains = empty_lists == EmptyLists::kExplained;
  for (const Field& field : fields) {
    if (std::holds_alternative<FieldList>(field.target)) continue;
    if (auto* tables = std::get_if<FieldTables>(&field.target)) {
      if (tables->size() > 0 || explains || !tables->explanation.empty()) continue;
    }
    out += fmt::format("# {}\n{} = {}\n", describe_field(field), field.name, print_value(field));
  }
  for (const Field& field : fields) {
    const std::string key = prefix + field.name;
    if (auto* section = std::get_if<FieldList>(&field.target)) {
      out += fmt::format("\n# {}\n[{}]\n", field.help, key);
      print_section(*section, key + ".", empty_lists, out);
    } else if (auto* tables = std::get_if<FieldTables>(&field.target)) {
      for (std::size_t i = 0; i < tables->size(); ++i) {
        out += fmt::format("\n# {}\n[[{}]]\n", field.help, key);
        print_section(tables->fields(i), key + ".", empty_lists, out);
      }
      if (tables->size() > 0 || !explains) continue;
      if (!tables->explanation.empty()) {
        out += fmt::format("\n# {}\n# [[{}]]: {}\n", field.help, key, tables->explanation);
        continue;
      }
      out += fmt::format("\n# {}; none so far\n# [[{}]]\n", field.help, key);
      out += explain_element(*tables, [&](const FieldList& element, std::string& text) {
        print_section(element, key + ".", empty_lists, text);
      });
    }
  }
}

}  // namespace

void read_toml(std::string_view text, const std::string& source,
               const std::filesystem::path& folder, FieldList& fields) {
  Reader{source, {folder}}.read_table(parse_toml(text, source), fields, "");
}

void apply_override(std::string_view assignment, const std::filesystem::path& folder,
                    FieldList& fields) {
  const std::string where = fmt::format("--set {}", assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    user_error("{}: expected section.key=value", where);
  }
  const std::string path(trim(assignment.substr(0, equals)));
  const std::string value(trim(assignment.substr(equals + 1)));

  FieldList level = fields;
  std::string prefix;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = path.find('.', begin);
    Field& field = find_field(level, path.substr(begin, dot - begin), prefix, where);
    const std::string key = prefix + field.name;
    if (dot == std::string::npos) {
      const Reader reader{where, {std::filesystem::current_path(), folder}, false};
      const std::string toml = is_plain_text(field, value) ? quote_text(value) : value;
      const toml::table table = parse_override(toml, where, key, field);
      reader.read_node(*table.get("value"), field, key);
      return;
    }
    begin = dot + 1;
    prefix = key + ".";
    if (auto* section = std::get_if<FieldList>(&field.target)) {
      level = FieldList(*section);
    } else if (auto* tables = std::get_if<FieldTables>(&field.target)) {
      const std::size_t next = path.find('.', begin);
      if (next == std::string::npos) user_error("{}: expected {}.ELEMENT.key=value", where, key);
      const std::string name = path.substr(begin, next - begin);
      level = FieldList(tables->fields(find_element(*tables, name, key, where)));
      prefix += name + ".";
      begin = next + 1;
    } else {
      user_error("{}: '{}' is a value, not a section", where, key);
    }
  }
}

std::vector<std::string> differences(const FieldList& before, const FieldList& now,
                                     const std::string& prefix) {
  std::vector<std::string> list;
  const auto add_all = [&](const FieldList& a, const FieldList& b, const std::string& nested) {
    for (std::string& one : differences(a, b, nested)) list.push_back(std::move(one));
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Field &old_field = before[i], &new_field = now[i];
    const std::string key = prefix + old_field.name;
    if (const auto* section = std::get_if<FieldList>(&old_field.target)) {
      add_all(*section, std::get<FieldList>(new_field.target), key + ".");
    } else if (const auto* tables = std::get_if<FieldTables>(&old_field.target)) {
      const auto& others = std::get<FieldTables>(new_field.target);
      if (tables->size() != others.size()) {
        list.push_back(fmt::format("{}: {} -> {} of them", key, tables->size(), others.size()));
        continue;
      }
      for (std::size_t k = 0; k < tables->size(); ++k) {
        const FieldList old_element = tables->fields(k);
        const std::string name = element_name(old_element);
        add_all(old_element, others.fields(k),
                fmt::format("{}.{}.", key, name.empty() ? std::to_string(k) : name));
      }
    } else if (!old_field.is_path && print_value(old_field) != print_value(new_field)) {
      list.push_back(
          fmt::format("{} {} -> {}", key, print_value(old_field), print_value(new_field)));
    }
  }
  return list;
}

std::string print_toml(const FieldList& fields) {
  std::string out;
  print_section(fields, "", EmptyLists::kAsValues, out);
  return out;
}

std::string explain_toml(const FieldList& fields) {
  std::string out;
  print_section(fields, "", EmptyLists::kExplained, out);
  return out;
}

}  // namespace fragflow
