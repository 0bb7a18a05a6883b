// The XML scanner: events, entities, and input that is no XML.
#include "paper/xml_scan.h"

#include <gtest/gtest.h>

#include <chrono>

namespace p2c::paper {
namespace {

std::string events(std::string_view xml) {
  XmlScanner scanner(xml);
  XmlEvent event;
  std::string result;
  while (scanner.next(event)) {
    if (event.kind == XmlEvent::Kind::start) result += "<" + event.name;
    if (event.kind == XmlEvent::Kind::end) result += "/" + event.name;
    if (event.kind == XmlEvent::Kind::text) result += "'" + event.text + "'";
    for (const auto& [key, value] : event.attributes) result += " " + key + "=" + value;
    result += ";";
  }
  return result;
}

TEST(XmlScanner, Events) {
  EXPECT_EQ(
      events(
          "<?xml version='1.0'?><!DOCTYPE x><a b=\"1\" c:d='x &amp; y'>t<!-- no --><e/>&lt;&#65;&#x3b1;</a>"),
      "<a b=1 c:d=x & y;'t';<e;/e;'<Aα';/a;");
  EXPECT_EQ(events("<![CDATA[a < b]]>"), "'a < b';");
  EXPECT_EQ(events("<a title='x > y'>z</a>"), "<a title=x > y;'z';/a;");
}

TEST(XmlScanner, ForgivesWhatIsNoXml) {
  EXPECT_EQ(events("1 < 2"), "'1 ';'<';' 2';");
  EXPECT_EQ(events("&nosuch; &#xfffffffff; &#; &"), "'&nosuch; &#xfffffffff; &#; &';");
  EXPECT_EQ(events("<a b=c d>x"), "<a;'x';");
  EXPECT_EQ(events("<unfinished attr='"), "'<unfinished attr='';");
  EXPECT_EQ(events("<!-- open"), "");
  EXPECT_EQ(events("<![CDATA[open"), "'open';");
  EXPECT_EQ(decode_xml("&#0;&#xd800;"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(XmlScanner, IsLinear) {
  const auto start = std::chrono::steady_clock::now();
  for (std::string_view piece : {"<a \"", "<", "&", "<!--", "<a b='", "</"}) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    XmlScanner scanner(text);
    XmlEvent event;
    while (scanner.next(event)) {
    }
    EXPECT_EQ(scanner.position(), text.size());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace p2c::paper
