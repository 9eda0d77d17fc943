#include "cli/cli.h"

#include <signal.h>

#include "base/mem.h"

int main(int argc, char **argv)
{
	/* A limit on the size of files is a failed write with a message, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	mem_begin();
	return cli_main(argc, argv);
}
