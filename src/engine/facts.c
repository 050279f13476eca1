/* facts.c: the table of all classes and functions, the host of rule files, and the makers that the
 * facts share. */
#include <stdlib.h>

#include "engine/facts_table.h"
#include "schema/kinds.h"
#include "util/text.h"

const char *const ol_op_status_names[] = {"known",  "deprecated", "function",
					  "future", "removed",	  "unknown",
					  "custom", "unimported", "declared", NULL};

static const struct ol_class classes[OL_CLS_COUNT] = {
    [OL_CLS_MODEL] = {"model", ol_facts_model_fields, "the whole model"},
    [OL_CLS_GRAPH] = {"graph", ol_facts_graph_fields,
		      "a graph: main, nested, or a function's body"},
    [OL_CLS_NODE] = {"node", ol_facts_node_fields, "a node: one use of an operator"},
    [OL_CLS_VALUE] = {"value", ol_facts_value_fields,
		      "a value: input, initializer or output of a node"},
    [OL_CLS_TENSOR] = {"tensor", ol_facts_tensor_fields, "a stored tensor"},
    [OL_CLS_ATTRIBUTE] = {"attribute", ol_facts_attribute_fields, "an attribute of a node"},
    [OL_CLS_OPSET_IMPORT] = {"opset_import", ol_facts_opset_fields, "an opset import"},
    [OL_CLS_FUNCTION] = {"function", ol_facts_function_fields, "a function of the model"},
    [OL_CLS_TARGET] = {"target", ol_facts_target_fields,
		       "a runtime or converter that the model is meant for"},
    [OL_CLS_SCHEMA] = {"schema", ol_facts_schema_fields, "one version of an operator"},
    [OL_CLS_SUPPORT] = {"support", ol_facts_support_fields, "what a target says of an operator"},
    [OL_CLS_PARAM] = {"param", ol_facts_param_fields, "an input or output parameter of a schema"},
    [OL_CLS_SCHEMA_ATTR] = {"schema_attr", ol_facts_schema_attr_fields, "an attribute of a schema"},
    [OL_CLS_ARGUMENT] = {"argument", ol_facts_argument_fields,
			 "an input or output of a node with its parameter"},
    [OL_CLS_STATS] = {"stats", ol_facts_stats_fields, "what the elements of a tensor are like"},
};

static const struct ol_func funcs[] = {
    {"node", "attr", "string, [dyn]", "dyn", ol_call_node_attr,
     "value of an attribute, else the second argument, else the schema's default, else null"},
    {"node", "has_attr", "string", "bool", ol_call_node_has_attr, "is the attribute written"},
    {"node", "input", "int", "value?", ol_call_node_input,
     "the i-th input; null past the end or left out"},
    {"node", "output", "int", "value?", ol_call_node_output,
     "the i-th output; null past the end or left out"},
    {"node", "const_input", "int", "bool", ol_call_node_const_input,
     "is the i-th input constant or left out; unknown when it is computed from constants alone"},
    {"node", "dims_input", "int", "bool", ol_call_node_dims_input,
     "is the i-th input constant, left out, or computed from constants and dimensions alone"},
    {"node", "used", "int", "bool", ol_call_node_used, "does anything read the i-th output"},
    {"model", "function", "string, string", "function?", ol_call_model_function,
     "local function by domain and name"},
    {"schema", "accepts", "string, string", "bool", ol_call_schema_accepts,
     "does a parameter or type variable take an element type"},
    {"schema", "attr", "string", "schema_attr?", ol_call_schema_attr, "an attribute by name"},
    {"schema", "has_attr", "string", "bool", ol_call_schema_has_attr, "does it know the attribute"},
    {"schema", "input_at", "int", "param?", ol_call_schema_input_at,
     "the parameter that the i-th input falls on"},
    {"schema", "output_at", "int", "param?", ol_call_schema_output_at,
     "the parameter that the i-th output falls on"},
    {"param", "accepts", "string", "bool", ol_call_param_accepts, "does it take an element type"},
    {"target", "supports", "node", "support", ol_call_target_supports,
     "what the target says of a node's operator"},
    {"target", "supports_op", "string, string, int", "support", ol_call_target_supports_op,
     "the same by domain, operator and opset"},
    {"target", "types", "node, string", "list(string)", ol_call_target_types,
     "element types for a parameter or type variable; unknown when it does not say"},
    {"target", "takes", "node, string, string", "bool", ol_call_target_takes,
     "does it take an element type for a parameter; unknown when it does not say"},
    {"target", "min_opset", "string", "int?", ol_call_target_min_opset,
     "least opset accepted for a domain"},
    {"target", "max_opset", "string", "int?", ol_call_target_max_opset,
     "largest opset accepted for a domain"},
    {"target", "tried", "string, int", "bool", ol_call_target_tried,
     "is it tested with the opset of a domain, as far as it says so"},
    {"target", "opset_for", "node", "int?", ol_call_target_opset_for,
     "the opset nearest to the node's at which the target takes the operator"},
    {NULL, "opset", "string", "int?", ol_call_opset, "version that the model imports for a domain"},
    {NULL, "schema_of", "string, string, int", "schema?", ol_call_schema_of,
     "schema by domain, operator and opset"},
    {NULL, "newest_opset", "string", "int?", ol_call_newest_opset,
     "newest known version of a domain"},
    {NULL, "release_of_opset", "string, int", "string?", ol_call_release_of_opset,
     "first release of onnx that has an opset of a domain"},
    {NULL, "ir_for_opset", "string, int", "int?", ol_call_ir_for_opset,
     "least IR version that goes with an opset"},
    {NULL, "dtype_bits", "string", "int", ol_call_dtype_bits,
     "bits of an element type; 0 for string"},
    {NULL, "dtype_min_ir", "string", "int", ol_call_dtype_min_ir,
     "first IR version that has an element type"},
    {NULL, "known_dtype", "string", "bool", ol_call_known_dtype,
     "is it the name of an element type"},
    {NULL, "lossless_cast", "string, string", "bool", ol_call_lossless_cast,
     "does every value of the first element type exist in the second"},
    {NULL, "quote", "string", "string", ol_call_quote,
     "in quotes, control characters escaped, at most 80 columns"},
    {NULL, "shape_text", "value", "string", ol_call_shape_text,
     "declared shape: \"[1,N,?]\", or \"?\""},
    {NULL, "join", "list(dyn), [string]", "string", ol_call_join,
     "items as text, with a separator (\", \")"},
    {NULL, "sum", "list(dyn)", "dyn", ol_call_sum, "sum of numbers"},
    {NULL, "min", "list(dyn)", "dyn", ol_call_min, "least of some numbers"},
    {NULL, "max", "list(dyn)", "dyn", ol_call_max, "largest of some numbers"},
    {NULL, "glob", "string, string", "bool", ol_call_glob,
     "does a pattern with * and ? match the whole text"},
    {NULL, "near", "string, string", "bool", ol_call_near,
     "are two names so alike that one may be meant"},
    {NULL, "plural", "int, string, string", "string", ol_call_plural,
     "the second argument for 1, else the third"},
    {NULL, "bytes_text", "int", "string", ol_call_bytes_text, "\"1.9 GiB\""},
    {NULL, "count_text", "int", "string", ol_call_count_text, "\"12,345\""},
};

static const struct ol_env env = {
    .classes = classes,
    .n_classes = OL_CLS_COUNT,
    .funcs = funcs,
    .n_funcs = sizeof(funcs) / sizeof(funcs[0]),
    .container = "",
};

const struct ol_env *ol_facts_env(void)
{
	return &env;
}

/* ---- names that rules may use ---- */
static bool known_op(struct ol_str op, struct ol_str *near)
{
	uint32_t best = UINT32_MAX, d;

	if (near)
		*near = (struct ol_str){0};
	for (uint32_t i = 0;; i++) {
		struct ol_schema s = ol_schema_at(i);

		if (!s.row)
			break;
		if (ol_str_eq(s.name, op))
			return true;
		if (near && ol_text_near(op, s.name, &d) && d < best) {
			best = d;
			*near = s.name;
		}
	}
	return false;
}

static bool known_target(struct ol_str name, struct ol_str *near)
{
	if (ol_target_find(name).row)
		return true;
	if (near)
		*near = ol_target_nearest(name);
	return false;
}

/* Actions are rows of src/fix/; as long as that table has none, every name is accepted and offered
 * by title. */
static bool known_action(struct ol_str action, struct ol_str *near)
{
	(void)action;
	(void)near;
	return true;
}

static const struct ol_rules_host host = {
    .env = &env,
    .builtins = ol_builtins,
    .known_op = known_op,
    .known_action = known_action,
    .known_target = known_target,
    .status_names = ol_op_status_names,
};

const struct ol_rules_host *ol_facts_host(void)
{
	return &host;
}

/* ---- by kind ---- */
static uint8_t status_of(const struct ol_model *m, const struct ol_opkind *k,
			 const struct ol_schema *s, const struct ol_custom_op *custom)
{
	struct ol_str domain = ol_facts_domain(m, k->domain), op = ol_name(m, k->op_type);
	int32_t newest = ol_schema_domain_newest(domain);
	struct ol_schema_life life;
	struct ol_schema last;

	if (k->function != OL_NONE)
		return OL_OP_FUNCTION;
	if (k->opset < 0)
		return OL_OP_UNIMPORTED;
	if (custom)
		return custom->has_signature ? OL_OP_KNOWN : OL_OP_DECLARED;
	if (newest == 0)
		return OL_OP_CUSTOM;
	if (s->row && !s->ort_only)
		return s->deprecated ? OL_OP_DEPRECATED : OL_OP_KNOWN;
	/* a runtime's own version of a name that became standard later */
	last = ol_schema_find(domain, op, newest);
	if (last.row && !last.ort_only && last.since_version > k->opset)
		return OL_OP_FUTURE;
	if (s->row || !ol_schema_life(domain, op, &life))
		return OL_OP_UNKNOWN;
	if (life.first > k->opset)
		return OL_OP_FUTURE;
	return life.last < k->opset ? OL_OP_REMOVED : OL_OP_UNKNOWN;
}

int ol_facts_resolve(struct ol_facts *f, const struct ol_ir *ir, struct ol_arena *a)
{
	struct ol_schema *schemas = f->inf ? f->inf->schemas : OL_NEWN(a, struct ol_schema, ir->n_kinds);
	uint8_t *status = OL_NEWN(a, uint8_t, ir->n_kinds);

	if (!schemas || !status)
		return -1;
	f->ir = ir;
	for (uint32_t i = 0; i < ir->n_kinds; i++) {
		if (!f->inf)
			schemas[i] = ol_kind_schema(ir, i);
		status[i] = status_of(ir->model, &ir->kinds[i], &schemas[i], ol_kind_custom(ir, i));
	}
	f->kind_schema = schemas;
	f->kind_status = status;
	return ol_facts_resolve_domains(f, ir, a);
}

/* ---- makers ---- */
struct ol_str ol_facts_domain(const struct ol_model *m, uint32_t domain)
{
	struct ol_str s = ol_name(m, domain);

	return ol_str_is(s, "ai.onnx") ? OL_STR("") : s;
}

struct ol_val ol_facts_text(struct ol_eval *e, struct ol_str s)
{
	struct ol_buf b = {0};
	size_t bad;

	e->steps += s.n / 64;
	if (!s.n)
		return ol_v_str(OL_STR(""));
	if (ol_utf8_valid(s, &bad))
		return ol_v_str(s);
	ol_text_plain(&b, s, 0);
	s = ol_buf_keep(&b, e->scratch);
	return s.p ? ol_v_str(s) : ol_v_error(e, "out of memory");
}

struct ol_val ol_facts_name(struct ol_eval *e, uint32_t name)
{
	return ol_facts_text(e, ol_name(ol_facts_model(e), name));
}

struct ol_val ol_facts_dtype(struct ol_eval *e, int64_t dtype)
{
	(void)e;
	return ol_dtype_valid(dtype) ? ol_v_str(ol_str(ol_dtype_info(dtype)->name))
				     : ol_v_unknown();
}

struct ol_val ol_facts_opt_int(int64_t v, int64_t none)
{
	return v == none ? ol_v_null() : ol_v_int(v);
}

static struct ol_val row_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	(void)e;
	return ol_v_obj((uint8_t)l->a, l->b + i, 0);
}

static struct ol_val id_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	(void)e;
	return ol_facts_obj((uint8_t)l->a, ((const uint32_t *)l->host)[i]);
}

static struct ol_val list(struct ol_eval *e, struct ol_list init)
{
	struct ol_list *l = OL_NEW(e->scratch, struct ol_list);

	if (!l)
		return ol_v_error(e, "out of memory");
	*l = init;
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

struct ol_val ol_facts_rows(struct ol_eval *e, uint8_t cls, uint64_t first, uint64_t n)
{
	return list(e, (struct ol_list){.n = n, .get = row_item, .a = cls, .b = first});
}

struct ol_val ol_facts_ids(struct ol_eval *e, uint8_t cls, const uint32_t *ids, uint64_t n)
{
	return list(e, (struct ol_list){.n = n, .get = id_item, .host = ids, .a = cls});
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t ol_facts_unique(uint32_t *ids, uint32_t n)
{
	uint32_t k = 0;

	qsort(ids, n, sizeof(*ids), by_id);
	for (uint32_t i = 0; i < n; i++)
		if (ids[i] != OL_NONE && (k == 0 || ids[i] != ids[k - 1]))
			ids[k++] = ids[i];
	return k;
}

struct ol_val ol_facts_typeset(struct ol_eval *e, const struct ol_typeset *t)
{
	static const struct {
		const char *open, *close;
	} forms[] = {
	    {"", ""}, {"sparse(", ")"}, {"seq(", ")"}, {"optional(", ")"}, {"optional(seq(", "))"}};
	static const char *const others[] = {"map", "seq(map)", "opaque", "other"};
	const uint64_t sets[] = {t->tensor, t->sparse, t->seq, t->optional_tensor, t->optional_seq};
	struct ol_val v[5 * OL_DT_COUNT + 4];
	uint32_t n = 0;

	if (t->any)
		return ol_v_unknown();
	for (size_t k = 0; k < 5; k++)
		for (uint32_t d = 1; d < OL_DT_COUNT; d++) {
			struct ol_str s;

			if (!((sets[k] >> d) & 1))
				continue;
			s = ol_str(ol_dtype_info(d)->name);
			if (k)
				s = ol_arena_printf(e->scratch, "%s%s%s", forms[k].open,
						    ol_dtype_info(d)->name, forms[k].close);
			v[n++] = ol_v_str(s);
		}
	for (uint32_t i = 0; i < 4; i++)
		if (t->other & (1u << i))
			v[n++] = ol_v_str(ol_str(others[i]));
	return ol_v_list(e, v, n);
}
