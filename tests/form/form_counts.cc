// Prints what the reader makes of an XForm, as JSON, for a reading by other
// means to be compared with.
//
//   form_counts FORM.xml [ATTACHMENT…]
//
// Exit 1 and the error on standard error if the form is refused, 2 if a file
// cannot be opened.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "sync/form/form.h"
#include "sync/form/xform_reader.h"

namespace chasqui {
namespace {

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void PrintText(std::string_view text) {
  std::cout << '"';
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x",
                    static_cast<unsigned>(c));
      std::cout << escape;
    } else {
      if (c == '"' || c == '\\') std::cout << '\\';
      std::cout << c;
    }
  }
  std::cout << '"';
}

// `key`: [ what `print` prints of each element, … ]
template <typename List, typename Print>
void PrintList(std::string_view key, const List& list, Print print) {
  std::cout << ",\n \"" << key << "\": [";
  bool first = true;
  for (const auto& element : list) {
    if (!first) std::cout << ", ";
    first = false;
    print(element);
  }
  std::cout << "]";
}

void PrintField(const Form& form, const Field& field) {
  std::cout << "{\"path\": ";
  PrintText(field.path);
  std::cout << ", \"type\": \"" << FieldTypeName(field.type)
            << "\", \"repeat\": ";
  PrintText(field.repeat ? form.repeats[*field.repeat].path : "");
  std::cout << ", \"choices\": "
            << (field.choices ? form.choice_lists[*field.choices].choices.size()
                              : 0)
            << ", \"labels\": " << field.label.size() << "}";
}

void Print(const Form& form) {
  std::cout << "{\"id\": ";
  PrintText(form.id);
  std::cout << ",\n \"version\": ";
  PrintText(form.version);
  PrintList("languages", form.languages, PrintText);
  PrintList("fields", form.fields,
            [&](const Field& field) { PrintField(form, field); });
  PrintList("repeats", form.repeats,
            [](const Repeat& repeat) { PrintText(repeat.path); });
  std::cout << "}\n";
}

}  // namespace
}  // namespace chasqui

int main(int argc, char** argv) {
  chasqui::Attachments attachments;
  std::optional<std::string> xml;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    std::optional<std::string> bytes = chasqui::ReadFile(path);
    if (!bytes) {
      std::cerr << path << ": cannot be opened\n";
      return 2;
    }
    if (i == 1) {
      xml = std::move(bytes);
    } else {
      attachments[path.substr(path.rfind('/') + 1)] = *std::move(bytes);
    }
  }
  if (!xml) {
    std::cerr << "form_counts FORM.xml [ATTACHMENT…]\n";
    return 2;
  }
  const auto form = chasqui::ReadXForm(*xml, attachments);
  if (!form.ok()) {
    std::cerr << argv[1] << ": " << form.status().message() << "\n";
    return 1;
  }
  chasqui::Print(*form);
  return 0;
}
