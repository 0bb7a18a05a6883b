// Which file of a LaTeX source is the paper (spec 8.2).
#pragma once

#include <string>
#include <vector>

#include "paper/latex/source_tree.h"

namespace p2c::paper::latex {

struct MainFiles {
  std::string main;
  std::vector<std::string>
      supplements;  // documents of their own that belong to the paper, read after it as its appendix
};

// By 00README.json or 00README.XXX, else by score. Errors: bad_input when nothing looks like a document;
// found names the files there are.
MainFiles choose_main_file(SourceTree& sources);

}  // namespace p2c::paper::latex
