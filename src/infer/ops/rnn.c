/* rnn.c: recurrent layers: RNN, GRU, LSTM.
 *
 * X (sequence, batch, input), W (directions, gates * hidden, input), R (directions, gates * hidden,
 * hidden), B (directions, 2 * gates * hidden); layout 1 (as of opset 14) has the batch first in X,
 * the states and the outputs. */
#include "infer/nn.h"

struct cell {
	struct ol_nn_length dirs, seq, batch, input, hidden, gates, bias, peep;
	bool batch_first;
	int64_t n_gates;
};

static void fix_product(struct ol_op *x, struct ol_nn_length *l, struct ol_num hidden, int64_t by)
{
	struct ol_num v = ol_num_mul(x->syms, hidden, ol_num(by));

	if (ol_num_is_known(v))
		ol_nn_fix(l, v.v);
}

/* What the attributes say; the hidden size may follow from R. */
static void read_cell(struct ol_op *x, struct cell *c, int64_t n_gates)
{
	struct ol_str dir = ol_op_str(x, "direction", "forward");
	int64_t hidden = ol_op_int(x, "hidden_size", 0);

	*c = (struct cell){
	    .dirs = OL_NN_LENGTH("number of directions"),
	    .seq = OL_NN_LENGTH("sequence length"),
	    .batch = OL_NN_LENGTH("batch size"),
	    .input = OL_NN_LENGTH("input size"),
	    .hidden = OL_NN_LENGTH("hidden size"),
	    .gates = OL_NN_LENGTH("gates times hidden size"),
	    .bias = OL_NN_LENGTH("twice gates times hidden size"),
	    .peep = OL_NN_LENGTH("3 times hidden size"),
	    .batch_first = x->since >= 14 && ol_op_int(x, "layout", 0) != 0,
	    .n_gates = n_gates,
	};
	if (ol_str_is(dir, "forward") || ol_str_is(dir, "reverse"))
		ol_nn_fix(&c->dirs, 1);
	else if (ol_str_is(dir, "bidirectional"))
		ol_nn_fix(&c->dirs, 2);
	if (hidden > 0)
		ol_nn_fix(&c->hidden, hidden);
	else if (ol_op_attr(x, "hidden_size"))
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'hidden_size' is %lld, the least is 1", (long long)hidden);
}

/* A state (directions, batch, hidden), or batch first. */
static void meet_state(struct ol_op *x, struct cell *c, uint32_t k)
{
	struct ol_nn_length *a[3] = {&c->dirs, &c->batch, &c->hidden},
			    *b[3] = {&c->batch, &c->dirs, &c->hidden};

	ol_nn_meet_all(x, k, c->batch_first ? b : a, 3);
}

static void put_state(struct ol_op *x, const struct cell *c, uint32_t k)
{
	struct ol_num *d = ol_op_dims(x, 3);

	if (!d)
		return;
	d[0] = c->batch_first ? c->batch.n : c->dirs.n;
	d[1] = c->batch_first ? c->dirs.n : c->batch.n;
	d[2] = c->hidden.n;
	ol_op_shape(x, k, d, 3);
}

static void put_sequence(struct ol_op *x, const struct cell *c)
{
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = c->batch_first ? c->batch.n : c->seq.n;
	d[1] = c->batch_first ? c->seq.n : c->dirs.n;
	d[2] = c->batch_first ? c->dirs.n : c->batch.n;
	d[3] = c->hidden.n;
	ol_op_shape(x, 0, d, 4);
}

static void recurrent(struct ol_op *x, int64_t n_gates)
{
	struct cell c;

	read_cell(x, &c, n_gates);
	if (c.batch_first)
		ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&c.batch, &c.seq, &c.input}, 3);
	else
		ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&c.seq, &c.batch, &c.input}, 3);
	ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&c.dirs, &c.gates, &c.hidden}, 3);
	fix_product(x, &c.gates, c.hidden.n, c.n_gates);
	fix_product(x, &c.bias, c.hidden.n, 2 * c.n_gates);
	fix_product(x, &c.peep, c.hidden.n, 3);
	ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&c.dirs, &c.gates, &c.hidden}, 3);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&c.dirs, &c.gates, &c.input}, 3);
	ol_nn_meet_all(x, 3, (struct ol_nn_length *const[]){&c.dirs, &c.bias}, 2);
	ol_nn_meet_all(x, 4, (struct ol_nn_length *const[]){&c.batch}, 1);
	meet_state(x, &c, 5);
	if (c.n_gates == 4) {
		meet_state(x, &c, 6);
		ol_nn_meet_all(x, 7, (struct ol_nn_length *const[]){&c.dirs, &c.peep}, 2);
	}
	/* the first version leaves open which output is which without output_sequence */
	if (x->since < 7 && !ol_op_int(x, "output_sequence", 0))
		return;
	put_sequence(x, &c);
	put_state(x, &c, 1);
	put_state(x, &c, 2);
}

static void rnn(struct ol_op *x)
{
	recurrent(x, 1);
}

static void gru(struct ol_op *x)
{
	recurrent(x, 3);
}

static void lstm(struct ol_op *x)
{
	recurrent(x, 4);
}

static const struct ol_infer_row rows[] = {
    {"GRU", gru},
    {"LSTM", lstm},
    {"RNN", rnn},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_rnn = {"", rows};
