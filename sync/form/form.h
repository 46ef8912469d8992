// A form: one version of a questionnaire, read from an ODK XForm.
//
// A Form is what the rest of the system knows of a questionnaire: which
// fields it has, of which type, in which repeat, with which choices, and which
// fields bear on each other. It is a plain value, immutable once published.
// Expressions (constraint, relevant, calculate, …) are kept as they were
// written; nothing here evaluates them.
//
// How an XForm becomes a Form:
//
//   primary instance     a leaf is a Field, an inner node a Group, and an inner
//                        node that the body repeats a Repeat; all in document
//                        order. A leaf without bind or control is a text field.
//   bind                 the type of a field, and its expressions
//   body                 labels, hints, appearance, and what a control implies:
//                        a select's choices, an upload's attachment
//   itext                the languages
//   secondary instances  choice lists, in the form or in an attached file
//
// Paths are separated by slashes and begin below the root of the primary
// instance: "num_tchrs/num_tchrs_male". A field in a repeat has one path, with
// the repeat's own in front of it; which row is meant is not part of the path.

#ifndef CHASQUI_SYNC_FORM_FORM_H_
#define CHASQUI_SYNC_FORM_FORM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chasqui {

// The type of a field's value. The numbers reach disk and wire: never change
// one, never reuse one.
//
// What has no type of its own is text: rank (codes in order, separated by
// spaces), trigger ("OK"), boolean, barcode, intent, any type that ODK does not
// know, and open choices (see Field::open_choice).
enum class FieldType : std::uint8_t {
  kText = 1,
  kInteger = 2,
  kDecimal = 3,
  kDate = 4,
  kTime = 5,
  kDateTime = 6,
  kPoint = 7,
  kLine = 8,
  kArea = 9,
  kChoice = 10,
  kChoices = 11,
  kAttachment = 12,
};

// "text", "integer", … "date_time", … "choices", "attachment".
std::string_view FieldTypeName(FieldType type);

// Places in the vectors of one Form.
using FieldIndex = std::uint32_t;
using RepeatIndex = std::uint32_t;
using GroupIndex = std::uint32_t;
using ChoiceListIndex = std::uint32_t;

// A text for people, by language. Text that the form writes in place, the same
// in every language, is under the empty name. An `<output>` in it is written
// as "${expression}".
using Text = std::map<std::string, std::string, std::less<>>;

// `text` in `language`; else in place, else in the first language it has, else
// empty.
std::string_view InLanguage(const Text& text, std::string_view language);

// A question, a calculation or a datum of the form. In the order of the
// primary instance.
struct Field {
  std::string path;  // Unique in the form.
  FieldType type = FieldType::kText;

  std::optional<RepeatIndex> repeat;  // The innermost repeat it is in.
  std::optional<GroupIndex> group;    // The innermost group it is in.

  // The list of a choice or choices field; none for any other type.
  std::optional<ChoiceListIndex> choices;
  // The predicate of a cascade, such as "state = /data/state"; else empty.
  std::string choice_filter;
  // A choice whose list is not part of the form: empty, in a file that is not
  // attached, made of the rows of a repeat, or looked up as the form is filled.
  // Its type is kText, and its value the code, or the codes and spaces.
  bool open_choice = false;

  Text label;
  Text hint;
  std::string appearance;

  // Expressions, empty where there is none.
  std::string required;
  std::string relevant;
  std::string constraint;
  std::string calculate;
  std::string readonly;
  Text constraint_message;
  Text required_message;

  // The `relevant` of every group and repeat around it that has one, outermost
  // first. The field is relevant only if these are, and its own is.
  std::vector<std::string> relevants_above;

  std::string default_value;  // As in the primary instance.
  std::string preload;        // jr:preload, such as "timestamp"; else empty.
  std::string preload_parameter;  // jr:preloadParams, such as "start".
  std::string saveto;             // The entity property it sets; else empty.

  bool asked = false;  // It has a control in the body: a person may answer it.
  bool note = false;   // It has a control but takes no answer: it only shows.
  bool meta = false;  // In the `meta` block: instanceID, instanceName, audit …

  friend bool operator==(const Field&, const Field&) = default;
};

// A roster: a group with any number of rows.
struct Repeat {
  std::string path;                   // Unique in the form.
  std::optional<RepeatIndex> parent;  // The innermost repeat it is in.
  Text label;
  std::string relevant;  // Expression; empty: always.
  std::string count;     // jr:count, an expression; empty: as many as wanted.

  friend bool operator==(const Repeat&, const Repeat&) = default;
};

// An inner node of the primary instance that is no repeat.
struct Group {
  std::string path;                   // Unique in the form.
  std::optional<GroupIndex> parent;   // The innermost group around it.
  std::optional<RepeatIndex> repeat;  // The innermost repeat around it.
  Text label;
  std::string relevant;  // Expression; empty: always.
  std::string appearance;

  friend bool operator==(const Group&, const Group&) = default;
};

// One line of a choice list. In a cascade a code may come several times, with
// different columns: it is still one answer.
struct ListedChoice {
  std::string code;
  Text label;
  // The other columns of its line, in order: what cascades filter by.
  std::vector<std::pair<std::string, std::string>> columns;

  friend bool operator==(const ListedChoice&, const ListedChoice&) = default;
};

struct ChoiceList {
  std::string name;  // Of its secondary instance; else the path of its field.
  std::vector<ListedChoice> choices;  // In the order of the form or file.

  friend bool operator==(const ChoiceList&, const ChoiceList&) = default;
};

// A secondary instance that lives outside the form.
struct ExternalInstance {
  std::string id;
  std::string src;   // As written: "jr://file-csv/districts.csv".
  std::string file;  // "districts.csv"; empty for "jr://instance/last-saved".
  bool attached = false;  // The file was given with the form.

  friend bool operator==(const ExternalInstance&,
                         const ExternalInstance&) = default;
};

// An entity that a filled form creates or updates (ODK Entities). The fields
// that set its properties have `saveto`.
struct Entity {
  std::string dataset;
  std::optional<RepeatIndex> repeat;  // One entity a row of it, else a record.
  std::string id;  // Expressions, or literal values; empty: none.
  std::string create;
  std::string update;
  std::string label;

  friend bool operator==(const Entity&, const Entity&) = default;
};

// Where and how ODK would send a filled form. Kept, not obeyed.
struct Submission {
  std::string action;
  std::string method;
  std::string public_key;  // base64RsaPublicKey: the form asks for encryption.
  std::string auto_send;
  std::string auto_delete;

  friend bool operator==(const Submission&, const Submission&) = default;
};

// Two fields of which a `constraint`, `relevant` or `calculate` of one mentions
// the other; the `relevant` of a group or repeat counts for each field in it.
// Answers to the two, given without knowledge of each other, may be fine one by
// one and wrong together.
//
// Both in the same repeat, or both in none: they are a pair within one row, or
// in the record. Otherwise one is in a repeat that the other is not in, and
// they are a pair only if the expression spans rows, that is, if one evaluation
// of it takes in every row:
//
//   outside, calculate="sum(/data/member/age)"      reads every row: a pair
//   repeat or group around it, relevant="/data/a"   decides every row: a pair
//   in a row, constraint=". < /data/limit"          one row at a time: no pair
//
// It then pairs with every row, below the row of the innermost repeat that
// both are in, if there is one.
struct Pair {
  FieldIndex field_a = 0;  // Less than field_b.
  FieldIndex field_b = 0;
  bool spans_rows = false;  // Exactly if the two are not in the same repeat.

  friend auto operator<=>(const Pair&, const Pair&) = default;
};

struct Form {
  std::string id;
  std::string version;  // May be empty.
  std::string title;    // May be empty.

  // As named by itext, in its order; empty if the form has no itext.
  std::vector<std::string> languages;
  std::string default_language;  // One of `languages`; empty if there is none.

  std::vector<Field> fields;
  std::vector<Repeat> repeats;  // An outer repeat precedes those in it.
  std::vector<Group> groups;    // An outer group precedes those in it.
  std::vector<ChoiceList> choice_lists;
  std::vector<ExternalInstance> external_instances;

  // Names of the other files the form refers to (images, sounds, films, lists
  // it searches), sorted, each once.
  std::vector<std::string> media;
  std::vector<Entity> entities;
  Submission submission;

  std::vector<Pair> pairs;  // Sorted, each once.

  friend bool operator==(const Form&, const Form&) = default;
};

// The field or repeat at `path`. Looks at all of them: to look up many, see
// numbering.h.
std::optional<FieldIndex> FindField(const Form& form, std::string_view path);
std::optional<RepeatIndex> FindRepeat(const Form& form, std::string_view path);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_FORM_FORM_H_
