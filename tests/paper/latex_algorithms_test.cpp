// Pseudocode in its dialects, and listings (spec 8.5).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

// "kind@depth: text // comment" for each line.
std::vector<std::string> lines(const Algorithm& algorithm) {
  std::vector<std::string> out;
  for (const AlgorithmLine& line : algorithm.lines) {
    out.push_back(fmt::format("{}@{}: {}{}", line.kind, line.depth, line.text,
                              line.comment.empty() ? "" : " // " + line.comment));
  }
  return out;
}

TEST(LatexAlgorithms, Algpseudocode) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}[t]\\caption{Train}\\label{alg}\\begin{algorithmic}[1]\n\\Require data "
      "$D$\n\\Ensure weights $w$\n\\State $w \\gets 0$ \\Comment{start}\n"
      "\\For{$i = 1$ to $N$}\\If{$x > 0$}\\State \\Call{Update}{$w, x$}\\ElsIf{$x = 0$}\\State "
      "skip\\Else\\State \\textbf{break}\\EndIf\\EndFor\n"
      "\\Function{F}{$x$}\\State \\Return $x$\\EndFunction\\Repeat\\State a\\Until{done}\\While{true}\\State "
      "b\\EndWhile\n\\end{algorithmic}\\end{algorithm}See \\cref{alg}");
  ASSERT_EQ(doc.algorithms.size(), 1u);
  const Algorithm& a = doc.algorithms[0];
  EXPECT_EQ(a.caption, "Train");
  EXPECT_EQ(a.number, "1");
  EXPECT_EQ(a.label, "alg");
  EXPECT_EQ(a.inputs, std::vector<std::string>{"data $D$"});
  EXPECT_EQ(a.outputs, std::vector<std::string>{"weights $w$"});
  EXPECT_EQ(lines(a),
            (std::vector<std::string>{
                "stmt@0: $w \\gets 0$ // start", "for@0: for $i = 1$ to $N$ do", "if@1: if $x > 0$ then",
                "stmt@2: Update($w, x$)", "elif@1: else if $x = 0$ then", "stmt@2: skip", "else@1: else",
                "stmt@2: break", "end@1: end if", "end@0: end for", "function@0: function F($x$)",
                "return@1: return $x$", "end@0: end function", "repeat@0: repeat", "stmt@1: a",
                "until@0: until done", "while@0: while true do", "stmt@1: b", "end@0: end while"}));
  EXPECT_EQ(a.lines[3].no, 4);
  EXPECT_EQ(doc.blocks.back().text, "See Algorithm 1");
}

TEST(LatexAlgorithms, AlgorithmicInCapitals) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\begin{algorithmic}\n\\REQUIRE $x$\n\\STATE a\n\\FORALL{$i$}\\IF{c}\\STATE "
      "b\\ENDIF\\ENDFOR\n\\REPEAT\\STATE d\\UNTIL{e}\n\\RETURN "
      "$y$\n\\end{algorithmic}\\caption{C}\\end{algorithm}");
  EXPECT_EQ(lines(doc.algorithms.at(0)),
            (std::vector<std::string>{"stmt@0: a", "for@0: for all $i$ do", "if@1: if c then", "stmt@2: b",
                                      "end@1: end if", "end@0: end for", "repeat@0: repeat", "stmt@1: d",
                                      "until@0: until e", "return@0: return $y$"}));
}

TEST(LatexAlgorithms, NoendLeavesEndLinesOut) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\begin{algorithmic}\\For{i}\\State a\\EndFor\\State "
      "b\\end{algorithmic}\\end{algorithm}",
      "\\usepackage[noend]{algpseudocode}");
  EXPECT_EQ(lines(doc.algorithms.at(0)),
            (std::vector<std::string>{"for@0: for i do", "stmt@1: a", "stmt@0: b"}));
  EXPECT_EQ(doc.algorithms[0].number, "");
}

TEST(LatexAlgorithms, Algorithm2e) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\n\\caption{Two}\\label{two}\n\\KwIn{graph "
      "$G$}\n\\KwResult{tree}\n\\SetKwFunction{Fit}{Fit}\n$w \\leftarrow 0$\\;\n"
      "\\For{$i \\leftarrow 1$ \\KwTo $n$}{\n  $a$\\; \\tcp*{note}\n  \\eIf{$a > "
      "b$}{\\Fit{$a$}\\;}{skip\\;}\n  \\uIf{c}{d\\;}\\Else{e\\;}\n}\n\\While{x}{y}\n"
      "\\Repeat{stop}{go\\;}\n\\lIf{p}{q}\n\\Return{$w$}\n\\end{algorithm}",
      "\\usepackage[ruled,vlined]{algorithm2e}");
  const Algorithm& a = doc.algorithms.at(0);
  EXPECT_EQ(a.caption, "Two");
  EXPECT_EQ(a.label, "two");
  EXPECT_EQ(a.inputs, std::vector<std::string>{"graph $G$"});
  EXPECT_EQ(a.outputs, std::vector<std::string>{"tree"});
  EXPECT_EQ(lines(a), (std::vector<std::string>{
                          "stmt@0: $w \\leftarrow 0$", "for@0: for $i \\leftarrow 1$ to $n$ do",
                          "stmt@1: $a$ // note", "if@1: if $a > b$ then", "stmt@2: Fit($a$)", "else@1: else",
                          "stmt@2: skip", "if@1: if c then", "stmt@2: d", "else@1: else", "stmt@2: e",
                          "while@0: while x do", "stmt@1: y", "repeat@0: repeat", "stmt@1: go",
                          "until@0: until stop", "if@0: if p then q", "return@0: return $w$"}));
}

TEST(LatexAlgorithms, DeclaredKeywordsOfAlgorithm2e) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\SetKwInOut{Data}{Data}\\SetKwInOut{Out}{Output}\\SetKwProg{Fn}{Function}{:}{end}"
      "\\Data{d}\\Out{o}\\Fn{Main($x$)}{a\\;}\\end{algorithm}");
  EXPECT_EQ(doc.algorithms.at(0).inputs, std::vector<std::string>{"d"});
  EXPECT_EQ(doc.algorithms.at(0).outputs, std::vector<std::string>{"o"});
  EXPECT_EQ(lines(doc.algorithms[0]),
            (std::vector<std::string>{"function@0: Function Main($x$)", "stmt@1: a", "end@0: end"}));
}

TEST(LatexAlgorithms, Codebox) {
  const PaperDoc doc = read_body(
      "\\begin{codebox}\\Procname{Sort}\\li \\For $j$ \\To $n$ \\Do \\li swap \\End \\li \\Return "
      "a\\end{codebox}");
  EXPECT_EQ(lines(doc.algorithms.at(0)),
            (std::vector<std::string>{"function@0: Sort", "for@0: for $j$ to $n$", "stmt@1: swap",
                                      "return@0: return a"}));
}

TEST(LatexAlgorithms, ListingInAFloatIsCodeToo) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{PyTorch}\\begin{lstlisting}[language=Python,escapeinside={(@}{@)}]\nfor x "
      "in loader:  # {5%}\n    y = (@$\\alpha$@) * x\n\nreturn y\n\\end{lstlisting}\\end{algorithm}");
  ASSERT_EQ(doc.blocks.size(), 3u);
  EXPECT_EQ(lines(doc.algorithms.at(0)),
            (std::vector<std::string>{"for@0: for x in loader:  # {5%}", "stmt@1: y = $\\alpha$ * x",
                                      "return@0: return y"}));
  EXPECT_EQ(doc.blocks[2].id, "C1");
  EXPECT_EQ(doc.blocks[2].type, BlockType::code);
  EXPECT_EQ(doc.blocks[2].parent, "A1");
  EXPECT_EQ(doc.blocks[2].text, "for x in loader:  # {5%}\n    y = $\\alpha$ * x\n\nreturn y");
}

TEST(LatexAlgorithms, VerbatimMaterial) {
  const PaperDoc doc = read_body(
      "\\begin{verbatim}\na_b % $ {\n\\section{x}\n\\end{verbatim}\\begin{minted}[linenos]{python}\nx = "
      "1\n\\end{minted}\\begin{lstlisting}[caption={My "
      "code},label=lst]\nz\n\\end{lstlisting}\\ref{lst}\\begin{mycode}q{\\end{mycode}",
      "\\lstnewenvironment{mycode}[1][]{}{}");
  EXPECT_EQ(texts(doc, BlockType::code),
            (std::vector<std::string>{"a_b % $ {\n\\section{x}", "x = 1", "z", "q{"}));
  EXPECT_EQ(doc.blocks[3].title, "Listing 1: My code");
}

TEST(LatexAlgorithms, TwoAlgorithmsInAFigure) {
  const PaperDoc doc = read_body(
      "\\begin{figure*}\\begin{minipage}{0.5\\textwidth}\\begin{algorithm}[H]\\caption{One}\\begin{"
      "algorithmic}\\State a\\State b\\end{algorithmic}\\end{algorithm}\\end{minipage}"
      "\\begin{minipage}{0.5\\textwidth}\\begin{algorithm}[H]\\caption{Two}\\begin{algorithmic}\\State "
      "c\\State d\\end{algorithmic}\\end{algorithm}\\end{minipage}\\caption{Both}\\label{f}\\end{figure*}");
  ASSERT_EQ(doc.algorithms.size(), 2u);
  EXPECT_EQ(doc.algorithms[1].number, "2");
  EXPECT_EQ(doc.algorithms[1].lines.size(), 2u);
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.figures[0].caption, "Both");
  EXPECT_EQ(doc.figures[0].label, "f");
}

TEST(LatexAlgorithms, LineLabels) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{c}\\begin{algorithmic}\\State a\\State b "
      "\\label{l}\\end{algorithmic}\\end{algorithm}Line \\ref{l}");
  EXPECT_EQ(doc.blocks.back().text, "Line 2");
  EXPECT_EQ(doc.blocks.back().refs, std::vector<std::string>{"A1"});
}

// "depth kind text // comment" of each line of the first algorithm.
std::vector<std::string> shown(const PaperDoc& doc) {
  std::vector<std::string> out;
  if (doc.algorithms.empty()) return out;
  for (const AlgorithmLine& line : doc.algorithms[0].lines) {
    out.push_back(std::to_string(line.depth) + " " + line.kind + " " + line.text +
                  (line.comment.empty() ? "" : " // " + line.comment));
  }
  return out;
}

TEST(LatexAlgorithms, BlocksThatAPaperDeclares) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{C}\\begin{algorithmic}\\State a \\Do \\State b \\doWhile{$z$} "
      "\\Indent \\State c \\EndIndent \\Phase{One} \\State d \\EndPhase \\ParLoop \\State e \\EndParLoop "
      "\\If{x} \\State f \\EndIf"
      "\\end{algorithmic}\\end{algorithm}",
      "\\usepackage{algpseudocode}\\algdef{SE}[DOWHILE]{Do}{doWhile}{\\algorithmicdo}[1]{"
      "\\algorithmicwhile\\ #1}"
      "\\algdef{SE}[SUBALG]{Indent}{EndIndent}{}{\\algorithmicend\\ }\\algtext*{EndIndent}"
      "\\algblockdefx[PHASE]{Phase}{EndPhase}[1]{\\textbf{phase} #1}{\\textbf{end phase}}"
      "\\algblock[PL]{ParLoop}{EndParLoop}\\algtext*{EndIf}");
  EXPECT_EQ(shown(doc),
            (std::vector<std::string>{"0 stmt a", "0 repeat do", "1 stmt b", "0 until while $z$", "1 stmt c",
                                      "0 stmt phase One", "1 stmt d", "0 end end phase", "0 stmt ParLoop",
                                      "1 stmt e", "0 end EndParLoop", "0 if if x then", "1 stmt f"}));
}

TEST(LatexAlgorithms, SwitchesOfAlgpseudocodex) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{C}\\begin{algorithmic}\\Input $x$ \\Output $y$ \\LComment{long} "
      "\\For{$i$} \\State $a$ \\Comment{c} \\BeginBox[draw] \\State b \\EndBox \\EndFor "
      "\\Switch{$s$} \\Case{1} \\State one \\EndCase \\Default \\State two \\EndDefault \\EndSwitch"
      "\\end{algorithmic}\\end{algorithm}",
      "\\usepackage{algpseudocodex}");
  EXPECT_EQ(doc.algorithms[0].inputs, std::vector<std::string>{"$x$"});
  EXPECT_EQ(doc.algorithms[0].outputs, std::vector<std::string>{"$y$"});
  EXPECT_EQ(shown(doc),
            (std::vector<std::string>{"0 comment  // long", "0 for for $i$ do", "1 stmt $a$ // c", "1 stmt b",
                                      "0 end end for", "0 if switch $s$", "1 elif case 1", "2 stmt one",
                                      "1 end end case", "1 else default", "2 stmt two", "1 end end default",
                                      "0 end end switch"}));
}

TEST(LatexAlgorithms, KeywordsThatAnAlgorithm2ePaperDeclares) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{C}\\ParFor{$p$}{a\\;}\\Do{$c$}{b\\;}\\Parallel{c\\;}\\PIf{$x$}{d\\;}"
      "\\PElse{e\\;}"
      "\\end{algorithm}",
      "\\usepackage[noend]{algorithm2e}\\SetKwFor{ParFor}{parfor}{do}{end}\\SetKwRepeat{Do}{do}{while}"
      "\\SetKwBlock{Parallel}{in "
      "parallel}{end}\\SetKwIF{PIf}{PElseIf}{PElse}{maybe}{then}{or}{otherwise}{end}");
  EXPECT_EQ(shown(doc),
            (std::vector<std::string>{"0 for parfor $p$ do", "1 stmt a", "0 repeat do", "1 stmt b",
                                      "0 until while $c$", "0 stmt in parallel", "1 stmt c",
                                      "0 if maybe $x$ then", "1 stmt d", "0 else otherwise", "1 stmt e"}));
}

TEST(LatexAlgorithms, ClrscodeNestsAndSpeaks) {
  const PaperDoc doc = read_body(
      "\\begin{codebox}\\Procname{$\\proc{Sort}(A)$}\\li \\For $j \\gets 2$ \\To $\\attrib{A}{length}$\n"
      "\\li \\Do $\\id{key} \\gets A[j]$\n\\li \\Comment Insert it\n\\li \\While $i > 0$\n\\li \\Do $i "
      "\\gets i-1$\n"
      "\\End\n\\li last\n\\End\n\\li \\If $x$\n\\li \\Then a\n\\li \\ElseIf $y$\n\\li \\Then b\n\\li "
      "\\Else\n\\li c\n\\End\n"
      "\\li \\Repeat\n\\li once\n\\li \\Until $z$\n\\li \\Return $A$\\end{codebox}",
      "\\usepackage{clrscode3e}");
  EXPECT_EQ(shown(doc),
            (std::vector<std::string>{
                "0 function $\\text{Sort}(A)$", "0 for for $j \\gets 2$ to ${A.\\mathit{length}}$",
                "1 stmt $\\mathit{key} \\gets A[j]$", "1 comment Insert it", "1 while while $i > 0$",
                "2 stmt $i \\gets i-1$", "1 stmt last", "0 if if $x$", "1 stmt a", "0 elif else if $y$",
                "1 stmt b", "0 else else", "1 stmt c", "0 repeat repeat", "1 stmt once", "0 until until $z$",
                "0 return return $A$"}));
  EXPECT_TRUE(doc.macros.empty());
}

TEST(LatexAlgorithms, ListsAreSteps) {
  const PaperDoc doc = read_body(
      "\\begin{algorithm}\\caption{C}\\begin{enumerate}\\item First\\item Second: \\begin{itemize}\\item "
      "inner $x$"
      "\\end{itemize}\\item Third\\end{enumerate}\\end{algorithm}");
  EXPECT_EQ(shown(doc),
            (std::vector<std::string>{"0 stmt First", "0 stmt Second:", "1 stmt inner $x$", "0 stmt Third"}));
}

}  // namespace
}  // namespace p2c::paper::latex
