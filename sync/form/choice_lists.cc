#include "sync/form/choice_lists.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/instance_tree.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

// The length of the predicate `text` begins with, brackets included; npos if
// its bracket is not closed.
std::size_t PredicateLength(std::string_view text) {
  std::size_t open = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '[') {
      ++open;
    } else if (c == ']' && --open == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// Takes "instance('id')" off the front; returns the id, or empty.
std::string_view TakeInstanceCall(std::string_view& text) {
  constexpr std::string_view kCall = "instance";
  std::string_view rest = text;
  if (!rest.starts_with(kCall)) return {};
  rest = Trim(rest.substr(kCall.size()));
  if (!rest.starts_with('(')) return {};
  rest = Trim(rest.substr(1));
  if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) return {};
  const std::size_t end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) return {};
  const std::string_view id = rest.substr(1, end - 1);
  rest = Trim(rest.substr(end + 1));
  if (!rest.starts_with(')')) return {};
  text = Trim(rest.substr(1));
  return id;
}

// "./name" and "name" are the column "name".
std::string_view ColumnOf(std::string_view ref) {
  ref = Trim(ref);
  if (ref.starts_with("./")) ref.remove_prefix(2);
  return WithoutPrefix(ref);
}

// Whether the list is looked up as the form is filled: search('file') as
// appearance.
bool IsSearched(const Element& control) {
  constexpr std::string_view kSearch = "search";
  const std::string_view appearance = control.Get("appearance").value_or("");
  std::size_t at = 0;
  while ((at = appearance.find(kSearch, at)) != std::string_view::npos) {
    at += kSearch.size();
    if (Trim(appearance.substr(at)).starts_with('(')) return true;
  }
  return false;
}

}  // namespace

ItemsetSource ParseItemset(std::string_view nodeset) {
  nodeset = Trim(nodeset);
  constexpr std::string_view kRandomize = "randomize(";
  if (nodeset.starts_with(kRandomize)) {
    nodeset = Trim(nodeset.substr(kRandomize.size()));
  }
  ItemsetSource source;
  const std::string_view id = TakeInstanceCall(nodeset);
  while (nodeset.starts_with('/') || nodeset.starts_with('[')) {
    if (nodeset.starts_with('/')) {
      nodeset = Trim(nodeset.substr(1));
      const std::size_t end =
          std::min(nodeset.find_first_of("/[,) \t\r\n"), nodeset.size());
      source.steps.emplace_back(WithoutPrefix(nodeset.substr(0, end)));
      nodeset = Trim(nodeset.substr(end));
      continue;
    }
    const std::size_t length = PredicateLength(nodeset);
    if (length == std::string_view::npos) break;
    const std::string_view predicate = Trim(nodeset.substr(1, length - 2));
    source.filter =
        source.filter.empty()
            ? std::string(predicate)
            : Concat({"(", source.filter, ") and (", predicate, ")"});
    nodeset = Trim(nodeset.substr(length));
  }
  source.instance = std::string(id);
  return source;
}

absl::StatusOr<Choices> ChoiceLists::Of(const Element& control,
                                        const std::string& path) {
  if (IsSearched(control) || control.Get("query")) return Choices();
  if (const Element* itemset = control.Child("itemset")) {
    return Itemset(*itemset, path);
  }
  Choices choices;
  ASSIGN_OR_RETURN(choices.list, Inline(control, path));
  return choices;
}

absl::StatusOr<Choices> ChoiceLists::Itemset(const Element& itemset,
                                             const std::string& path) {
  const auto nodeset = itemset.Get("nodeset");
  if (!nodeset || Trim(*nodeset).empty()) {
    return BreaksRule(itemset.line, "itemset without nodeset",
                      "\"nodeset\" is required on itemset");
  }
  if (nodeset->size() > kExpressionBytesMax) {
    return OverLimit(itemset.line, "bytes in an expression",
                     kExpressionBytesMax);
  }
  ItemsetSource source = ParseItemset(*nodeset);
  Choices choices;
  if (source.instance.empty()) {
    choices.filter = std::move(source.filter);
    return choices;
  }
  if (!instances_.Has(source.instance)) {
    return BreaksRule(
        itemset.line,
        Concat({"itemset from instance \"", source.instance, "\""}),
        "an itemset's instance is declared in the model, and "
        "there is none");
  }
  if (!instances_.IsOpen(source.instance)) {
    ASSIGN_OR_RETURN(choices.list, Listed(itemset, source));
  } else if (std::string file = instances_.FileOf(source.instance);
             !file.empty()) {
    unattached_.push_back({path, std::move(file)});
  }
  choices.filter = std::move(source.filter);
  return choices;
}

absl::StatusOr<std::optional<ChoiceListIndex>> ChoiceLists::Listed(
    const Element& itemset, const ItemsetSource& source) {
  const Element* value = itemset.Child("value");
  const Element* label = itemset.Child("label");
  if (value == nullptr || !value->Get("ref")) {
    return BreaksRule(itemset.line, "itemset without value",
                      "itemset has a value with a \"ref\"");
  }
  const std::string_view code_column = ColumnOf(*value->Get("ref"));
  const std::string_view label_ref =
      label == nullptr ? "" : label->Get("ref").value_or("");
  const std::string_view itext_column = ColumnOf(ItextArgument(label_ref));
  const std::string_view label_column =
      itext_column.empty() ? ColumnOf(label_ref) : itext_column;

  std::string key = Concat({source.instance, "\n", code_column, "\n",
                            label_column, itext_column.empty() ? "" : "()"});
  for (const std::string& step : source.steps) key.append("/").append(step);
  if (const auto known = shared_.find(key); known != shared_.end()) {
    return known->second;
  }
  ListTable rows = instances_.Rows(source.instance, source.steps);
  if (rows.empty()) return std::nullopt;
  RETURN_IF_ERROR(Count(rows.size(), itemset.line));
  ChoiceList list{source.instance, {}};
  for (ListRow& row : rows) {
    ListedChoice choice;
    choice.code = std::string(Trim(CellOf(row, code_column)));
    if (choice.code.empty()) continue;
    const std::string_view words = CellOf(row, label_column);
    if (!itext_column.empty()) {
      choice.label = itext_.Get(words);
    } else if (!words.empty()) {
      choice.label = {{"", std::string(words)}};
    }
    for (auto& [column, cell] : row) {
      if (column == code_column || column == label_column) continue;
      choice.columns.emplace_back(std::move(column), std::move(cell));
    }
    RETURN_IF_ERROR(Add(list, std::move(choice), itemset.line));
  }
  if (list.choices.empty()) {
    return BreaksRule(itemset.line,
                      Concat({"instance \"", source.instance,
                              "\" has no item with a \"", code_column, "\""}),
                      "the value of an itemset refers to a node of its items");
  }
  const auto index = static_cast<ChoiceListIndex>(lists_.size());
  lists_.push_back(std::move(list));
  shared_[key] = index;
  return index;
}

absl::StatusOr<ChoiceListIndex> ChoiceLists::Inline(const Element& control,
                                                    const std::string& path) {
  ChoiceList list{path, {}};
  for (const Element& item : control.children) {
    if (!item.Is("item")) continue;
    const Element* value = item.Child("value");
    if (value == nullptr || value->Content().empty()) {
      return BreaksRule(item.line, "item without value",
                        "every item of a select has a value");
    }
    ListedChoice choice;
    choice.code = value->Content();
    choice.label = itext_.TextOf(item.Child("label"));
    RETURN_IF_ERROR(Count(1, item.line));
    RETURN_IF_ERROR(Add(list, std::move(choice), item.line));
  }
  if (list.choices.empty()) {
    return BreaksRule(control.line, Concat({control.name, " without choices"}),
                      "a select has items or an itemset");
  }
  lists_.push_back(std::move(list));
  return static_cast<ChoiceListIndex>(lists_.size() - 1);
}

absl::Status ChoiceLists::Count(std::size_t rows, std::size_t line) {
  choices_ += rows;
  if (choices_ <= kListedChoicesMax) return absl::OkStatus();
  return OverLimit(line, "choices", kListedChoicesMax);
}

absl::Status ChoiceLists::Add(ChoiceList& list, ListedChoice choice,
                              std::size_t line) {
  std::size_t size = choice.code.size() + SizeOf(choice.label);
  for (const auto& [column, cell] : choice.columns) {
    size += column.size() + cell.size();
  }
  RETURN_IF_ERROR(budget_.Take(size, line));
  list.choices.push_back(std::move(choice));
  return absl::OkStatus();
}

}  // namespace chasqui::xform
