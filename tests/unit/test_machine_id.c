// SPDX-License-Identifier: GPL-2.0-or-later
/* The hash by which a record says its machine: stable, and "" for no machine.
 */
#include "lib/machine_id.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "tap.h"

static const char *hash_of(const char *text)
{
	static char out[MACHINE_ID_HASH_MAX];
	struct root root;
	int fd = open("etc/machine-id", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) ||
	    root_open(&root, scratch))
		exit(99);
	machine_id_hash(&root, out);
	root_close(&root);
	return out;
}

int main(void)
{
	struct root root;
	char out[MACHINE_ID_HASH_MAX];

	if (!scratch_make() || chdir(scratch) || mkdir("etc", 0700) ||
	    root_open(&root, scratch))
		exit(99);
	machine_id_hash(&root, out);
	ok(!out[0], "no file is no machine");
	/* computed by another program */
	ok(!strcmp(hash_of("0123456789abcdef0123456789abcdef\n"),
		   "01527c9731f0ff55"),
	   "FNV-1a of the digits");
	ok(!hash_of("uninitialized\n")[0], "an image's first boot is none");
	ok(!hash_of("00000000000000000000000000000000\n")[0], "nor are zeros");
	ok(!hash_of("0123456789abcdef0123456789abcdeg\n")[0] &&
		   !hash_of("0123456789abcdef0123456789abcde\n")[0] &&
		   !hash_of("0123456789abcdef0123456789abcdef0\n")[0],
	   "nor is what has not 32 hexadecimal digits");
	scratch_remove();
	return tap_end();
}
