/* run.h: between the run_*.c files only: the state of one run.
 *
 * run.c walks the rules; run_match.c and run_builtin.c find the things that a rule may fire on;
 * run_hit.c asks the rule about one thing and writes the finding down. */
#ifndef OL_ENGINE_RUN_H
#define OL_ENGINE_RUN_H

#include "engine/engine.h"

/* What an assertion came to. */
enum ol_answer { OL_ANSWER_NO, OL_ANSWER_YES, OL_ANSWER_UNKNOWN };

/* A rule in the run. */
struct ol_run_seat {
	const struct ol_rule *rule;
	const struct ol_builtin *builtin;
	struct ol_rule_stats *stats; /* never NULL */
	int8_t severity;	     /* override, -1 none */
	uint32_t own_slot, target_slot, first_var,
	    first_let; /* own_slot: OL_NONE when it is `model` */
	uint32_t kept; /* findings of the rule so far, about the target at hand */
	/* the last answer for a builtin's hit, valid for equal variables and an equal kind */
	uint64_t memo_key;
	uint8_t memo_answer;
	bool memo;
};

struct ol_run {
	const struct ol_ir *ir;
	const struct ol_rules *rules;
	const struct ol_engine_options *o;
	struct ol_findings *out;
	struct ol_facts facts;
	struct ol_arena arena, scratch; /* of the run; of one thing */
	struct ol_eval eval;
	const struct ol_expr **lazy; /* by slot; room for the rule with most */
	uint32_t *by_op;	     /* kinds sorted by op_type, then kind */
	uint32_t *diags; /* rows of model.diags sorted by rule, then row; NULL until asked for */
	uint64_t hash_key[2];
	uint64_t deadline; /* ns of the monotonic clock, 0 = none */
	uint32_t since_clock;
	bool stopped, no_memory, timed;

	struct ol_run_seat *at;		/* the rule at hand */
	const struct ol_run_seat *laid; /* the one that slots and lazy are laid out for */
	uint32_t target;		/* index of the target at hand, OL_NONE: none */
	const struct ol_stands *stands; /* by target; NULL until asked for */
	const struct ol_check *check;	/* whose hit is at hand, NULL: a match's */
};

/* Is the run at its end (deadline, memory)? Looks at the clock now and then. */
bool ol_run_over(struct ol_run *r);

/* ---- run_hit.c ---- */
/* Fills a seat from its rule; severity and stats are the caller's. */
void ol_run_seat_init(struct ol_run_seat *s, const struct ol_rule *rule);
/* Is it so? own: the scope's object; vars: the builtin's, or NULL. */
enum ol_answer ol_run_ask(struct ol_run *r, struct ol_val own, const struct ol_val *vars);
/* Counts the answer, and on yes writes the finding down. The scratch arena is the caller's to
 * empty. */
void ol_run_tell(struct ol_run *r, enum ol_answer a, struct ol_place place);
/* Would another finding of the rule be dropped anyway? Then counts it. */
bool ol_run_full(struct ol_run *r);

/* ---- run_builtin.c ---- */
/* Runs a check in C on the whole model, for the n seats that name it. */
void ol_run_builtin(struct ol_run *r, struct ol_run_seat *const *seats, uint32_t n);

/* ---- run_match.c ---- */
int ol_run_index(struct ol_run *r);
/* Leads the rule at hand to all it may fire on. */
void ol_run_match(struct ol_run *r);
struct ol_place ol_run_place_of_node(const struct ol_ir *ir, uint32_t node);

#endif
