// SPDX-License-Identifier: GPL-2.0-or-later
/* The opener: nothing leaves the root, numbers and sizes are checked. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "lib/root.h"
#include "tap.h"

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		exit(99);
	close(fd);
}

static void build(void)
{
	if (!scratch_make() || chdir(scratch) || mkdir("sys", 0700) ||
	    mkdir("sys/drivers", 0700) || mkdir("sys/drivers/nvme", 0700) ||
	    symlink("/etc/passwd", "absolute") ||
	    symlink("../../../../../../etc/passwd", "climbs") ||
	    symlink("/sys/number", "inside") ||
	    symlink("drivers/nvme", "sys/driver") ||
	    symlink("gone", "dangling") || mkfifo("fifo", 0600) ||
	    symlink("fifo", "to-fifo"))
		exit(99);
	put("sys/number", "42\n");
	put("sys/hex", "0xfee00000\n");
	put("sys/junk", "42 \n");
	put("sys/empty", "");
	put("sys/two", "1\n2\n");
	put("sys/large", "0123456789012345678901234567890123456789\n");
}

static void numbers(const struct root *root)
{
	uint64_t number;

	ok(root_read_u64(root, &number, "sys/%s", "number") == 0 &&
		   number == 42,
	   "a number");
	ok(root_read_hex(root, &number, "sys/hex") == 0 && number == 0xfee00000,
	   "a hexadecimal number");
	ok(root_read_u64(root, &number, "sys/junk") == -EINVAL &&
		   root_read_u64(root, &number, "sys/empty") == -EINVAL &&
		   root_read_u64(root, &number, "sys/two") == -EINVAL &&
		   number == 0,
	   "trailing blank, empty, two lines: no number");
	ok(root_read_u64(root, &number, "sys/large") == -EFBIG,
	   "too large a file");
	ok(root_read_u64(root, &number, "sys/none") == -ENOENT, "no file");
}

static void inside(const struct root *root)
{
	char buf[64];
	uint64_t number;

	ok(root_read(root, buf, sizeof(buf), "absolute") == -ENOENT,
	   "an absolute symlink stays inside");
	ok(root_read(root, buf, sizeof(buf), "climbs") == -ENOENT,
	   "a climbing symlink stays inside");
	ok(root_read(root, buf, sizeof(buf), "../../../etc/passwd") == -ENOENT,
	   "a climbing path stays inside");
	ok(root_read_u64(root, &number, "inside") == 0 && number == 42,
	   "an absolute symlink means the root's own file");
	ok(root_exists(root, "sys") && !root_exists(root, "dangling"),
	   "a dangling symlink does not exist");
	ok(root_link_name(root, buf, sizeof(buf), "sys/driver") == 0 &&
		   strcmp(buf, "nvme") == 0,
	   "a link's last component");
	ok(root_link_name(root, buf, sizeof(buf), "sys/number") == -EINVAL,
	   "a file is no link");
}

static void no_line(void *arg, const struct line *line)
{
	(void)line;
	++*(int *)arg;
}

/* Nobody writes into it: whoever waited would wait for ever. */
static void only_files(const struct root *root)
{
	struct root live;
	char buf[64];
	uint64_t number;
	int lines = 0;

	alarm(20);
	ok(root_read(root, buf, sizeof(buf), "fifo") == -EINVAL &&
		   root_read_u64(root, &number, "to-fifo") == -EINVAL &&
		   root_openat(root, O_RDONLY, "fifo") == -EINVAL &&
		   root_lines(root, 4096, no_line, &lines, "fifo") == -EINVAL &&
		   lines == 0,
	   "a FIFO is not read");
	ok(root_exists(root, "fifo"), "but it exists");
	ok(root_read(root, buf, sizeof(buf), "sys") == -EISDIR,
	   "a folder is not read");
	if (root_open(&live, "/"))
		exit(99);
	ok(root_read(&live, buf, sizeof(buf), "%s/fifo", scratch + 1) ==
			   -EINVAL &&
		   root_read(&live, buf, sizeof(buf), "dev/zero") == -EINVAL,
	   "nor on the live system, nor a device there");
	root_close(&live);
	alarm(0);
}

static void count(void *arg, const char *name)
{
	(void)name;
	++*(int *)arg;
}

static void lists(const struct root *root)
{
	int names = 0;

	ok(root_list(root, count, &names, "sys") == 0 && names == 8,
	   "a directory's names");
	ok(root_list(root, count, &names, "sys/number") == -ENOTDIR,
	   "a file is no directory");
}

int main(void)
{
	struct root root;

	build();
	if (root_open(&root, scratch))
		return 99;
	numbers(&root);
	inside(&root);
	only_files(&root);
	lists(&root);
	root_close(&root);
	scratch_remove();
	return tap_end();
}
