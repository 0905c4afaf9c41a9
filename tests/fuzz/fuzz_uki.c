// SPDX-License-Identifier: GPL-2.0-or-later
/* EFI variables, and the command line in a unified kernel image. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "peers/booted.h"
#include "peers/read_back.h"

static void check_text(const uint8_t *data, size_t size)
{
	char text[32];
	bool have =
		booted_efi_text((const char *)data, size, text, sizeof(text));

	PROMISE(memchr(text, 0, sizeof(text)));
	PROMISE(!have || text[0]);
	for (const char *c = text; *c; c++)
		PROMISE(*c >= 0x20 && *c <= 0x7e);
}

/* A command line ends within its buffer, and is one line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char cmdline[256];
	int err;

	check_text(data, size);
	if (fd < 0)
		fd = memfd_create("uki", MFD_CLOEXEC);
	PROMISE(fd >= 0 && !ftruncate(fd, 0) &&
		pwrite(fd, data, size, 0) == (ssize_t)size);
	err = read_back_uki_cmdline(fd, cmdline, sizeof(cmdline));
	PROMISE(!err || err == -EINVAL || err == -ENOENT || err == -ENOSPC);
	if (!err)
		PROMISE(memchr(cmdline, 0, sizeof(cmdline)) &&
			!strchr(cmdline, '\n'));
	return 0;
}
