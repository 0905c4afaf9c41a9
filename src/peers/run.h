/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs of others, run without a shell, for a bounded time. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>

/* Where programs of others are looked for, whatever the caller's PATH is. */
#define RUN_PATH "/usr/sbin:/usr/bin:/sbin:/bin"

/* The exit status of a program that is not there; a shell's, too. */
#define RUN_NOT_FOUND 127

/*
 * Run argv with standard input from /dev/null, a fixed PATH, and its output on
 * our standard error. Returns its exit status; RUN_NOT_FOUND;
 * -ETIMEDOUT after seconds; another -errno. After the timeout it is killed, and
 * left behind if it does not die.
 */
int run_program(const char *const argv[], unsigned int seconds);

/*
 * The same for a program that asks somebody: with our own standard input and
 * terminal, and for as long as it takes.
 */
int run_attended(const char *const argv[]);

/*
 * The same, with each piece of its output handed to take, which returns 0, or
 * -errno to end it. in: -1, or a file for its standard input; its messages are
 * dropped then.
 */
typedef int run_take_fn(void *arg, const char *buf, size_t len);
int run_take(const char *const argv[], int in, unsigned int seconds,
	     run_take_fn *take, void *arg);

/*
 * The same with a child that sets itself up: fn(arg, out) runs in it, gives
 * its output to out, and does not return.
 */
int run_child(void (*fn)(const void *arg, int out), const void *arg,
	      unsigned int seconds, run_take_fn *take, void *take_arg);

/* The same, with its output in buf (NUL-terminated); -ENOSPC: it is longer. */
int run_read(const char *const argv[], unsigned int seconds, char *buf,
	     size_t size);

/* The same, and its messages are dropped. */
int run_try(const char *const argv[], unsigned int seconds, char *buf,
	    size_t size);

/*
 * The same, with its input from a file descriptor and its output to another
 * one; both stay open. What it says on standard error is dropped.
 */
int run_between(const char *const argv[], unsigned int seconds, int in,
		int out);

/* True if run_program() would find the program. */
bool run_is_there(const char *program);

/*
 * Print to standard error, after what, why run_program() or run_read() returned
 * a status that is not 0. Returns it as -errno.
 */
int run_failed(const char *what, int status);

/* run_program(), and run_failed() if it was not 0. 0 or -errno. */
int run_or_say(const char *const argv[], unsigned int seconds);

#endif
