// Which tables an export of a survey has, and their columns: a function of the
// forms published, so that a later export adds tables and columns and takes
// none away.
//
//   FORM          a row a record
//   FORM.REPEAT   a row a row, with the keys of what it stands in
//   conflicts     a row for each write that is live but not shown
//   attachments   a row for each file that an answer names
//   assignments   a row a record that somebody is to work on
//   devices       a row a device
//   codebook      a row a field, form version by form version merged
//   codebook_texts  what a field asks, its hint, and what its choices are
//                 called, by language
//   history       a row a write, as the log has them, unless it is left out

#ifndef CHASQUI_EXPORT_TABLES_H_
#define CHASQUI_EXPORT_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/batch.h"
#include "export/personal_answers.h"
#include "sync/schema.h"
#include "sync/survey.h"

namespace chasqui::exporting {

// The tables that every survey has, after those of its forms, in this order.
enum class FixedTable : std::uint8_t {
  kConflicts,
  kAttachments,
  kAssignments,
  kDevices,
  kCodebook,
  kCodebookTexts,
  kHistory,  // the last, so that it can be left out
};

// The records of one form in all its versions, or the rows of one repeat of it.
struct FormTable {
  std::size_t form = 0;      // which form id, in the order of publication
  std::uint32_t repeat = 0;  // 0: of records
  // The fields that its last columns are of, in their order: that of first
  // publication, so that what an earlier version had comes before what a later
  // one added, and nothing ever moves. Notes, which hold nothing, are left out.
  std::vector<std::uint32_t> fields;
  std::vector<const FieldSchema*> schemas;  // of each; nullptr: it has none
};

class Tables {
 public:
  // REQUIRES: `survey` outlives it.
  Tables(const Survey& survey, PersonalAnswers personal, bool history);

  // Index into all() of the records of form version `form`, or of their rows
  // of `repeat`; nullopt if the form never had them.
  std::optional<std::size_t> OfRecords(std::uint32_t form) const {
    return OfRows(form, 0);
  }
  std::optional<std::size_t> OfRows(std::uint32_t form,
                                    std::uint32_t repeat) const;
  // REQUIRES: it is not kHistory, where that is left out.
  std::size_t Of(FixedTable table) const {
    return forms_.size() + static_cast<std::size_t>(table);
  }

  // The first forms().size() of all() are those of forms().
  const std::vector<TableSchema>& all() const { return tables_; }
  const std::vector<FormTable>& forms() const { return forms_; }

 private:
  class Names;

  void AddForm(const PublishedForm& published, const Survey& survey,
               PersonalAnswers personal, Names& names);

  std::vector<std::string> form_ids_;
  // Place in form_ids_ of the form that a version belongs to.
  std::vector<std::size_t> form_of_version_;
  // (form, repeat; 0: the record itself) to index.
  std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> index_;
  std::vector<FormTable> forms_;
  std::vector<TableSchema> tables_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_TABLES_H_
