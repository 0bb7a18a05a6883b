// Running the pipeline from the command line, shared by `run` and `resume`.
#pragma once

#include <CLI/CLI.hpp>

#include "llm/chat_model.h"
#include "output.h"
#include "run/pipeline.h"

namespace p2c::cli {

// Options that `run` takes and `resume` may change. Those not given keep what `options` held before parsing.
struct WorkOptions {
  run::RunOptions run;
  double timeout_s = 300;
  int retries = llm::OpenAiOptions().max_retries;
  OutputOptions output;
};
void add_work_options(CLI::App& command, WorkOptions& options);

// Runs, prints what came of it and how to go on. 0, or 1 when the run finished below level L3.
int work(const WorkOptions& options);

inline constexpr const char* kWorkExitCodes =
    "  0  finished at level L3 or above, or stopped after --until\n"
    "  1  finished below level L3; the report says why\n"
    "  2  wrong use\n"
    "  3  no such file or run\n"
    "  4, 5, 6, 7  the source is no paper, has no text, is unsafe, is too large\n"
    "  8, 9  reading or writing failed, the disk is full\n"
    "  10 to 15  the endpoint: unreachable, key, rate, refused, bad answer, cut off\n"
    "  16  a reply is not in the recording\n"
    "  17  the budget is spent\n"
    "  18  a stage's result failed its checks\n"
    "  21  another process works on this run directory\n"
    "  22  a run directory of another version\n"
    "  23  stopped by Ctrl-C";

}  // namespace p2c::cli
