/* load.c: from a path or bytes to a model: what is it, then the walk, then external data. */
#include <stdlib.h>

#include "load/walk.h"

#include "onnx.pb-c.h"

enum { HEAD = 4096 };

static const uint64_t PROTOBUF_MOST = 0x7fffffff; /* most bytes that protobuf's own readers take */

static struct ol_model *new_model(const char *path, struct ol_source *src, struct ol_err *err)
{
	struct ol_model *m = calloc(1, sizeof(*m));

	if (m) {
		ol_arena_init(&m->arena, 0);
		m->metadata = OL_NONE;
		m->source = src;
		m->size = src->size;
		m->complete = true;
		m->path = ol_arena_str(&m->arena, ol_str(path));
		if (m->path.p && ol_intern_init(&m->names, &m->arena) == 0)
			return m;
		m->source = NULL;
	}
	ol_err_set(err, OL_ERR_MEMORY, "%s: out of memory: close other programs and try again",
		   path);
	ol_model_free(m);
	return NULL;
}

static bool ends(const char *path, const char *suffix)
{
	size_t n = strlen(path), k = strlen(suffix);

	return n >= k && strcmp(path + n - k, suffix) == 0;
}

static bool named_as_text(const char *path)
{
	return ends(path, ".onnxtxt") || ends(path, ".onnxtext") || ends(path, ".txt");
}

static void not_onnx(struct ol_model *m, const char *what)
{
	struct ol_place p = OL_NOWHERE;

	m->complete = false;
	ol_model_diag(m, "model/not-onnx", p, "this is %s", what);
}

/* The model's source becomes the bytes that the text stands for. */
static int read_text(struct ol_model *m, const struct ol_limits *lim, struct ol_err *err)
{
	struct ol_err bad = {0};
	struct ol_place p = OL_NOWHERE;
	struct ol_buf out = {0};
	struct ol_source *src;
	const uint8_t *text;

	if (m->size > lim->text_input) {
		m->complete = false;
		ol_model_diag(m, "model/limit", p,
			      "the text has %llu bytes, more than the limit 'text-input' of %llu: "
			      "if it is trusted, raise "
			      "it with --limit text-input=N, or save the model as .onnx",
			      (unsigned long long)m->size, (unsigned long long)lim->text_input);
		return 0;
	}
	text = ol_source_get(m->source, 0, (size_t)m->size, err);
	if (!text)
		return -1;
	m->format = OL_FORMAT_TEXT;
	if (ol_text_parse((struct ol_str){(const char *)text, (size_t)m->size}, &out, &bad)) {
		ol_buf_free(&out);
		if (bad.code == OL_ERR_MEMORY) {
			ol_err_set(err, OL_ERR_MEMORY, "%s", bad.message);
			return -1;
		}
		m->complete = false;
		p.line = bad.line;
		p.column = bad.column;
		ol_model_diag(m, "model/bad-text", p, "%s", bad.message);
		return 0;
	}
	src = out.failed ? NULL : ol_source_memory(out.p ? out.p : "", out.n, err);
	if (!src) {
		ol_buf_free(&out);
		return ol_err_set(err, OL_ERR_MEMORY,
				  "model: out of memory: close other programs and try again");
	}
	src->owned = (uint8_t *)out.p;
	src->dir_fd = m->source->dir_fd;
	m->source->dir_fd = -1;
	ol_source_close(m->source);
	m->source = src;
	return 1;
}

/* Offsets into bytes that the user never sees are no help. */
static void forget_spans(struct ol_model *m)
{
	const struct ol_span none = {0, 0};

	for (uint32_t i = 0; i < m->n_graphs; i++)
		m->graphs[i].at = none;
	for (uint32_t i = 0; i < m->n_nodes; i++)
		m->nodes[i].offset = m->nodes[i].length = 0;
	for (uint32_t i = 0; i < m->n_attrs; i++)
		m->attrs[i].at = none;
	for (uint32_t i = 0; i < m->n_tensors; i++)
		m->tensors[i].at = none;
	for (uint32_t i = 0; i < m->n_sparses; i++)
		m->sparses[i].at = none;
	for (uint32_t i = 0; i < m->n_infos; i++)
		m->infos[i].at = none;
	for (uint32_t i = 0; i < m->n_all_opsets; i++)
		m->all_opsets[i].at = none;
	for (uint32_t i = 0; i < m->n_functions; i++)
		m->functions[i].at = none;
	for (uint32_t i = 0; i < m->n_diags; i++)
		m->diags[i].place.at = none;
}

/* Nothing in it is a model's: say that rather than which byte is odd. */
static bool nothing_read(const struct ol_model *m)
{
	return !m->has_graph && !m->has_ir_version && !m->n_all_opsets && !m->n_functions &&
	       !m->producer_name;
}

static void judge(struct ol_model *m)
{
	struct ol_place p = OL_NOWHERE;

	if (nothing_read(m)) {
		bool other = m->complete;

		m->n_diags =
		    0; /* they tell how the bytes fail as a ModelProto, which they never were */
		not_onnx(m, other ? "some other protobuf file or random bytes, not an ONNX model: "
				    "name the model file"
				  : "no ONNX model: its bytes are no ModelProto from the first "
				    "field on; name the model file");
		return;
	}
	if (!m->has_graph) {
		m->complete = false;
		ol_model_diag(m, "model/empty", p, "the model has no graph: export it again");
	}
	if (m->size > PROTOBUF_MOST)
		ol_model_diag(m, "model/too-large", p,
			      "the file has %llu bytes; protobuf readers, and so most ONNX tools, "
			      "refuse more than 2^31-1: "
			      "save the weights as external data",
			      (unsigned long long)m->size);
}

static int walk(struct ol_model *m, const struct ol_load_options *o, struct ol_err *err)
{
	bool text = m->format == OL_FORMAT_TEXT;

	if (ol_walk_model(m, o, text, err))
		return -1;
	if (!m->late)
		judge(m);
	if (o->check_external && !m->late && ol_external_check(m, o, err))
		return -1;
	if (text)
		forget_spans(m);
	return 0;
}

static int load(struct ol_model *m, const char *path, const struct ol_load_options *o,
		struct ol_err *err)
{
	size_t n = m->size < HEAD ? (size_t)m->size : HEAD;
	const uint8_t *head = ol_source_get(m->source, 0, n, err);
	struct ol_str text = {(const char *)head, n};
	const char *what;
	int r;

	if (!head)
		return -1;
	if (ol_sniff_is_text(head, n) && (named_as_text(path) || ol_text_looks(text))) {
		if (ends(path, ".onnx")) {
			not_onnx(m, "ONNX text syntax in a file that is named as a binary model: "
				    "rename it to .onnxtxt, or "
				    "save it with onnx.save");
			return 0;
		}
		r = read_text(m, &o->limits, err);
		return r == 1 ? walk(m, o, err) : r;
	}
	what = ol_sniff(head, n, m->size, path);
	if (what) {
		not_onnx(m, what);
		return 0;
	}
	return walk(m, o, err);
}

/* A diag that found no room must not make the model look better than it is. */
static int no_memory(const struct ol_model *m, struct ol_err *err)
{
	return m->arena.refused ? ol_err_set(err, OL_ERR_MEMORY,
					     "model: out of memory: close other programs and try again")
				: 0;
}

static struct ol_model *load_source(struct ol_source *src, const char *path,
				    const struct ol_load_options *o, struct ol_err *err)
{
	struct ol_load_options defaults;
	struct ol_model *m = src ? new_model(path, src, err) : NULL;

	if (!m) {
		ol_source_close(src);
		return NULL;
	}
	if (!o) {
		ol_load_options_default(&defaults);
		o = &defaults;
	}
	m->custom = o->custom;
	if (load(m, path, o, err) || no_memory(m, err)) {
		ol_model_free(m);
		return NULL;
	}
	return m;
}

struct ol_model *ol_load_file(const char *path, const struct ol_load_options *o, struct ol_err *err)
{
	struct ol_load_options defaults;

	ol_load_options_default(&defaults);
	return load_source(ol_source_open(path, (o ? o : &defaults)->limits.memory, err), path, o,
			   err);
}

struct ol_model *ol_load_memory(const void *bytes, size_t n, const char *path,
				const struct ol_load_options *o, struct ol_err *err)
{
	return load_source(ol_source_memory(n ? bytes : "", n, err), path, o, err);
}
