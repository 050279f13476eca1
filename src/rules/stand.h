/* stand.h: how each node of a model stands with a target: what its table comes to for this very
 * node, conditions and element types included. The engine fills it; checks, verdicts, the matrix
 * and the partition preview read it. */
#ifndef OL_RULES_STAND_H
#define OL_RULES_STAND_H

#include "rules/known.h"
#include "schema/target.h"

enum ol_stand_kind {
	OL_STAND_UNKNOWN,   /* the table says nothing */
	OL_STAND_NONE,	    /* not in any opset */
	OL_STAND_VERSION,   /* in another opset */
	OL_STAND_CUSTOM,    /* of a domain that the target does not know */
	OL_STAND_CONDITION, /* a condition does not hold */
	OL_STAND_DTYPE,	    /* an operand of a type that it does not take */
	OL_STAND_UNDECIDED, /* a condition hangs on what is not known */
	OL_STAND_PARTIAL,   /* under a condition that is worded, not tested */
	OL_STAND_FULL
};

struct ol_stand {
	uint8_t kind;
	uint8_t at; /* condition, undecided: which of the row's conditions */
};

/* Would the target run it, as far as can be told? */
static inline bool ol_stand_runs(struct ol_stand s)
{
	return s.kind >= OL_STAND_UNDECIDED;
}

/* By node. fallback: how it stands with the target that runs what this one does not, or NULL. */
struct ol_stands {
	const struct ol_stand *own, *fallback;
};

static inline bool ol_stands_falls_back(const struct ol_stands *s, uint32_t node)
{
	return s->fallback && !ol_stand_runs(s->own[node]) && ol_stand_runs(s->fallback[node]);
}

/* What the target says of a kind of operator. Past the last opset that it accepts, that one is asked
 * about: that the opset is too new is said once, of the model. */
struct ol_target_support ol_stand_support(const struct ol_target *t, struct ol_str domain,
					  struct ol_str op, int64_t opset);

/* An operand whose element type a target does not take. */
struct ol_stand_operand {
	uint32_t value;
	int32_t dtype;
	bool output;
	struct ol_schema_param param;
	struct ol_typeset takes;
};
/* The first such operand of a node; false when there is none. */
bool ol_stand_operand(const struct ol_ir *ir, const struct ol_infer *inf, const struct ol_target *t,
		      const struct ol_target_support *s, const struct ol_schema *schema,
		      uint32_t node, struct ol_stand_operand *out);

#endif
