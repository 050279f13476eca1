/* stand.h: how the nodes of a model stand with the selected targets. */
#ifndef OL_ENGINE_STAND_H
#define OL_ENGINE_STAND_H

#include "engine/engine.h"
#include "rules/stand.h"

/* By selected target, in `a`; NULL when memory is refused. */
const struct ol_stands *ol_engine_stands(const struct ol_ir *ir, const struct ol_engine_options *o,
					 struct ol_arena *a);

#endif
