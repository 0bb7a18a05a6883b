// What environments are and which arguments they take.
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

using Set = std::unordered_set<std::string_view>;
using Map = std::unordered_map<std::string_view, std::string_view>;

std::string_view without_star(std::string_view name) {
  if (!name.empty() && name.back() == '*') name.remove_suffix(1);
  return name;
}

const std::unordered_map<std::string_view, EnvKind>& env_table() {
  using enum EnvKind;
  static const std::unordered_map<std::string_view, EnvKind> kinds = {
      {"document", document},
      {"abstract", EnvKind::abstract},
      {"onecolabstract", EnvKind::abstract},
      {"equation", display_math},
      {"align", display_math},
      {"gather", display_math},
      {"multline", display_math},
      {"flalign", display_math},
      {"alignat", display_math},
      {"xalignat", display_math},
      {"eqnarray", display_math},
      {"dmath", display_math},
      {"dgroup", display_math},
      {"displaymath", display_math},
      {"empheq", display_math},
      {"IEEEeqnarray", display_math},
      {"dseries", display_math},
      {"darray", display_math},
      {"math", unknown},
      {"subequations", subequations},
      {"figure", figure},
      {"wrapfigure", figure},
      {"SCfigure", figure},
      {"floatingfigure", figure},
      {"sidewaysfigure", figure},
      {"teaserfigure", figure},
      {"marginfigure", figure},
      {"wrapfloat", figure},
      {"table", EnvKind::table},
      {"wraptable", EnvKind::table},
      {"sidewaystable", EnvKind::table},
      {"SCtable", EnvKind::table},
      {"margintable", EnvKind::table},
      {"algorithm", algorithm},
      {"algorithm2e", algorithm},
      {"procedure", algorithm},
      {"function", algorithm},
      {"Algorithm", algorithm},
      {"algo", algorithm},
      {"wrapalgorithm", algorithm},
      {"algorithmic", algorithmic},
      {"algorithmicx", algorithmic},
      {"codebox", clrscode},
      {"pseudocode", clrscode},
      {"tabular", tabular},
      {"tabularx", tabular},
      {"tabulary", tabular},
      {"longtable", tabular},
      {"tabu", tabular},
      {"NiceTabular", tabular},
      {"NiceTabularX", tabular},
      {"xltabular", tabular},
      {"supertabular", tabular},
      {"longtabu", tabular},
      {"tblr", tabular},
      {"longtblr", tabular},
      {"talltblr", tabular},
      {"deluxetable", tabular},
      {"itemize", itemize},
      {"compactitem", itemize},
      {"tightitemize", itemize},
      {"asparaitem", itemize},
      {"list", itemize},
      {"trivlist", itemize},
      {"enumerate", enumerate},
      {"compactenum", enumerate},
      {"tightenumerate", enumerate},
      {"asparaenum", enumerate},
      {"description", description},
      {"compactdesc", description},
      {"inparaenum", inline_list},
      {"inparaitem", inline_list},
      {"quote", quote},
      {"quotation", quote},
      {"displayquote", quote},
      {"verse", quote},
      {"proof", proof},
      {"verbatim", verbatim},
      {"Verbatim", verbatim},
      {"BVerbatim", verbatim},
      {"LVerbatim", verbatim},
      {"lstlisting", verbatim},
      {"minted", verbatim},
      {"alltt", verbatim},
      {"pyverbatim", verbatim},
      {"python", verbatim},
      {"pythoncode", verbatim},
      {"tcblisting", verbatim},
      {"SaveVerbatim", verbatim},
      {"tikzpicture", picture},
      {"pgfpicture", picture},
      {"axis", picture},
      {"forest", picture},
      {"quantikz", picture},
      {"circuitikz", picture},
      {"picture", picture},
      {"tikzcd", picture},
      {"pspicture", picture},
      {"groupplot", picture},
      {"pgfplots", picture},
      {"dot2tex", picture},
      {"bytefield", picture},
      {"subfigure", sub_float},
      {"subtable", sub_float},
      {"subcaptionblock", sub_float},
      {"subcaptiongroup", sub_float},
      {"thebibliography", bibliography},
      {"appendices", EnvKind::appendix},
      {"appendix", EnvKind::appendix},
      {"subappendices", EnvKind::appendix},
      {"keywords", keywords},
      {"IEEEkeywords", keywords},
      {"CCSXML", keywords},
      {"keyword", keywords},
      {"comment", dropped},
      {"filecontents", dropped},
      {"icmlauthorlist", dropped},
      {"tcolorbox", unknown},
      {"overpic", unknown},
  };
  return kinds;
}

}  // namespace

EnvKind env_kind(std::string_view environment) {
  const auto& table = env_table();
  if (environment == "enumerate*" || environment == "itemize*" || environment == "description*") {
    return EnvKind::inline_list;
  }
  const auto found = table.find(without_star(environment));
  return found == table.end() ? EnvKind::unknown : found->second;
}

std::string_view env_arguments(std::string_view environment) {
  static const Map table = {
      {"figure", "o"},
      {"table", "o"},
      {"algorithm", "o"},
      {"algorithm2e", "o"},
      {"wrapfigure", "odod"},
      {"wraptable", "odod"},
      {"SCfigure", "oo"},
      {"SCtable", "oo"},
      {"wrapfloat", "dodod"},
      {"wrapalgorithm", "odod"},
      {"floatingfigure", "od"},
      {"sidewaysfigure", "o"},
      {"sidewaystable", "o"},
      {"procedure", "o"},
      {"function", "o"},
      {"minipage", "oood"},
      {"subfigure", "ood"},
      {"subtable", "ood"},
      {"subcaptionblock", "ood"},
      {"multicols", "do"},
      {"adjustbox", "d"},
      {"tcolorbox", "o"},
      {"mdframed", "o"},
      {"adjustwidth", "dd"},
      {"threeparttable", "o"},
      {"tablenotes", "o"},
      {"algorithmic", "o"},
      {"itemize", "o"},
      {"enumerate", "oo"},
      {"description", "o"},
      {"compactitem", "o"},
      {"compactenum", "o"},
      {"list", "dd"},
      {"tabular", "od"},
      {"tabularx", "dod"},
      {"tabulary", "dod"},
      {"longtable", "od"},
      {"tabu", "d"},
      {"NiceTabular", "odo"},
      {"NiceTabularX", "dodo"},
      {"xltabular", "odd"},
      {"supertabular", "d"},
      {"tblr", "od"},
      {"longtblr", "od"},
      {"talltblr", "od"},
      {"deluxetable", "d"},
      {"longtabu", "d"},
      {"alignat", "d"},
      {"xalignat", "d"},
      {"empheq", "od"},
      {"IEEEeqnarray", "od"},
      {"dmath", "o"},
      {"thebibliography", "d"},
      {"spacing", "d"},
      {"linenomath", ""},
      {"overpic", "o"},
      {"restatable", "odd"},
      {"appendices", "o"},
      {"columns", "o"},
      {"column", "d"},
      {"frame", "o"},
      {"scope", "o"},
      {"proof", ""},
      {"inparaenum", "o"},
      {"inparaitem", "o"},
      {"tightitemize", "o"},
      {"turn", "d"},
      {"rotate", "d"},
      {"sideways", ""},
      {"flushleft", ""},
      {"flushright", ""},
      {"center", ""},
      {"titlepage", ""},
      {"strip", "o"},
      {"otherlanguage", "d"},
      {"comment", ""},
      {"small", ""},
      {"footnotesize", ""},
      {"codebox", ""},
      {"pseudocode", "odd"},
      {"measuredfigure", ""},
      {"framed", ""},
      {"shaded", ""},
      {"landscape", ""},
      {"singlespace", ""},
      {"sloppypar", ""},
      {"filecontents", "od"},
      {"tabbing", ""},
      {"enumerate*", "o"},
      {"itemize*", "o"},
      {"description*", "o"},
  };
  if (environment == "tabular*") return "dod";
  if (environment == "minipage*") return "oood";
  const auto found = table.find(without_star(environment));
  return found == table.end() ? std::string_view("?") : found->second;
}

bool is_inner_math(std::string_view environment) {
  static const Set inner = {"split",     "aligned",   "alignedat",    "gathered",     "cases",
                            "dcases",    "rcases",    "array",        "matrix",       "pmatrix",
                            "bmatrix",   "Bmatrix",   "vmatrix",      "Vmatrix",      "smallmatrix",
                            "multlined", "subarray",  "psmallmatrix", "bsmallmatrix", "numcases",
                            "lgathered", "rgathered", "tabular"};
  return inner.contains(without_star(environment));
}

bool ends_at_section(std::string_view environment) {
  switch (env_kind(environment)) {
    case EnvKind::display_math:
    case EnvKind::figure:
    case EnvKind::table:
    case EnvKind::algorithm:
    case EnvKind::algorithmic:
    case EnvKind::tabular:
    case EnvKind::sub_float:
    case EnvKind::itemize:
    case EnvKind::enumerate:
    case EnvKind::description:
    case EnvKind::abstract:
    case EnvKind::picture:
      return true;
    default:
      return is_inner_math(environment);
  }
}

bool is_protected_environment(std::string_view environment) {
  return env_kind(environment) != EnvKind::unknown || is_inner_math(environment);
}

}  // namespace p2c::paper::latex
