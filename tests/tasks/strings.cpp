#include "tests/tasks/strings.hpp"

#include <algorithm>
#include <string_view>

#include "src/base/check.hpp"
#include "src/reward/function_reward.hpp"

namespace fragflow::test {
namespace {

int length_of(const State& state) {
  int length = 0;
  while (length < state.num_nodes && state.nodes[length].label != 0) ++length;
  return length;
}

class StringsTask : public Task {
 public:
  StringsTask(int num_letters, int max_length)
      : strings_(num_letters, max_length),
        reward_([this](const State& s) { return strings_log_reward(strings_.to_string(s)); },
                [this](const State& s) { return strings_.to_string(s); }) {}

  const Environment& environment() const override { return strings_; }
  Reward& reward() const override { return reward_; }
  std::string object_column() const override { return "string"; }
  std::string identity() const override {
    return "strings of " + std::to_string(strings_.shape().num_labels - 1) + " letters";
  }
  nlohmann::ordered_json description() const override { return {{"target", "string"}}; }
  std::vector<std::vector<State>> terminals_of(std::span<const std::string> objects,
                                               bool) const override {
    std::vector<std::vector<State>> terminals(objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (const auto state = strings_.parse(objects[i])) terminals[i].push_back(*state);
    }
    return terminals;
  }

 private:
  Strings strings_;
  mutable FunctionReward reward_;
};

}  // namespace

Strings::Strings(int num_letters, int max_length)
    : num_letters_(num_letters), max_length_(max_length) {
  if (num_letters < 1 || num_letters > 26) user_error("1 to 26 letters, not {}", num_letters);
  if (max_length < 1 || max_length > kMaxNodes) user_error("length 1 to {}", kMaxNodes);
}

State Strings::initial_state() const {
  State state;
  state.num_nodes = static_cast<std::uint8_t>(max_length_);
  return state;
}

void Strings::legal_actions(const State& state, ActionSet& actions) const {
  actions.reset(2 * num_letters_);
  if (state.stopped) return;
  const int length = length_of(state);
  actions.stop = length > 0;
  if (length == max_length_) return;
  const int place = actions.add_place(Place{-1, 0});
  for (int letter = 0; letter < num_letters_; ++letter) {
    if (length > 0) actions.set(place, letter);  // before
    actions.set(place, num_letters_ + letter);   // behind
  }
}

State Strings::apply(const State& state, Action action) const {
  ActionSet legal;
  legal_actions(state, legal);
  FRAGFLOW_CHECK(legal.contains(action), "illegal action at '{}'", to_string(state));
  State child = state;
  if (action.is_stop()) {
    child.stopped = true;
    return child;
  }
  const int length = length_of(state);
  const bool before = action.choice < num_letters_;
  if (before) {
    std::copy_backward(state.nodes.begin(), state.nodes.begin() + length,
                       child.nodes.begin() + length + 1);
  }
  child.nodes[before ? 0 : length].label =
      static_cast<std::int32_t>(1 + action.choice % num_letters_);
  return child;
}

void Strings::legal_backward_actions(const State& state,
                                     std::vector<BackwardAction>& actions) const {
  actions.clear();
  const int length = length_of(state);
  if (state.stopped) {
    actions.push_back(BackwardAction::undo_stop());
    return;
  }
  if (length > 1) actions.push_back(BackwardAction{0});
  if (length > 0) actions.push_back(BackwardAction{static_cast<std::int16_t>(length - 1)});
}

Predecessor Strings::undo(const State& state, BackwardAction action) const {
  Predecessor result{state, Action::stop()};
  result.parent.stopped = false;
  if (action.is_undo_stop()) {
    FRAGFLOW_CHECK(state.stopped, "no stop to undo at '{}'", to_string(state));
    return result;
  }
  const int length = length_of(state);
  FRAGFLOW_CHECK(!state.stopped && length > 0 && (action.node == 0 || action.node == length - 1),
                 "illegal removal at '{}'", to_string(state));
  const bool before = action.node == 0 && length > 1;
  result.action = Action{0, state.nodes[action.node].label - 1 + (before ? 0 : num_letters_)};
  if (before) {
    std::copy(state.nodes.begin() + 1, state.nodes.begin() + length, result.parent.nodes.begin());
  }
  result.parent.nodes[length - 1].label = 0;
  return result;
}

Environment::Shape Strings::shape() const {
  Shape shape;
  shape.num_choices = 2 * num_letters_;
  shape.num_labels = num_letters_ + 1;
  shape.max_nodes = max_length_;
  shape.site_offset.assign(num_letters_ + 2, 0);
  shape.is_vector = true;
  return shape;
}

std::string Strings::to_string(const State& state) const {
  std::string text;
  for (int i = 0; i < length_of(state); ++i) {
    text += static_cast<char>('A' + state.nodes[i].label - 1);
  }
  return text;
}

std::optional<State> Strings::parse(const std::string& text) const {
  if (text.empty() || text.size() > static_cast<std::size_t>(max_length_)) return {};
  State state = initial_state();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 'A' || text[i] >= 'A' + num_letters_) return {};
    state.nodes[i].label = static_cast<std::int32_t>(1 + text[i] - 'A');
  }
  state.stopped = true;
  return state;
}

double strings_log_reward(const std::string& text) {
  double value = 0.3 * static_cast<double>(text.size());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (std::string_view(text).substr(i, 2) == "AB") value += 2;
  }
  return value;
}

TaskKind strings_task() {
  return {"strings", /*has_structure=*/false,
          [](const EnvironmentConfig& environment, const RewardConfig&) -> std::unique_ptr<Task> {
            if (environment.options.size() != 2) {
              user_error("environment.options: letters and length, for instance [\"3\", \"4\"]");
            }
            return std::make_unique<StringsTask>(std::stoi(environment.options[0]),
                                                 std::stoi(environment.options[1]));
          }};
}

}  // namespace fragflow::test
