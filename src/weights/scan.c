/* scan.c: reads all payloads in several threads. A tensor is cut into parts; whoever is free takes the next one under a lock,
 * tallies it alone, and adds its tally to the tensor's. Sums, least and greatest do not depend on who was first, so the outcome
 * is the same on every run. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/clock.h"
#include "weights/scan.h"

enum { MAX_THREADS = 256, USUAL_THREADS = 32, TELL_EVERY_MS = 100 };

struct queue {
	struct ol_scan scan;
	pthread_mutex_t lock;
	struct ol_tally *at; /* by tensor */
	uint32_t *rows;	     /* tensors to read */
	uint32_t n_rows, row;
	uint64_t offset; /* in the stored bytes of rows[row] */
	int rc;
	struct ol_err err;
};

bool ol_scan_go_on(struct ol_reader *r, uint64_t n)
{
	struct ol_scan *s = r->scan;
	uint64_t done = atomic_fetch_add(&s->done, n) + n, t;

	if (atomic_load(&s->over))
		return false;
	if (!s->deadline && !(r->tells && s->o->tell))
		return true;
	t = ol_clock_now();
	if (s->deadline && t >= s->deadline) {
		atomic_store(&s->late, true);
		atomic_store(&s->over, true);
		return false;
	}
	if (r->tells && s->o->tell && t - r->told >= TELL_EVERY_MS * 1000000u) {
		r->told = t;
		if (s->o->tell(s->o->user, done, s->total)) {
			atomic_store(&s->stopped, true);
			atomic_store(&s->over, true);
			return false;
		}
	}
	return true;
}

/* ---- the queue ---- */

/* The next part; false when there is none. The lock is held. */
static bool take(struct queue *q, struct ol_scan_part *p)
{
	const struct ol_tensor *t;
	struct ol_stored s;
	unsigned bits;

	if (q->row == q->n_rows || atomic_load(&q->scan.over))
		return false;
	p->tensor = q->rows[q->row];
	t = &q->scan.m->tensors[p->tensor];
	s = ol_weights_stored(q->scan.m, t);
	bits = ol_dtype_info(t->dtype)->bits;
	p->varints = s.where == OL_WHERE_VARINTS;
	p->offset = q->offset;
	p->bytes = s.bytes - q->offset;
	if (!p->varints && p->bytes > OL_SCAN_WINDOW)
		p->bytes = OL_SCAN_WINDOW;
	/* whole groups lie before it: OL_SCAN_WINDOW bytes each */
	p->at = q->offset * 8 / bits; /* 0 of varints */
	p->n = s.n - p->at;
	if (!p->varints && p->n > p->bytes * 8 / bits)
		p->n = p->bytes * 8 / bits;
	q->offset += p->bytes;
	if (q->offset == s.bytes) {
		q->offset = 0;
		q->row++;
	}
	return true;
}

static void *work(void *user)
{
	struct ol_reader *r = user;
	struct queue *q = (struct queue *)r->scan; /* its first member */
	struct ol_err err = {0};
	struct ol_scan_part p;
	struct ol_tally t;
	int rc;

	pthread_mutex_lock(&q->lock);
	while (take(q, &p)) {
		pthread_mutex_unlock(&q->lock);
		ol_tally_init(&t);
		rc = ol_scan_read(r, &p, &t, &err);
		pthread_mutex_lock(&q->lock);
		/* one that was stopped at its end is whole as well: what counts is how many elements were seen */
		if (rc >= 0) {
			ol_tally_merge(&q->at[p.tensor], &t);
		} else if (!q->rc) {
			q->rc = -1;
			q->err = err;
			atomic_store(&q->scan.over, true);
		}
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

/* ---- threads ---- */

static unsigned processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#if defined(__linux__) && defined(CPU_COUNT)
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		n = CPU_COUNT(&set);
#endif
	return n < 1 ? 1 : n > USUAL_THREADS ? USUAL_THREADS : (unsigned)n;
}

/* Signals are the calling thread's, but for those that a thread brings on itself. */
static void block_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

static int run(struct queue *q)
{
	uint64_t parts = q->scan.total / OL_SCAN_WINDOW + 1;
	unsigned n = q->scan.o->threads ? q->scan.o->threads : processors(), started = 0;
	struct ol_reader *readers;
	pthread_t *threads;
	sigset_t old;

	n = n > MAX_THREADS ? MAX_THREADS : n;
	n = n > parts ? (unsigned)parts : n;
	readers = calloc(n, sizeof(*readers));
	threads = calloc(n, sizeof(*threads));
	if (!readers || !threads || pthread_mutex_init(&q->lock, NULL)) {
		free(readers);
		free(threads);
		return ol_err_set(&q->err, OL_ERR_MEMORY, "weights: out of memory: free some");
	}
	for (unsigned i = 0; i < n; i++)
		readers[i] = (struct ol_reader){.scan = &q->scan, .tells = i == 0, .told = ol_clock_now()};
	if (n > 1) {
		block_signals(&old);
		/* with fewer threads than wished it takes longer, no more */
		while (started + 1 < n && pthread_create(&threads[started], NULL, work, &readers[started + 1]) == 0)
			started++;
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	}
	work(&readers[0]);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < n; i++)
		free(readers[i].buffer);
	pthread_mutex_destroy(&q->lock);
	free(readers);
	free(threads);
	return q->rc;
}

/* ---- the whole ---- */

/* Tensors to read: not those in memory. */
static int list(struct queue *q)
{
	const struct ol_model *m = q->scan.m;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n_tensors; i++)
		n += ol_weights_stored(m, &m->tensors[i]).where > OL_WHERE_MEMORY;
	q->rows = calloc((size_t)n + 1, sizeof(*q->rows));
	q->at = calloc((size_t)m->n_tensors + 1, sizeof(*q->at));
	if (!q->rows || !q->at)
		return ol_err_set(&q->err, OL_ERR_MEMORY, "weights: out of memory: free some");
	for (uint32_t i = 0; i < m->n_tensors; i++) {
		struct ol_stored s = ol_weights_stored(m, &m->tensors[i]);

		if (s.where <= OL_WHERE_MEMORY)
			continue;
		ol_tally_init(&q->at[i]);
		q->rows[q->n_rows++] = i;
		/* ranges of external files may overlap: the sum has no bound */
		if (__builtin_add_overflow(q->scan.total, s.bytes, &q->scan.total))
			q->scan.total = UINT64_MAX;
	}
	return 0;
}

int ol_weights_scan(struct ol_weights *w, const struct ol_model *m, const struct ol_weights_options *o, struct ol_err *err)
{
	long page = sysconf(_SC_PAGESIZE);
	struct queue q = {.scan = {.m = m, .o = o, .kernel = ol_kernel_best(), .deadline = o->deadline, .page = page > 0 ? (size_t)page : 4096}};
	int rc = list(&q);

	*w = (struct ol_weights){.model = m};
	if (rc == 0 && q.n_rows)
		rc = run(&q);
	/* the last word: the line that shows how far it is can go */
	if (o->tell && q.n_rows)
		o->tell(o->user, atomic_load(&q.scan.done), q.scan.total);
	w->total = q.scan.total;
	w->done = atomic_load(&q.scan.done);
	w->late = atomic_load(&q.scan.late);
	w->stopped = atomic_load(&q.scan.stopped);
	w->at = q.at;
	free(q.rows);
	if (rc && err)
		*err = q.err;
	return rc;
}

void ol_weights_free(struct ol_weights *w)
{
	free(w->at);
	w->at = NULL;
}
