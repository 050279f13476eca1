/* ml.c: shapes of the classic machine-learning operators (ai.onnx.ml) but the tree ensembles.
 *
 * Rows are samples: inputs are [N, C], or [C] for one sample. The labels of a classifier, and so
 * the type of its first output, stand in its attributes.
 *
 * Sources: https://onnx.ai/onnx/operators/index.html (ai.onnx.ml); results of onnxruntime where the
 * text is silent. */
#include "infer/op.h"

/* Items of an attribute of this list type; 0 when it is not there. */
static uint32_t items(const struct ol_op *x, const char *name, enum ol_attr_type type)
{
	const struct ol_attr *a = ol_op_attr(x, name);

	return a && a->type == (int32_t)type ? a->n : 0;
}

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

/* Samples of an input [N, C] or [C]. false and told when it is neither. */
static bool samples(struct ol_op *x, uint32_t k, struct ol_num *n)
{
	const struct ol_fact *f = ol_op_in(x, k);

	*n = ol_num_fresh(x->syms);
	if (!f->has_rank)
		return true;
	if (f->rank == 1) {
		*n = ol_num(1);
	} else if (f->rank == 2) {
		*n = f->dims[0];
	} else {
		struct ol_str s = ol_op_in_text(x, k);

		ol_op_tell(x, "shape/rank", "input %.*s has rank %u, rows of features have 1 or 2",
			   OL_FMT(s), f->rank);
		return false;
	}
	return true;
}

static void rows(struct ol_op *x, uint32_t k, struct ol_num n)
{
	struct ol_num *d = ol_op_dims(x, 1);

	if (!d)
		return;
	d[0] = n;
	ol_op_shape(x, k, d, 1);
}

static void table(struct ol_op *x, uint32_t k, struct ol_num n, struct ol_num columns)
{
	struct ol_num *d = ol_op_dims(x, 2);

	if (!d)
		return;
	d[0] = n;
	d[1] = columns;
	ol_op_shape(x, k, d, 2);
}

static struct ol_num known_or_new(struct ol_op *x, int64_t n)
{
	return n > 0 ? ol_num(n) : ol_num_fresh(x->syms);
}

/* The indices pick from the last axis; one row of features stays one row. */
static void array_feature_extractor(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *idx = ol_op_in(x, 1);
	struct ol_num n = idx->has_rank ? ol_op_elements(x, idx) : ol_num_unknown();
	struct ol_num *d;

	if (!f->has_rank)
		return;
	if (!f->rank) {
		struct ol_str s = ol_op_in_text(x, 0);

		ol_op_tell(x, "shape/rank", "input %.*s is a scalar, there is no axis to pick from",
			   OL_FMT(s));
		return;
	}
	if (f->rank == 1) {
		table(x, 0, ol_num(1), n);
		return;
	}
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	memcpy(d, f->dims, (f->rank - 1) * sizeof(*d));
	d[f->rank - 1] = n;
	ol_op_shape(x, 0, d, f->rank);
}

/* Ordered by key: as many columns as the map has (not known), or as max_map says. */
static void cast_map(struct ol_op *x)
{
	static const struct {
		const char *to;
		enum ol_dtype dtype;
	} types[] = {
	    {"TO_FLOAT", OL_DT_FLOAT}, {"TO_INT64", OL_DT_INT64}, {"TO_STRING", OL_DT_STRING}};
	struct ol_str to = ol_op_str(x, "cast_to", "TO_FLOAT");
	bool sparse = ol_str_is(ol_op_str(x, "map_form", "DENSE"), "SPARSE");

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (ol_str_is(to, types[i].to))
			ol_op_dtype(x, 0, types[i].dtype);
	table(x, 0, ol_num(1),
	      sparse ? known_or_new(x, ol_op_int(x, "max_map", 1)) : ol_num_fresh(x->syms));
}

/* Two lists that map each other item by item. */
static void paired(struct ol_op *x, const char *a, uint32_t na, const char *b, uint32_t nb)
{
	if (na != nb)
		ol_op_tell(x, "shape/bad-attribute",
			   "attributes '%s' (%u items) and '%s' (%u items) pair up, "
			   "they must be of one length",
			   a, na, b, nb);
}

static void category_mapper(struct ol_op *x)
{
	uint8_t from = ol_op_in(x, 0)->dtype;

	if (ol_op_attr(x, "cats_int64s") && ol_op_attr(x, "cats_strings"))
		paired(x, "cats_int64s", items(x, "cats_int64s", OL_ATTR_INTS), "cats_strings",
		       items(x, "cats_strings", OL_ATTR_STRINGS));
	if (from == OL_DT_STRING)
		ol_op_dtype(x, 0, OL_DT_INT64);
	else if (from == OL_DT_INT64)
		ol_op_dtype(x, 0, OL_DT_STRING);
	ol_op_like(x, 0, 0);
}

static void dict_vectorizer(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t n = items(x, "string_vocabulary", OL_ATTR_STRINGS) +
		     items(x, "int64_vocabulary", OL_ATTR_INTS);

	if (f->kind == OL_TYPE_MAP && f->elem && f->elem->kind == OL_TYPE_TENSOR && f->elem->dtype)
		ol_op_dtype(x, 0, f->elem->dtype);
	table(x, 0, ol_num(1), known_or_new(x, n));
}

/* Columns side by side: as many as inputdimensions say, else as the inputs have. */
static void feature_vectorizer(struct ol_op *x)
{
	struct ol_num n = ol_num_unknown(), columns = ol_num(0);
	uint32_t n_dims;
	const int64_t *dims = ol_op_ints(x, "inputdimensions", &n_dims);

	for (uint32_t k = 0; k < x->n_in; k++) {
		const struct ol_fact *f = ol_op_in(x, k);
		struct ol_num c = ol_num_unknown();

		if (f->has_rank && f->rank == 1) {
			n = ol_num(1);
			c = f->dims[0];
		} else if (f->has_rank && f->rank) {
			if (!ol_num_is_known(n))
				n = f->dims[0];
			c = ol_op_product(x, f->dims + 1, f->rank - 1);
		}
		if (k < n_dims)
			c = known_or_new(x, dims[k]);
		columns = ol_num_add(x->syms, columns, c);
	}
	table(x, 0, n, columns);
}

/* Keys and values by element type; from version 4 also as tensors. */
static const struct list_attr {
	const char *key, *value;
	enum ol_attr_type type;
	enum ol_dtype dtype;
} lists[] = {
    {"keys_strings", "values_strings", OL_ATTR_STRINGS, OL_DT_STRING},
    {"keys_int64s", "values_int64s", OL_ATTR_INTS, OL_DT_INT64},
    {"keys_floats", "values_floats", OL_ATTR_FLOATS, OL_DT_FLOAT},
    {"keys_tensor", "values_tensor", OL_ATTR_TENSOR, OL_DT_UNDEFINED},
};

/* The list that is there: its element type and length (-1 when not known). NULL: none. */
static const char *label_list(const struct ol_op *x, bool key, int64_t *dtype, int64_t *n)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const char *name = key ? lists[i].key : lists[i].value;
		const struct ol_attr *a = ol_op_attr(x, name);

		if (!a || a->type != (int32_t)lists[i].type || !a->n)
			continue;
		*dtype = lists[i].dtype;
		*n = a->n;
		if (a->type == OL_ATTR_TENSOR) {
			const struct ol_tensor *t = &x->m->tensors[a->list.ids[0]];

			*dtype = t->dtype;
			*n = t->rank == 1 ? t->dims[0] : -1;
		}
		return name;
	}
	return NULL;
}

/* Lists that are set. */
static uint32_t label_lists(const struct ol_op *x, bool key)
{
	uint32_t n = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		n += ol_op_attr(x, key ? lists[i].key : lists[i].value) != NULL;
	return n;
}

static void label_encoder(struct ol_op *x)
{
	const char *key, *value;
	int64_t dk = 0, dv = 0, nk = 0, nv = 0;
	uint8_t from = ol_op_in(x, 0)->dtype;

	ol_op_like(x, 0, 0);
	if (x->since < 2) { /* between strings and numbers, either way */
		if (from == OL_DT_STRING)
			ol_op_dtype(x, 0, OL_DT_INT64);
		else if (from == OL_DT_INT64)
			ol_op_dtype(x, 0, OL_DT_STRING);
		return;
	}
	key = label_list(x, true, &dk, &nk);
	value = label_list(x, false, &dv, &nv);
	if (value && ol_dtype_valid(dv))
		ol_op_dtype(x, 0, dv);
	if (!value)
		ol_op_tell(x, "shape/bad-attribute",
			   "there are no values: set one of the attributes values_*");
	else if (label_lists(x, false) > 1)
		ol_op_tell(x, "shape/bad-attribute",
			   "several of the attributes values_* are set, keep one of them");
	if (!key)
		ol_op_tell(x, "shape/bad-attribute",
			   "there are no keys: set one of the attributes keys_*");
	else if (label_lists(x, true) > 1)
		ol_op_tell(x, "shape/bad-attribute",
			   "several of the attributes keys_* are set, keep one of them");
	if (key && from && ol_dtype_valid(dk) && dk != from)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' holds keys of type %s, the input is of type %s", key,
			   ol_dtype_info(dk)->name, ol_dtype_info(from)->name);
	if (key && value && nk >= 0 && nv >= 0)
		paired(x, key, (uint32_t)nk, value, (uint32_t)nv);
}

/* Labels of a classifier: their number and the type of output 0. */
static uint32_t labels(struct ol_op *x, const char *strings, const char *ints)
{
	uint32_t n = items(x, strings, OL_ATTR_STRINGS);

	ol_op_dtype(x, 0, n ? OL_DT_STRING : OL_DT_INT64);
	return n ? n : items(x, ints, OL_ATTR_INTS);
}

/* One score for each intercept; one intercept of two labels stands for both. */
static void linear_classifier(struct ol_op *x)
{
	uint32_t n_labels = labels(x, "classlabels_strings", "classlabels_ints");
	uint32_t classes = items(x, "intercepts", OL_ATTR_FLOATS);
	struct ol_num n;

	if (!samples(x, 0, &n))
		return;
	if (classes == 1 && n_labels == 2)
		classes = 2;
	rows(x, 0, n);
	table(x, 1, n, known_or_new(x, classes));
}

static void linear_regressor(struct ol_op *x)
{
	struct ol_num n;

	if (samples(x, 0, &n))
		table(x, 0, n, known_or_new(x, ol_op_int(x, "targets", 1)));
}

/* Support vectors without probabilities give a score for each pair of labels, and two for two; else
 * there is one for each label. */
static void svm_classifier(struct ol_op *x)
{
	int64_t classes = labels(x, "classlabels_strings", "classlabels_ints");
	uint32_t n_per;
	const int64_t *per = ol_op_ints(x, "vectors_per_class", &n_per);
	bool vectors = false;
	struct ol_num n;

	for (uint32_t i = 0; i < n_per; i++)
		vectors |= per[i] > 0;
	if (vectors && !items(x, "prob_a", OL_ATTR_FLOATS) && classes)
		classes = classes > 2 ? classes * (classes - 1) / 2 : 2;
	if (!samples(x, 0, &n))
		return;
	rows(x, 0, n);
	table(x, 1, n, known_or_new(x, classes));
}

static void svm_regressor(struct ol_op *x)
{
	struct ol_num n;

	if (samples(x, 0, &n))
		table(x, 0, n, ol_num(1));
}

static void one_hot_encoder(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t ints = items(x, "cats_int64s", OL_ATTR_INTS),
		 strings = items(x, "cats_strings", OL_ATTR_STRINGS);
	struct ol_num *d;

	if (ints && strings)
		ol_op_tell(x, "shape/bad-attribute",
			   "attributes 'cats_int64s' and 'cats_strings' are both set, "
			   "keep the one that has the input's type");
	if (!f->has_rank)
		return;
	d = ol_op_dims(x, f->rank + 1);
	if (!d)
		return;
	if (f->rank)
		memcpy(d, f->dims, f->rank * sizeof(*d));
	d[f->rank] = ints && strings ? ol_num_unknown() : known_or_new(x, (int64_t)ints + strings);
	ol_op_shape(x, 0, d, f->rank + 1);
}

/* A sequence of maps from label to score, a map a row. */
static void zip_map(struct ol_op *x)
{
	static const struct ol_fact score = {
	    .kind = OL_TYPE_TENSOR, .dtype = OL_DT_FLOAT, .has_rank = true};
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t strings = items(x, "classlabels_strings", OL_ATTR_STRINGS);
	uint32_t ints = items(x, "classlabels_int64s", OL_ATTR_INTS),
		 keys = strings ? strings : ints;
	struct ol_fact map = {.kind = OL_TYPE_MAP, .elem = &score};
	struct ol_num n;

	if (keys)
		map.dtype = strings ? OL_DT_STRING : OL_DT_INT64;
	ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, &map);
	if (!samples(x, 0, &n) || !f->has_rank || !keys)
		return;
	n = f->dims[f->rank - 1];
	if (ol_num_is_known(n) && n.v != (int64_t)keys) {
		struct ol_str s = ol_op_in_text(x, 0);

		ol_op_tell(x, "shape/mismatch",
			   "input %.*s has %lld columns, there are %u labels for them", OL_FMT(s),
			   (long long)n.v, keys);
	}
}

static const struct ol_infer_row ops[] = {
    {"ArrayFeatureExtractor", array_feature_extractor},
    {"Binarizer", like_first},
    {"CastMap", cast_map},
    {"CategoryMapper", category_mapper},
    {"DictVectorizer", dict_vectorizer},
    {"FeatureVectorizer", feature_vectorizer},
    {"Imputer", like_first},
    {"LabelEncoder", label_encoder},
    {"LinearClassifier", linear_classifier},
    {"LinearRegressor", linear_regressor},
    {"Normalizer", like_first},
    {"OneHotEncoder", one_hot_encoder},
    {"SVMClassifier", svm_classifier},
    {"SVMRegressor", svm_regressor},
    {"Scaler", like_first},
    {"ZipMap", zip_map},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_ml = {"ai.onnx.ml", ops};
