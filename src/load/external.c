/* external.c: tensors whose data is in other files: what their entries say, against the files.
 *
 * Each file is opened once, however many tensors are in it; the tensors are sorted by file and
 * offset, so that overlaps are found in one sweep. Contents are read only for a checksum that the
 * model asks to have verified. */
#include <stdlib.h>
#include <unistd.h>

#include "load/external.h"

enum { FDS_KEPT = 256 };

/* ---- whose tensor it is ---- */

static void own(struct ext_check *c, uint32_t tensor, uint32_t graph, uint32_t node)
{
	if (tensor < c->m->n_tensors && c->owners[tensor].graph == OL_NONE)
		c->owners[tensor] = (struct ext_owner){graph, node};
}

static void own_sparse(struct ext_check *c, const struct ol_sparse *s, uint32_t graph,
		       uint32_t node)
{
	own(c, s->values, graph, node);
	own(c, s->indices, graph, node);
}

static void own_attr(struct ext_check *c, const struct ol_attr *a, uint32_t graph, uint32_t node)
{
	for (uint32_t i = 0; i < a->n; i++) {
		if (a->type == OL_ATTR_TENSOR || a->type == OL_ATTR_TENSORS)
			own(c, a->list.ids[i], graph, node);
		else if (a->type == OL_ATTR_SPARSE_TENSOR || a->type == OL_ATTR_SPARSE_TENSORS)
			own_sparse(c, &c->m->sparses[a->list.ids[i]], graph, node);
		else
			return;
	}
}

static void find_owners(struct ext_check *c)
{
	const struct ol_model *m = c->m;

	for (uint32_t i = 0; i < m->n_tensors; i++)
		c->owners[i] = (struct ext_owner){OL_NONE, OL_NONE};
	for (uint32_t g = 0; g < m->n_graphs; g++) {
		const struct ol_graph *r = &m->graphs[g];

		for (uint32_t i = 0; i < r->initializers.n; i++)
			own(c, r->initializers.first + i, g, OL_NONE);
		for (uint32_t i = 0; i < r->sparse.n; i++)
			own_sparse(c, &m->sparses[r->sparse.first + i], g, OL_NONE);
	}
	for (uint32_t n = 0; n < m->n_nodes; n++)
		for (uint32_t i = 0; i < m->nodes[n].attrs.n; i++)
			own_attr(c, &m->attrs[m->nodes[n].attrs.first + i], m->nodes[n].graph, n);
	for (uint32_t f = 0; f < m->n_functions; f++)
		for (uint32_t i = 0; i < m->functions[f].attrs.n; i++)
			own_attr(c, &m->attrs[m->functions[f].attrs.first + i],
				 m->functions[f].graph, OL_NONE);
}

struct ol_place ol_external_place(const struct ext_check *c, uint32_t tensor)
{
	const struct ol_model *m = c->m;
	struct ol_place p = OL_NOWHERE;

	p.graph = c->owners[tensor].graph;
	p.node = c->owners[tensor].node;
	p.value = m->tensors[tensor].name;
	p.at = m->tensors[tensor].at;
	if (p.graph != OL_NONE)
		p.function = m->graphs[p.graph].function;
	return p;
}

/* ---- entries ---- */

static bool decimal(struct ol_str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 19)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = v;
	return v <= INT64_MAX;
}

enum key { K_LOCATION, K_OFFSET, K_LENGTH, K_CHECKSUM, K_KEYS };
static const char *const keys[K_KEYS] = {"location", "offset", "length", "checksum"};

/* The values by key; keys that are none, or twice, are told. */
static void sort_keys(struct ext_check *c, uint32_t t, const struct ol_str *value[K_KEYS])
{
	const struct ol_kvs *kv = &c->m->tensors[t].external;

	for (uint32_t i = 0; i < kv->n; i++) {
		struct ol_str key = ol_name(c->m, kv->at[i].key);
		int k = 0;

		while (k < K_KEYS && !ol_str_is(key, keys[k]))
			k++;
		if (k == K_KEYS)
			TELL(c, t, "tensor/external-bad-key",
			     "external_data has the key '%.*s', which ONNX does not define "
			     "(location, offset, length, "
			     "checksum): remove it",
			     SHOWN(key));
		else if (value[k])
			TELL(c, t, "tensor/external-bad-key",
			     "external_data has the key '%s' twice: keep one", keys[k]);
		else
			value[k] = &kv->at[i].value;
	}
}

static bool number(struct ext_check *c, uint32_t t, enum key k, const struct ol_str *s,
		   uint64_t *out)
{
	if (!s || decimal(*s, out))
		return true;
	TELL(c, t, "tensor/external-bad-number",
	     "%s '%.*s' in external_data is no whole number of bytes that a file can have: write "
	     "it in digits",
	     keys[k], SHOWN(*s));
	return false;
}

static bool is_sha1(const struct ext_place *p)
{
	if (p->checksum_n != 40)
		return false;
	for (size_t i = 0; i < 40; i++) {
		char ch = p->checksum[i] | 0x20;

		if (!(p->checksum[i] >= '0' && p->checksum[i] <= '9') && !(ch >= 'a' && ch <= 'f'))
			return false;
	}
	return true;
}

/* One tensor's entries; its place, when there is a file to look at. */
static int entries(struct ext_check *c, uint32_t t)
{
	const struct ol_str *value[K_KEYS] = {NULL};
	struct ext_place p = {.tensor = t};
	struct ol_str location = {NULL, 0};
	struct ext_fault fault;
	bool ok;

	sort_keys(c, t, value);
	ok = number(c, t, K_OFFSET, value[K_OFFSET], &p.offset);
	ok &= number(c, t, K_LENGTH, value[K_LENGTH], &p.length);
	p.has_length = value[K_LENGTH] != NULL;
	if (value[K_CHECKSUM]) {
		p.checksum = value[K_CHECKSUM]->p;
		p.checksum_n = value[K_CHECKSUM]->n;
	}
	if (p.checksum && !is_sha1(&p)) {
		TELL(c, t, "tensor/external-checksum",
		     "checksum '%.*s' in external_data is no SHA-1 (40 hexadecimal digits): write "
		     "it again",
		     SHOWN(*value[K_CHECKSUM]));
		p.checksum = NULL;
	}
	if (value[K_LOCATION])
		location = *value[K_LOCATION];
	fault = ol_external_location(location);
	if (fault.rule && !fault.words)
		TELL(c, t, fault.rule,
		     "its data is external, but external_data names no file (key 'location'): %s",
		     "save the model again with its data");
	else if (fault.rule)
		TELL(c, t, fault.rule, "location '%.*s' %s", SHOWN(location), fault.words);
	if (fault.rule || !ok)
		return 0;
	p.file = ol_intern_add(&c->m->names, location); /* its row is given later */
	if (p.file == UINT32_MAX)
		return -1;
	c->at[c->n++] = p;
	return 0;
}

static void check_location_kind(struct ext_check *c, uint32_t t)
{
	const struct ol_tensor *x = &c->m->tensors[t];

	if (x->location != 0 && x->location != 1)
		TELL(c, t, "tensor/external-bad-location",
		     "data_location is %d, neither DEFAULT (0) nor EXTERNAL (1): readers differ on "
		     "where its data is",
		     x->location);
	else if (x->location == 0 && x->external.n)
		TELL(c, t, "tensor/external-bad-location",
		     "it has external_data entries, but data_location is not EXTERNAL: readers "
		     "ignore the file %s",
		     "and see no data");
}

/* ---- files ---- */

static int by_location(const void *a, const void *b)
{
	const struct ext_place *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

/* Rows of model.ext_files, one a location, in the order of first use. */
static int make_files(struct ext_check *c)
{
	struct ol_model *m = c->m;
	uint32_t n = 0;

	qsort(c->at, c->n, sizeof(*c->at), by_location);
	for (uint32_t i = 0; i < c->n; i++)
		n += i == 0 || c->at[i].file != c->at[i - 1].file;
	m->ext_files = calloc(n + 1, sizeof(*m->ext_files));
	c->files = calloc(n + 1, sizeof(*c->files));
	if (!m->ext_files || !c->files)
		return -1;
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t location = c->at[i].file, row = m->n_ext_files - 1;

		if (i == 0 || location != c->files[row].location) {
			row = m->n_ext_files++;
			c->files[row].location = location;
			c->files[row].first_tensor = c->at[i].tensor;
			m->ext_files[row] = (struct ol_ext_file){.location = location, .fd = -1};
		}
		c->files[row].tensors++;
	}
	/* only now: the loop above compares interned locations */
	for (uint32_t i = 0, row = 0; i < c->n; i++) {
		row += c->at[i].file != c->files[row].location;
		c->at[i].file = row;
	}
	return 0;
}

static void tell_file(struct ext_check *c, uint32_t row, const char *rule, const char *what,
		      const char *way_out)
{
	const struct ext_file *f = &c->files[row];
	struct ol_str name = ol_name(c->m, f->location);

	if (f->tensors > 1)
		TELL(c, f->first_tensor, rule, "its data file '%.*s' %s (%u tensors are in it): %s",
		     SHOWN(name), what, f->tensors, way_out);
	else
		TELL(c, f->first_tensor, rule, "its data file '%.*s' %s: %s", SHOWN(name), what,
		     way_out);
}

static void open_file(struct ext_check *c, uint32_t row)
{
	struct ol_ext_file *to = &c->m->ext_files[row];
	struct ext_file *f = &c->files[row];
	struct ext_found found;

	ol_external_open(c->m->source->dir_fd, ol_name(c->m, f->location).p, c->roots, &found);
	switch (found.state) {
	case EXT_MISSING:
		tell_file(c, row, "tensor/external-missing", found.words,
			  "put it into the model's folder under this name");
		return;
	case EXT_ESCAPES:
		tell_file(c, row, "tensor/external-escapes",
			  "is a symbolic link that leaves the model's folder",
			  "copy the file there, or name its folder with --external-root");
		return;
	case EXT_NOT_REGULAR:
		if (strcmp(found.words, "a folder") == 0)
			tell_file(c, row, "tensor/external-not-regular", "is a folder",
				  "name the file in it");
		else
			tell_file(c, row, "tensor/external-not-regular",
				  "is a pipe, socket or device", "use a regular file");
		return;
	case EXT_FINE:
		break;
	}
	if (found.symlink)
		tell_file(c, row, "tensor/external-symlink", "is a symbolic link",
			  "readers that refuse links (onnx from 1.21) fail on it; copy the file");
	if (found.links > 1)
		tell_file(
		    c, row, "tensor/external-hardlink", "has several names (hard links)",
		    "readers that refuse such files (onnx from 1.21) fail on it; copy the file");
	to->size = found.size;
	to->usable = true;
	if (c->open < FDS_KEPT) {
		c->open++;
		to->fd = found.fd;
	} else {
		close(found.fd);
	}
	f->dev = found.dev;
	f->ino = found.ino;
}

/* ---- ranges ---- */

/* Bytes that shape and type ask for; -1 when they do not say. */
static int64_t needed(const struct ol_tensor *t)
{
	int64_t n = ol_tensor_elements(t);

	return n < 0 ? -1 : ol_dtype_bytes(t->dtype, n);
}

static void check_range(struct ext_check *c, struct ext_place *p)
{
	struct ol_tensor *t = &c->m->tensors[p->tensor];
	const struct ol_ext_file *f = &c->m->ext_files[p->file];
	struct ol_str name = ol_name(c->m, f->location);
	int64_t need = needed(t);
	uint64_t left;

	t->ext_file = p->file;
	if (!f->usable)
		return;
	left = p->offset <= f->size ? f->size - p->offset : 0;
	if (!p->has_length)
		p->length = need >= 0 && (uint64_t)need <= left ? (uint64_t)need : left;
	if (p->offset > f->size || p->length > left) {
		TELL(c, p->tensor, "tensor/external-short",
		     "bytes %llu to %llu pass the end of its data file '%.*s', which has %llu: "
		     "copy or download the file "
		     "again",
		     (unsigned long long)p->offset, (unsigned long long)(p->offset + p->length),
		     SHOWN(name), (unsigned long long)f->size);
		t->ext_file = OL_NONE;
		return;
	}
	if (need >= 0 && p->length < (uint64_t)need && !p->has_length) {
		TELL(c, p->tensor, "tensor/external-short",
		     "its data file '%.*s' has %llu bytes from offset %llu on, but shape and type "
		     "need %lld: copy or "
		     "download the file again",
		     SHOWN(name), (unsigned long long)left, (unsigned long long)p->offset,
		     (long long)need);
	} else if (need >= 0 && p->length != (uint64_t)need) {
		TELL(c, p->tensor, "tensor/external-length",
		     "length %llu in external_data ('%.*s') is not the %lld bytes that shape and "
		     "type need: save the "
		     "model again",
		     (unsigned long long)p->length, SHOWN(name), (long long)need);
	}
	t->ext_offset = p->offset;
	t->ext_length = p->length;
}

static int check_all(struct ext_check *c)
{
	struct ol_model *m = c->m;

	for (uint32_t t = 0; t < m->n_tensors; t++) {
		check_location_kind(c, t);
		if (m->tensors[t].location == 1 && entries(c, t))
			return -1;
	}
	if (m->source->dir_fd < 0) /* standard input: there is no folder to look into */
		return 0;
	if (make_files(c))
		return -1;
	for (uint32_t i = 0; i < m->n_ext_files; i++)
		open_file(c, i);
	if (ol_external_find_same(c))
		return -1;
	for (uint32_t i = 0; i < c->n; i++) {
		check_range(c, &c->at[i]);
		if (c->at[i].checksum)
			ol_external_check_checksum(c, &c->at[i]);
	}
	for (uint32_t i = 0; i < c->n; i++)
		c->at[i].file = c->files[c->at[i].file].same;
	ol_external_find_overlaps(c);
	return 0;
}

int ol_external_check(struct ol_model *m, const struct ol_load_options *o, struct ol_err *err)
{
	struct ext_check c = {.m = m, .roots = o->roots};
	uint32_t n = 0;
	int r = 0;

	for (uint32_t i = 0; i < m->n_tensors; i++)
		n += m->tensors[i].location != 0 || m->tensors[i].external.n;
	if (n == 0)
		return 0;
	c.owners = calloc(m->n_tensors, sizeof(*c.owners));
	c.at = calloc(n, sizeof(*c.at));
	if (c.owners && c.at) {
		find_owners(&c);
		r = check_all(&c);
	}
	if (!c.owners || !c.at || r)
		r = ol_err_set(err, OL_ERR_MEMORY,
			       "model: out of memory: close other programs and try again");
	free(c.owners);
	free(c.at);
	free(c.files);
	return r;
}
