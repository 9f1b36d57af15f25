// Results of one part of the program that another part reads, stored as JSON in between. Such a
// struct has in-class defaults and ONE function
//
//   template <typename Visitor> void visit_fields(Visitor& visit) {
//     visit.fact("rows", rows);           // required when reading
//     visit.later("routes", routes);      // missing in older records: keeps its default
//     visit.nullable("pending", pending); // an empty std::optional is null
//     table.visit_fields(visit);          // the fields of a part, beside its own
//   }
//
// from which writing and strict reading are derived; keys are named only there. A field is a bool,
// std::int64_t, std::uint64_t, double (NaN is null), std::string, another such struct,
// nlohmann::ordered_json (any value), or a std::vector, std::map with text keys or std::optional
// (an empty one has no key at all) of these.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/record_file.hpp"

namespace fragflow {

namespace facts_detail {

using Json = nlohmann::ordered_json;

template <typename>
inline constexpr bool is_optional = false;
template <typename Value>
inline constexpr bool is_optional<std::optional<Value>> = true;
template <typename>
inline constexpr bool is_vector = false;
template <typename Value>
inline constexpr bool is_vector<std::vector<Value>> = true;
template <typename>
inline constexpr bool is_map = false;
template <typename Value>
inline constexpr bool is_map<std::map<std::string, Value>> = true;

template <typename Value>
Json written(Value& value);

class Writer {
 public:
  template <typename Value>
  void fact(const char* name, Value& value) {
    if constexpr (is_optional<Value>) {
      if (value) object_[name] = written(*value);
    } else {
      object_[name] = written(value);
    }
  }
  template <typename Value>
  void later(const char* name, Value& value) {
    fact(name, value);
  }
  template <typename Value>
  void nullable(const char* name, std::optional<Value>& value) {
    object_[name] = value ? written(*value) : Json();
  }
  Json take() { return std::move(object_); }

 private:
  Json object_ = Json::object();
};

template <typename Value>
Json written(Value& value) {
  if constexpr (is_vector<Value>) {
    Json list = Json::array();
    for (auto& element : value) list.push_back(written(element));
    return list;
  } else if constexpr (is_map<Value>) {
    Json object = Json::object();
    for (auto& [name, element] : value) object[name] = written(element);
    return object;
  } else if constexpr (requires(Writer & writer) { value.visit_fields(writer); }) {
    Writer writer;
    value.visit_fields(writer);
    return writer.take();
  } else {
    return value;
  }
}

// source: names the input in messages.
template <typename Value>
void read(const Json& json, const std::string& source, const std::string& path, Value& value);

class Reader {
 public:
  // path: the keys of the enclosing objects.
  Reader(const Json& object, const std::string& source, const std::string& path)
      : object_(object), source_(source), path_(path) {}

  template <typename Value>
  void fact(const char* name, Value& value) {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      if constexpr (is_optional<Value>) {
        value.reset();
        return;
      }
      user_error("{}: '{}' is missing", source_, path_to(name));
    }
    read(*found, source_, path_to(name), value);
  }
  template <typename Value>
  void later(const char* name, Value& value) {
    if (object_.contains(name)) fact(name, value);
  }
  template <typename Value>
  void nullable(const char* name, std::optional<Value>& value) {
    const auto found = object_.find(name);
    if (found == object_.end()) user_error("{}: '{}' is missing", source_, path_to(name));
    value.reset();
    if (!found->is_null()) read(*found, source_, path_to(name), value);
  }

 private:
  std::string path_to(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

  const Json& object_;
  const std::string& source_;
  const std::string& path_;
};

template <typename Value>
void read(const Json& json, const std::string& source, const std::string& path, Value& value) {
  const auto expect = [&](bool is, const char* what) {
    if (is) return;
    const std::string place = path.empty() ? source : source + ": '" + path + "'";
    const std::string text = json_text(json);
    user_error("{} should be {}, not {}{}", place, what, text.substr(0, 40),
               text.size() > 40 ? "..." : "");
  };
  if constexpr (is_optional<Value>) {
    read(json, source, path, value.emplace());
  } else if constexpr (std::is_same_v<Value, Json>) {
    value = json;
  } else if constexpr (is_vector<Value>) {
    expect(json.is_array(), "a list");
    value.assign(json.size(), {});
    for (std::size_t i = 0; i < json.size(); ++i) {
      read(json[i], source, fmt::format("{}[{}]", path, i), value[i]);
    }
  } else if constexpr (is_map<Value>) {
    expect(json.is_object(), "an object");
    value.clear();
    for (const auto& [name, element] : json.items()) {
      read(element, source, path + "." + name, value[name]);
    }
  } else if constexpr (std::is_same_v<Value, bool>) {
    expect(json.is_boolean(), "true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_same_v<Value, std::string>) {
    expect(json.is_string(), "text");
    value = json.get<std::string>();
  } else if constexpr (std::is_same_v<Value, double>) {
    expect(json.is_number() || json.is_null(), "a number");
    value = json.is_null() ? NAN : json.get<double>();
  } else if constexpr (std::is_same_v<Value, std::uint64_t>) {
    expect(json.is_number_unsigned(), "a whole number from 0 on");
    value = json.get<std::uint64_t>();
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    expect(json.is_number_integer(), "a whole number");
    value = json.get<std::int64_t>();
  } else {
    expect(json.is_object(), "an object");
    Reader reader(json, source, path);
    value.visit_fields(reader);
  }
}

}  // namespace facts_detail

template <typename Facts>
nlohmann::ordered_json facts_json(Facts facts) {
  return facts_detail::written(facts);
}

// source: name of the input in messages ("'campaign.json'"). Throws UserError naming source and key
// if a field is missing or has another type; unknown keys are ignored.
template <typename Facts>
Facts read_facts(const nlohmann::ordered_json& json, const std::string& source) {
  Facts facts;
  facts_detail::read(json, source, "", facts);
  return facts;
}

}  // namespace fragflow
