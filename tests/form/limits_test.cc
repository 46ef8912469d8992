// Each limit of limits.h: at it a form is read, one past it is refused with an
// error that says the limit.

#include "sync/form/limits.h"

#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/xform_reader.h"
#include "tests/form/xform_text.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::StatusIs;
using ::chasqui::testing::XFormText;
using ::testing::HasSubstr;

std::string Times(std::size_t times,
                  const std::function<std::string(std::size_t)>& make) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += make(i);
  return all;
}

std::string Leaf(std::size_t i) { return "<f" + std::to_string(i) + "/>"; }

// `make(n)` is a form with n of what has the `limit`.
void ExpectLimit(std::size_t limit,
                 const std::function<std::string(std::size_t)>& make,
                 const Attachments& attachments = {}) {
  EXPECT_OK(ReadXForm(make(limit), attachments));
  EXPECT_THAT(ReadXForm(make(limit + 1), attachments),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("limit of " + std::to_string(limit))));
}

TEST(LimitsTest, Bytes) {
  ExpectLimit(kFormBytesMax, [](std::size_t bytes) {
    std::string xml = XFormText{"<a/>", "", ""}.ToXml();
    return xml + std::string(bytes - xml.size(), ' ');
  });
}

TEST(LimitsTest, Fields) {
  ExpectLimit(kFieldsMax, [](std::size_t fields) {
    return XFormText{Times(fields, Leaf), "", ""}.ToXml();
  });
}

TEST(LimitsTest, NodesOfTheInstance) {
  ExpectLimit(kInstanceNodesMax, [](std::size_t nodes) {
    // Ten thousand leaves at most, so groups around them make up the rest.
    return XFormText{Times(nodes / 5,
                           [](std::size_t i) {
                             const std::string n = std::to_string(i);
                             return "<a" + n + "><b><c><d><e/></d></c></b></a" +
                                    n + ">";
                           }) +
                         Times(nodes % 5, Leaf),
                     "", ""}
        .ToXml();
  });
}

TEST(LimitsTest, Depth) {
  // html, head, model, instance and data are around the first node.
  ExpectLimit(kXmlDepthMax, [](std::size_t depth) {
    const auto open = [](std::size_t) { return "<g>"; };
    const auto close = [](std::size_t) { return "</g>"; };
    return XFormText{Times(depth - 5, open) + Times(depth - 5, close), "", ""}
        .ToXml();
  });
}

TEST(LimitsTest, DepthFarBeyondTheLimitDoesNoHarm) {
  const std::string xml = Times(1'000'000, [](std::size_t) { return "<g>"; }) +
                          Times(1'000'000, [](std::size_t) { return "</g>"; });
  EXPECT_THAT(ReadXForm(xml, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(std::to_string(kXmlDepthMax))));
}

TEST(LimitsTest, Elements) {
  // html, head, title, model, instance, data, a and body stand already.
  ExpectLimit(kXmlElementsMax, [](std::size_t elements) {
    return XFormText{"<a/>", "",
                     Times(elements - 8, [](std::size_t) { return "<b/>"; })}
        .ToXml();
  });
}

TEST(LimitsTest, Namespaces) {
  // The form itself declares six.
  ExpectLimit(kXmlNamespacesMax, [](std::size_t spaces) {
    return XFormText{"<a" +
                         Times(spaces - 6,
                               [](std::size_t i) {
                                 const std::string n = std::to_string(i);
                                 return " xmlns:p" + n + "='urn:" + n + "'";
                               }) +
                         "/>",
                     "", ""}
        .ToXml();
  });
}

TEST(LimitsTest, BytesOfAPath) {
  ExpectLimit(kPathBytesMax, [](std::size_t bytes) {
    return XFormText{"<g><" + std::string(bytes - 2, 'a') + "/></g>", "", ""}
        .ToXml();
  });
}

TEST(LimitsTest, BytesOfAnExpression) {
  ExpectLimit(kExpressionBytesMax, [](std::size_t bytes) {
    return XFormText{
        "<a/>",
        "<bind nodeset='/data/a' relevant='" + std::string(bytes, '1') + "'/>",
        ""}
        .ToXml();
  });
}

TEST(LimitsTest, BracketsInAnExpression) {
  ExpectLimit(kExpressionDepthMax, [](std::size_t depth) {
    return XFormText{"<a/>",
                     "<bind nodeset='/data/a' relevant='" +
                         std::string(depth, '(') + "/data/a" +
                         std::string(depth, ')') + "'/>",
                     ""}
        .ToXml();
  });
}

TEST(LimitsTest, ConstraintPairs) {
  // A relevant around n/100 fields that mentions 100 others.
  ExpectLimit(kPairsMax, [](std::size_t pairs) {
    const std::size_t mentions = pairs % 100 == 0 ? 100 : pairs % 100;
    const auto named = [](std::size_t i) {
      return "+/data/f" + std::to_string(i);
    };
    return XFormText{
        Times(100, Leaf) + "<g>" + Times(pairs / 100, Leaf) + "</g><h><x/></h>",
        "<bind nodeset='/data/g' relevant='0" + Times(100, named) + "'/>" +
            (mentions == 100 ? ""
                             : "<bind nodeset='/data/h' relevant='0" +
                                   Times(mentions, named) + "'/>"),
        ""}
        .ToXml();
  });
}

TEST(LimitsTest, Choices) {
  ExpectLimit(kListedChoicesMax, [](std::size_t choices) {
    const std::string items =
        Times(choices, [](std::size_t) { return "<i n='1'/>"; });
    // Rows without the column count as well: they are looked at.
    return XFormText{"<a/>",
                     "<instance id='l'><root><i><name>1</name></i>" +
                         items.substr(10) + "</root></instance>",
                     "<select1 ref='/data/a'><itemset "
                     "nodeset=\"instance('l')/root/i\"><value ref='name'/>"
                     "</itemset></select1>"}
        .ToXml();
  });
}

TEST(LimitsTest, OneTextUsedManyTimes) {
  // 64 KiB of label, used a thousand times, is the limit; the form is small.
  const std::string text(kTextBytesTotalMax / 1024, 'x');
  const auto labelled = [&](std::size_t fields) {
    return XFormText{Times(fields, Leaf),
                     "<itext><translation lang='e'><text id='t'><value>" +
                         text + "</value></text></translation></itext>",
                     Times(fields,
                           [](std::size_t i) {
                             return "<input ref='/data/f" + std::to_string(i) +
                                    "'><label ref=\"jr:itext('t')\"/></input>";
                           })}
        .ToXml();
  };
  EXPECT_OK(ReadXForm(labelled(1023), {}));
  EXPECT_THAT(ReadXForm(labelled(1024), {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(std::to_string(kTextBytesTotalMax))));
}

}  // namespace
}  // namespace chasqui
