/* nodes.c: nodes, decoded straight from the wire, without protobuf-c: a model has more of them than
 * of anything else. */
#include "load/graphs.h"

int ol_walk_node_attr(struct walk *w, const struct head *h, uint32_t depth, struct ol_attr *a)
{
	int plain = ol_walk_plain_attr(w, h, depth, a);
	ProtobufCMessage *msg;

	if (plain)
		return plain < 0 ? -1 : 0;
	msg = ol_walk_field_leaf(w, h, depth);
	return !msg || ol_walk_attr(w, msg, ol_walk_span(h), depth, a) ? -1 : 0;
}

static int push_attr(struct walk *w, const struct ol_attr *a)
{
	struct ol_model *m = w->m;

	if (m->n_attrs == w->cap_attrs) {
		struct ol_attr *p =
		    ol_walk_grow(w, m->attrs, m->n_attrs, 1, &w->cap_attrs, sizeof(*p));

		if (!p)
			return -1;
		m->attrs = p;
	}
	m->attrs[m->n_attrs++] = *a;
	return 0;
}

static void give_id(struct ol_model *m, const struct pending *p, uint32_t id)
{
	struct ol_node *n = &m->nodes[p->node];

	switch ((enum name_of)p->of) {
	case OF_INPUT:
		if (p->k < n->inputs.n) /* else memory was refused */
			m->names_of[n->inputs.first + p->k] = id;
		break;
	case OF_OUTPUT:
		if (p->k < n->outputs.n)
			m->names_of[n->outputs.first + p->k] = id;
		break;
	case OF_NAME:
		n->name = id;
		break;
	case OF_OP_TYPE:
		n->op_type = id;
		break;
	case OF_DOMAIN:
		n->domain = id;
		break;
	case OF_OVERLOAD:
		n->overload = id;
		break;
	case OF_NOTHING:
		break;
	}
}

/* A singular field that stands again, and is known at once, wins over what waits. */
static void forget(struct graph_walk *gw, uint32_t node, enum name_of of)
{
	for (uint32_t i = 0; of >= OF_NAME && i < gw->n_pending; i++)
		if (gw->pending[i].node == node && gw->pending[i].of == of)
			gw->pending[i].of = OF_NOTHING;
}

/* The nodes that names wait for are whole rows by now. */
int ol_walk_give_ids(struct walk *w)
{
	struct graph_walk *gw = w->gw;

	for (uint32_t i = 0; i < gw->n_pending; i++) {
		const struct pending *p = &gw->pending[i];
		uint32_t id = ol_intern_add_hashed(
		    &w->m->names, (struct ol_str){gw->bytes + p->at, p->n}, p->hash);

		if (id == UINT32_MAX)
			ol_walk_refused(w);
		else
			give_id(w->m, p, id);
	}
	gw->n_pending = gw->n_bytes = 0;
	return w->stop ? -1 : 0;
}

static int node_field(struct walk *w, const struct head *h, uint32_t depth, struct ol_node *n)
{
	struct staged *s = &w->gw->s;
	struct ol_attr a;
	uint32_t id;
	bool nul;

	switch (h->id) {
	case 1:
		return ol_walk_take_name(w, h, &id) || ADD(w, &s->ins, uint32_t, id) ? -1 : 0;
	case 2:
		return ol_walk_take_name(w, h, &id) || ADD(w, &s->outs, uint32_t, id) ? -1 : 0;
	case 3:
		forget(w->gw, w->in_node, OF_NAME);
		return ol_walk_take_name(w, h, &n->name);
	case 4:
		forget(w->gw, w->in_node, OF_OP_TYPE);
		return ol_walk_take_name(w, h, &n->op_type);
	case 7:
		forget(w->gw, w->in_node, OF_DOMAIN);
		return ol_walk_take_name(w, h, &n->domain);
	case 8:
		forget(w->gw, w->in_node, OF_OVERLOAD);
		return ol_walk_take_name(w, h, &n->overload);
	case 5:
		return ol_walk_node_attr(w, h, depth + 1, &a) || push_attr(w, &a) ? -1 : 0;
	case 9:
		return ol_walk_add_kv(w, h, depth + 1, &s->node_kv);
	case 6: /* doc_string: only that it is well */
		return ol_walk_string(w, h, &nul);
	default: /* device_configurations: likewise */
		return ol_walk_field_leaf(w, h, depth + 1) ? 0 : -1;
	}
}

/* Nearly all fields of nearly all nodes: short ASCII names that lie in the window, the singular
 * ones for the first time. They go without the general machinery. Stops at the first field that is
 * anything else; -1 when the walk stops. */
static int plain_fields(struct walk *w, struct level *l)
{
	enum { MANY = 1 << 1 | 1 << 2 }; /* input, output */
	static const uint8_t kind[FIELDS] = {
	    [1] = 1 + OF_INPUT,	  [2] = 1 + OF_OUTPUT, [3] = 1 + OF_NAME,
	    [4] = 1 + OF_OP_TYPE, [7] = 1 + OF_DOMAIN, [8] = 1 + OF_OVERLOAD};
	const uint8_t *start = ol_walk_at_hand(w, l->pos, l->end), *p = start, *end;
	struct graph_walk *gw = w->gw;

	if (w->stop || !p || w->lim->name_length < OL_PLAIN_NAME)
		return 0;
	end = p + (l->end - l->pos);
	while (end - p >= 2 && gw->n_pending < PENDING &&
	       gw->n_bytes + OL_PLAIN_NAME <= PENDING_BYTES) {
		uint32_t id = p[0] >> 3, n = p[1], *none;
		struct pending *to = &gw->pending[gw->n_pending];

		if ((p[0] & 7) != WIRE_BYTES || id >= FIELDS || !kind[id] || n > OL_PLAIN_NAME ||
		    n > end - p - 2 || (!(MANY >> id & 1) && l->seen >> id & 1) ||
		    ol_walk_odd_bytes(p + 2, n))
			break;
		*to = (struct pending){.node = w->in_node,
				       .at = (uint16_t)gw->n_bytes,
				       .n = (uint16_t)n,
				       .of = (uint8_t)(kind[id] - 1)};
		if (MANY >> id & 1) {
			struct vec *v = id == 1 ? &gw->s.ins : &gw->s.outs;

			to->k = v->n;
			none = ol_walk_push(w, v, sizeof(*none));
			if (!none)
				return -1;
			*none = 0;
		} else {
			l->seen |= 1u << id;
		}
		memcpy(gw->bytes + gw->n_bytes, p + 2, n);
		to->hash =
		    ol_intern_hash(&w->m->names, (struct ol_str){gw->bytes + gw->n_bytes, n});
		gw->n_bytes += n;
		gw->n_pending++;
		l->index = id == l->field ? l->index + 1 : 0;
		l->field = (uint8_t)id;
		p += 2 + n;
	}
	l->pos += (uint64_t)(p - start);
	return 0;
}

int ol_walk_add_node(struct walk *w, const struct head *h, uint32_t depth)
{
	struct level l = {.pos = h->at, .end = h->at + h->length, .shape = w->node};
	struct staged *s = &w->gw->s;
	struct ol_model *m = w->m;
	struct ol_node n = {.graph = w->in_graph, .metadata = OL_NONE, .offset = h->at};
	struct head sub;
	int r;

	if (ol_walk_enter(w, depth, h->at))
		return -1;
	if (m->n_nodes == w->cap_nodes) {
		struct ol_node *p =
		    ol_walk_grow(w, m->nodes, m->n_nodes, 1, &w->cap_nodes, sizeof(*p));

		if (!p)
			return -1;
		m->nodes = p;
	}
	/* the row exists before it is read: nested graphs and diags point to it */
	w->in_node = m->n_nodes++;
	m->nodes[w->in_node] = n;
	n.length = h->length > UINT32_MAX ? UINT32_MAX : (uint32_t)h->length;
	n.attrs.first = m->n_attrs;
	s->ins.n = s->outs.n = s->node_kv.n = 0;
	w->top[w->n_top++] = &l;
	while ((r = plain_fields(w, &l)) == 0 && (r = ol_walk_field(w, &l, &sub)) == 1)
		if (sub.f && node_field(w, &sub, depth, &n) && w->stop)
			break;
	w->n_top--;
	n.attrs.n = m->n_attrs - n.attrs.first;
	if (ol_walk_append(w, &s->ins, &m->names_of, &m->n_names_of, &w->cap_names_of,
			   sizeof(uint32_t), &n.inputs) ||
	    ol_walk_append(w, &s->outs, &m->names_of, &m->n_names_of, &w->cap_names_of,
			   sizeof(uint32_t), &n.outputs) ||
	    ol_walk_keep_kvs(w, &s->node_kv, &n.metadata))
		r = -1;
	m->nodes[w->in_node] = n;
	w->in_node = OL_NONE;
	if ((w->gw->n_pending > PENDING / 2 || w->gw->n_bytes > PENDING_BYTES / 2) &&
	    ol_walk_give_ids(w))
		r = -1;
	return r < 0 || w->stop ? -1 : 0;
}
