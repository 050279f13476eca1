/* machine.h: what eval.c and loop.c share. */
#ifndef OL_EXPR_MACHINE_H
#define OL_EXPR_MACHINE_H

#include "expr/internal.h"

struct ol_machine {
	struct ol_eval *e;
	const struct ol_block *x;
	const struct ol_const *consts;
	struct ol_val *locals, *sp; /* sp: behind the top */
};

/* a && b (strong: false) or a || b (strong: true) into *a, in three values and error. */
void ol_machine_logic(struct ol_eval *e, struct ol_val *a, const struct ol_val *b, bool strong);
/* Of ITER, NEXT, STEP, KEEP. False: the loop is over and its result on the stack. */
bool ol_loop_begin(struct ol_machine *m, const struct ol_instr *i);
bool ol_loop_next(struct ol_machine *m, const struct ol_instr *i);
bool ol_loop_step(struct ol_machine *m, const struct ol_instr *i, const struct ol_val *locals);
bool ol_loop_condition(struct ol_machine *m, const struct ol_val *v);

#endif
