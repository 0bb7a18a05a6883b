// run.json: gathered from the store.
#pragma once

#include "artefacts/run_record.h"
#include "run/store.h"

namespace p2c::run {

artefacts::RunRecord make_run_record(const Store& store);

}  // namespace p2c::run
