/*
 * script: which symbols of two rows are not in both: the core that words, leaves and rows are compared with.
 *
 * Linear space after E. Myers, "An O(ND) difference algorithm and its variations" (1986), section 4b, with symbols that
 * only one row has taken out first, and with bounded effort: past SCRIPT_EFFORT differences in one stretch the furthest
 * point reached becomes a cut, so the cost grows with the length of the rows, not with its square.
 */
#ifndef BASE_SCRIPT_H
#define BASE_SCRIPT_H

#include "base/mem.h"

#define SCRIPT_EFFORT 256

/* Working memory, used again from call to call; zero to begin, script_work_done to end. */
struct script_work {
	int32_t *v;          /* both frontiers */
	size_t v_cap;
	uint32_t *a, *b;     /* the rows, less what only one has */
	uint32_t *ia, *ib;   /* where each of them stood */
	size_t row_cap;
	struct script_box *stack;
	size_t stack_cap;
	uint32_t *seen;      /* by symbol: the call that last saw it in a, in b */
	size_t seen_cap;
	uint32_t call;
};
void script_work_done(struct script_work *w);

/*
 * Sets gone[i] for each a[i] that is not kept and came[j] for each b[j] that is new; both arrays must be zeroed and as
 * long as their rows.  Symbols are below symbols.  What is left is one common row, in order.
 */
void script_make(struct script_work *w, const uint32_t *a, size_t an, const uint32_t *b, size_t bn, size_t symbols, bool *gone, bool *came);

#endif
