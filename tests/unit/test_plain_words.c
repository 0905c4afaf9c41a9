// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a command line may be shown to anybody. */
#include "lib/plain_words.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static const struct {
	const char *name, *in, *want;
} rows[] = {
	{ "nothing", "", "" },
	{ "what plan reads keeps its value", "crashkernel=256M,high nr_cpus=1",
	  "crashkernel=256M,high nr_cpus=1" },
	{ "ranges", "crashkernel=2G-64G:256M,64G-:512M@16M",
	  "crashkernel=2G-64G:256M,64G-:512M@16M" },
	{ "auto", "crashkernel=auto", "crashkernel=auto" },
	{ "hexadecimal", "elfcorehdr=0x7e0Ff000", "elfcorehdr=0x7e0Ff000" },
	{ "no value", "crashkernel=", "crashkernel=" },
	{ "a value that is none", "crashkernel=alice", "crashkernel=?" },
	{ "any other: its name", "root=/dev/sda1 rd.luks.uuid=1234",
	  "root= rd.luks.uuid=" },
	{ "flags of the kernel", "quiet ro alice irqpoll", "quiet ro irqpoll" },
	{ "names that are no parameter's",
	  "WEB1=1 a@b=1 12=1 =1 d'or=1 wd4012345=1 BOOT_IMAGE=/x",
	  "BOOT_IMAGE=" },
	{ "a name of 33 bytes", "abcdefghijklmnopqrstuvwxyz0123abc=1", "" },
	{ "what stands between quotes is a value",
	  "a=\"b quiet c=d\" quiet \"e=f g=h\" rw", "a= quiet rw" },
	{ "but plan reads there too", "a=\"b crashkernel=1M c\"",
	  "a= crashkernel=1M" },
	{ "bytes that are not text", "\xff=1 ro\x01 crashkernel=\x80",
	  "crashkernel=?" },
	{ "a longer name of that kind", "xcrashkernel=1M crashkernel2=1M",
	  "xcrashkernel= crashkernel2=" },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t size = strlen(rows[i].in) + 2;
		char *out = malloc(size);

		plain_words(text_of(rows[i].in), out, size);
		if (!ok(!strcmp(out, rows[i].want), "%s", rows[i].name))
			printf("# got: %s\n", out);
		free(out);
	}
	return tap_end();
}
