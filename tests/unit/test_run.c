// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs of others: their end, their output, and that none holds us up. */
#include "peers/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define ARGV(...)                                                              \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static int stop(void *arg, const char *buf, size_t len)
{
	(void)buf;
	*(size_t *)arg += len;
	return -EFBIG;
}

static int count(void *arg, const char *buf, size_t len)
{
	(void)buf;
	*(size_t *)arg += len;
	return 0;
}

static void test_status(void)
{
	ok(run_program(ARGV("true"), 10) == 0, "a program that succeeds is 0");
	ok(run_program(ARGV("sh", "-c", "exit 3"), 10) == 3,
	   "an exit status is what run() returns");
	ok(run_program(ARGV("no-such-program-of-ours"), 10) == 127,
	   "a program that is not there is 127");
	ok(run_program(ARGV("sh", "-c", "kill -9 $$"), 10) == 128 + 9,
	   "a signal is 128 and its number");
	ok(run_program(ARGV("sh", "-c", "read line"), 10) == 1,
	   "standard input is empty");
}

static void test_output(void)
{
	char buf[8];
	size_t bytes = 0;
	FILE *file = fdopen(memfd_create("input", MFD_CLOEXEC), "w+");

	ok(!run_read(ARGV("echo", "seven"), 10, buf, sizeof(buf)) &&
		   !strcmp(buf, "seven\n"),
	   "output that fits is read");
	ok(run_read(ARGV("echo", "sevenup"), 10, buf, sizeof(buf)) == -ENOSPC,
	   "output that does not fit is refused");
	ok(run_take(ARGV("yes"), -1, 10, stop, &bytes) == -EFBIG && bytes,
	   "who takes output may end the program");
	fputs("twelve bytes", file);
	rewind(file);
	bytes = 0;
	ok(!run_take(ARGV("cat"), fileno(file), 10, count, &bytes) &&
		   bytes == 12,
	   "standard input may be a file");
	fclose(file);
}

static void test_limit(void)
{
	char buf[8];
	time_t begin = time(NULL);

	ok(run_program(ARGV("sleep", "60"), 1) == -ETIMEDOUT,
	   "a program beyond its time is killed");
	ok(run_read(ARGV("sh", "-c", "sleep 60 & sleep 60"), 1, buf,
		    sizeof(buf)) == -ETIMEDOUT,
	   "so is what it started and holds its output open");
	ok(time(NULL) - begin < 10, "neither holds us up");
}

int main(void)
{
	test_status();
	test_output();
	test_limit();
	return tap_end();
}
