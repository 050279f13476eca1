/* files.c: many models, several at a time.
 *
 * Each thread has an auditor of its own that looks into the caller's, which nobody changes
 * meanwhile. Results wait in a window of slots, so that they are handed out in order, in the
 * caller's thread, and do not pile up. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"

enum { JOBS_MOST = 64, WINDOW = 4 }; /* slots a thread */

struct slot {
	struct onnxlint_result *result;
	char *error, *notes;
	bool done;
};

struct pool {
	struct onnxlint *a;
	const char *const *paths;
	size_t n, next, handed; /* next to be taken; handed out so far */
	struct slot *slots;
	size_t n_slots;
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t change;
};

static void finish(struct pool *p, size_t i, struct onnxlint *mine, struct onnxlint_result *r)
{
	struct slot *s = &p->slots[i % p->n_slots];

	s->result = r;
	if (!r) {
		s->error = strdup(onnxlint_error(mine));
		s->notes = strdup(onnxlint_notes(mine));
	}
	pthread_mutex_lock(&p->lock);
	s->done = true;
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
}

static void *work(void *user)
{
	struct pool *p = user;
	struct onnxlint mine = *p->a;

	mine.error = mine.notes = (struct ol_buf){0};
	memset(mine.catalogues, 0, sizeof(mine.catalogues));
	for (;;) {
		size_t i;

		pthread_mutex_lock(&p->lock);
		while (!p->stop && p->next < p->n && p->next >= p->handed + p->n_slots)
			pthread_cond_wait(&p->change, &p->lock);
		i = p->next;
		if (p->stop || i >= p->n) {
			pthread_mutex_unlock(&p->lock);
			break;
		}
		p->next++;
		pthread_mutex_unlock(&p->lock);
		finish(p, i, &mine, onnxlint_check_file(&mine, p->paths[i]));
	}
	ol_buf_free(&mine.error);
	ol_buf_free(&mine.notes);
	return NULL;
}

static void empty(struct slot *s)
{
	onnxlint_result_free(s->result);
	free(s->error);
	free(s->notes);
	*s = (struct slot){0};
}

static int hand_out(struct pool *p, size_t i, onnxlint_each *each, void *user)
{
	struct slot *s = &p->slots[i % p->n_slots];
	struct onnxlint_result *r;
	int rc;

	pthread_mutex_lock(&p->lock);
	while (!s->done)
		pthread_cond_wait(&p->change, &p->lock);
	pthread_mutex_unlock(&p->lock);
	ol_api_begin(p->a);
	r = s->result;
	s->result = NULL;
	if (!r) {
		if (s->error)
			ol_api_fail(p->a, "%s", s->error);
		else
			ol_api_no_memory(p->a);
		ol_buf_z(&p->a->notes, s->notes ? s->notes : "");
	}
	rc = each(user, i, r);
	pthread_mutex_lock(&p->lock);
	empty(s);
	p->handed++;
	p->stop |= rc != 0;
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
	return rc;
}

static int one_by_one(struct onnxlint *a, const char *const *paths, size_t n, onnxlint_each *each,
		      void *user)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = each(user, i, onnxlint_check_file(a, paths[i]));
	return rc;
}

static int side_by_side(struct pool *p, pthread_t *threads, unsigned jobs, onnxlint_each *each,
			void *user)
{
	unsigned begun = 0;
	int rc = 0;

	while (begun < jobs && pthread_create(&threads[begun], NULL, work, p) == 0)
		begun++;
	for (size_t i = 0; begun && i < p->n && rc == 0; i++)
		rc = hand_out(p, i, each, user);
	for (unsigned i = 0; i < begun; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < p->n_slots; i++)
		empty(&p->slots[i]);
	return begun ? rc : one_by_one(p->a, p->paths, p->n, each, user);
}

static unsigned how_many(const struct onnxlint *a, size_t n)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned jobs = a->jobs	   ? a->jobs
			: cpus > 0 ? (unsigned)(cpus < JOBS_MOST ? cpus : JOBS_MOST)
				   : 1;

	if (a->read_weights)
		return 1;
	jobs = jobs < JOBS_MOST ? jobs : JOBS_MOST;
	return n < jobs ? (unsigned)n : jobs;
}

int onnxlint_check_files(struct onnxlint *a, const char *const *paths, size_t n,
			 onnxlint_each *each, void *user)
{
	unsigned jobs = how_many(a, n);
	struct pool p = {.a = a, .paths = paths, .n = n, .n_slots = (size_t)jobs * WINDOW};
	pthread_t threads[JOBS_MOST];
	int rc;

	ol_api_begin(a);
	if (jobs <= 1)
		return one_by_one(a, paths, n, each, user);
	p.slots = calloc(p.n_slots, sizeof(*p.slots));
	if (!p.slots)
		return ol_api_no_memory(a);
	if (pthread_mutex_init(&p.lock, NULL) || pthread_cond_init(&p.change, NULL)) {
		free(p.slots);
		return one_by_one(a, paths, n, each, user);
	}
	rc = side_by_side(&p, threads, jobs, each, user);
	pthread_cond_destroy(&p.change);
	pthread_mutex_destroy(&p.lock);
	free(p.slots);
	return rc;
}
