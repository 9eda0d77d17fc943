#include "model/meta.h"

bool meta_is_date(struct span s)
{
	static const char form[] = "0000-00-00";
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned n[3] = { 0 }, field = 0, last;

	if (s.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (form[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != form[i])
			return false;
		if (form[i] == '0')
			n[field] = 10 * n[field] + (unsigned)(s.p[i] - '0');
		else
			field++;
	}
	if (!n[0] || !n[1] || n[1] > 12)
		return false;
	last = days[n[1] - 1] + (n[1] == 2 && n[0] % 4 == 0 && (n[0] % 100 || n[0] % 400 == 0));
	return n[2] && n[2] <= last;
}
