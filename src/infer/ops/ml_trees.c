/* ml_trees.c: shapes of the tree ensembles of ai.onnx.ml, and whether their parallel arrays fit
 * together.
 *
 * A forest is stored as columns: item i of every nodes_… attribute is about node i, item i of every
 * leaf (target_…, class_…, leaf_…) attribute about leaf i. Columns of other lengths make a runtime
 * read past their end.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html and its predecessors */
#include "infer/op.h"

/* Items of an attribute, of a list or of a tensor with one axis; -1 when it is not there or has
 * another form. */
static int64_t items(const struct ol_op *x, const char *name)
{
	const struct ol_attr *a = ol_op_attr(x, name);
	const struct ol_tensor *t;

	if (!a)
		return -1;
	if (a->type != OL_ATTR_TENSOR)
		return a->type == OL_ATTR_FLOATS || a->type == OL_ATTR_INTS ||
			       a->type == OL_ATTR_STRINGS
			   ? (int64_t)a->n
			   : -1;
	t = a->n == 1 ? &x->m->tensors[a->list.ids[0]] : NULL;
	return t && t->rank == 1 ? t->dims[0] : -1;
}

/* All columns that are there (NULL ends; first one with a "?": may be empty) have the length of the
 * first that is. */
static void same_length(struct ol_op *x, const char *const *columns)
{
	const char *first = NULL;
	int64_t n = -1;

	for (; *columns; columns++) {
		bool may_be_empty = **columns == '?';
		const char *name = *columns + may_be_empty;
		int64_t m = items(x, name);

		if (m < 0 || (may_be_empty && !m))
			continue;
		if (!first) {
			first = name;
			n = m;
		} else if (m != n) {
			ol_op_tell(x, "shape/bad-attribute",
				   "attributes '%s' (%lld items) and '%s' (%lld items) describe "
				   "the same rows, they must be of one length",
				   first, (long long)n, name, (long long)m);
			return;
		}
	}
}

/* Each item names one of `most` targets or classes. */
static void in_range(struct ol_op *x, const char *name, int64_t most, const char *what)
{
	uint32_t n;
	const int64_t *ids = ol_op_ints(x, name, &n);

	for (uint32_t i = 0; i < n; i++) {
		if (ids[i] >= 0 && ids[i] < most)
			continue;
		ol_op_tell(x, "shape/index-range",
			   "item %u of attribute '%s' is %lld, there are %lld %s", i, name,
			   (long long)ids[i], (long long)most, what);
		return;
	}
}

/* Samples of the input [N, F] (onnxruntime also takes one sample [F]). false and told for other
 * ranks. */
static bool samples(struct ol_op *x, struct ol_num *n)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (f->has_rank && f->rank != 1 && f->rank != 2) {
		struct ol_str s = ol_op_in_text(x, 0);

		ol_op_tell(x, "shape/rank", "input %.*s has rank %u, rows of features have 2",
			   OL_FMT(s), f->rank);
		return false;
	}
	if (!f->has_rank)
		*n = ol_num_fresh(x->syms);
	else
		*n = f->rank == 1 ? ol_num(1) : f->dims[0];
	return true;
}

static void shape(struct ol_op *x, uint32_t k, struct ol_num n, int64_t columns)
{
	struct ol_num *d = ol_op_dims(x, 2);

	if (!d)
		return;
	d[0] = n;
	d[1] = columns > 0 ? ol_num(columns) : ol_num_fresh(x->syms);
	ol_op_shape(x, k, d, columns ? 2 : 1);
}

static const char *const node_columns[] = {"nodes_treeids",
					   "nodes_nodeids",
					   "nodes_featureids",
					   "nodes_modes",
					   "nodes_values",
					   "nodes_values_as_tensor",
					   "nodes_truenodeids",
					   "nodes_falsenodeids",
					   "?nodes_hitrates",
					   "?nodes_hitrates_as_tensor",
					   "?nodes_missing_value_tracks_true",
					   NULL};

/* Either the list or the tensor of the same name. */
static void one_form(struct ol_op *x, const char *list, const char *tensor)
{
	if (ol_op_attr(x, list) && ol_op_attr(x, tensor))
		ol_op_tell(x, "shape/bad-attribute",
			   "attributes '%s' and '%s' are both set, keep one of them", list, tensor);
}

static void classifier(struct ol_op *x)
{
	static const char *const leaves[] = {
	    "class_treeids", "class_nodeids",		"class_ids",
	    "class_weights", "class_weights_as_tensor", NULL};
	int64_t strings = items(x, "classlabels_strings"), ints = items(x, "classlabels_int64s");
	int64_t classes = strings > 0 ? strings : ints;
	struct ol_num n;

	ol_op_dtype(x, 0, strings > 0 ? OL_DT_STRING : OL_DT_INT64);
	if (x->since >= 3) {
		one_form(x, "nodes_values", "nodes_values_as_tensor");
		one_form(x, "nodes_hitrates", "nodes_hitrates_as_tensor");
		one_form(x, "class_weights", "class_weights_as_tensor");
		one_form(x, "base_values", "base_values_as_tensor");
	}
	same_length(x, node_columns);
	same_length(x, leaves);
	if (classes > 1)
		in_range(x, "class_ids", classes, "classes");
	if (!samples(x, &n))
		return;
	shape(x, 0, n, 0);
	shape(x, 1, n, classes > 0 ? classes : -1);
}

static void regressor(struct ol_op *x)
{
	static const char *const leaves[] = {
	    "target_treeids", "target_nodeids",		  "target_ids",
	    "target_weights", "target_weights_as_tensor", NULL};
	int64_t targets = ol_op_int(x, "n_targets", -1);
	struct ol_num n;

	if (x->since >= 3) {
		one_form(x, "nodes_values", "nodes_values_as_tensor");
		one_form(x, "nodes_hitrates", "nodes_hitrates_as_tensor");
		one_form(x, "target_weights", "target_weights_as_tensor");
		one_form(x, "base_values", "base_values_as_tensor");
	}
	same_length(x, node_columns);
	same_length(x, leaves);
	if (targets > 0)
		in_range(x, "target_ids", targets, "targets");
	if (samples(x, &n))
		shape(x, 0, n, targets > 0 ? targets : -1);
}

/* An attribute that stands for one of a list of names, from 0 to `most`. */
static void enumerated(struct ol_op *x, const char *name, int64_t otherwise, int64_t most)
{
	int64_t v = ol_op_int(x, name, otherwise);

	if (v < 0 || v > most)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' is %lld, it goes from 0 to %lld", name, (long long)v,
			   (long long)most);
}

/* Inner nodes and leaves in columns of their own, tied by positions. */
static void ensemble(struct ol_op *x)
{
	static const char *const nodes[] = {"nodes_splits",
					    "nodes_featureids",
					    "nodes_modes",
					    "nodes_truenodeids",
					    "nodes_falsenodeids",
					    "nodes_trueleafs",
					    "nodes_falseleafs",
					    "?nodes_hitrates",
					    "?nodes_missing_value_tracks_true",
					    NULL};
	static const char *const leaves[] = {"leaf_weights", "leaf_targetids", NULL};
	int64_t targets = ol_op_int(x, "n_targets", -1), n_nodes = items(x, "nodes_splits");
	const struct ol_attr *splits = ol_op_attr(x, "nodes_splits");
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num n;

	same_length(x, nodes);
	same_length(x, leaves);
	if (targets > 0)
		in_range(x, "leaf_targetids", targets, "targets");
	if (n_nodes >= 0)
		in_range(x, "tree_roots", n_nodes, "nodes");
	enumerated(x, "post_transform", 0, 4);
	enumerated(x, "aggregate_function", 1, 3);
	if (splits && splits->type == OL_ATTR_TENSOR && splits->n == 1) {
		int64_t dtype = x->m->tensors[splits->list.ids[0]].dtype;

		if (f->dtype && ol_dtype_valid(dtype) && dtype != f->dtype)
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute 'nodes_splits' is of type %s, the input of type %s",
				   ol_dtype_info(dtype)->name, ol_dtype_info(f->dtype)->name);
	}
	if (f->has_rank && f->rank != 2)
		ol_op_tell(x, "shape/rank", "input %.*s has rank %u, rows of features have 2",
			   OL_FMT(ol_op_in_text(x, 0)), f->rank);
	else if (samples(x, &n))
		shape(x, 0, n, targets > 0 ? targets : -1);
}

static const struct ol_infer_row ops[] = {
    {"TreeEnsemble", ensemble},
    {"TreeEnsembleClassifier", classifier},
    {"TreeEnsembleRegressor", regressor},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_ml_trees = {"ai.onnx.ml", ops};
