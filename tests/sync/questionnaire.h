// Forms built up a question at a time.

#ifndef CHASQUI_TESTS_SYNC_QUESTIONNAIRE_H_
#define CHASQUI_TESTS_SYNC_QUESTIONNAIRE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/form/form.h"

namespace chasqui::testing {

class Questionnaire {
 public:
  explicit Questionnaire(std::string version = "1") {
    form_.id = "census";
    form_.version = std::move(version);
  }
  Questionnaire& Ask(const std::string& path, FieldType type = FieldType::kText,
                     std::optional<RepeatIndex> repeat = std::nullopt) {
    Field& field = form_.fields.emplace_back();
    field.path = path;
    field.type = type;
    field.repeat = repeat;
    return *this;
  }
  Questionnaire& Choose(const std::string& path,
                        const std::vector<std::string>& codes,
                        FieldType type = FieldType::kChoice) {
    Ask(path, type);
    form_.fields.back().choices =
        static_cast<ChoiceListIndex>(form_.choice_lists.size());
    ChoiceList& list = form_.choice_lists.emplace_back();
    for (const std::string& code : codes) {
      list.choices.push_back({code, {}, {}});
    }
    return *this;
  }
  Questionnaire& Roster(const std::string& path,
                        std::optional<RepeatIndex> parent = std::nullopt) {
    form_.repeats.push_back({path, parent, {}, "", ""});
    return *this;
  }
  // The fields in these places, the first before the second.
  Questionnaire& Pair(FieldIndex a, FieldIndex b, bool spans_rows = false) {
    form_.pairs.push_back({a, b, spans_rows});
    return *this;
  }
  const Form& form() const { return form_; }

 private:
  Form form_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SYNC_QUESTIONNAIRE_H_
