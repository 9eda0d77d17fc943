/*
 * cli: the command line.  Only cli prints, reads argv or the clock, or chooses exit codes.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

int cli_main(int argc, char **argv);

#endif
