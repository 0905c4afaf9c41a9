// SPDX-License-Identifier: GPL-2.0-or-later
/* Which captures count for which kernel, and which may be kept. */
#include "state/capture_json.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static const struct {
	const char *one, *other;
	bool same;
} lines[] = {
	{ "6.1.0-40-amd64", "6.1.0-41-amd64", true },
	{ "6.1.0-40-amd64", "6.12.1-41-amd64", false },
	{ "6.1.0-40-amd64", "6.1.0-40-cloud-amd64", false },
	{ "6.1.0-40-cloud-amd64", "6.1.0-41-cloud-amd64", true },
	{ "6.1.0-40-rt-amd64", "6.1.0-40-cloud-amd64", false },
	{ "6.12.9+bpo-cloud-amd64", "6.12.12+bpo-cloud-amd64", true },
	{ "6.12.9+bpo-amd64", "6.12.9+bpo-cloud-amd64", false },
	{ "6.19-rc3-amd64", "6.19-rc4-amd64", true },
	{ "6.8.0-31-generic", "6.8.0-52-lowlatency", false },
	{ "6.17.1-300.fc43.x86_64", "6.17.8-301.fc43.x86_64", true },
	{ "5.14.0-503.el9.x86_64", "5.14.0-503.el9.x86_64+rt", false },
	{ "6.4.0-150600.23-default", "6.4.0-150600.25-default", true },
	{ "6.1.0", "6.1.9", true },
	{ "amd64", "amd64", false },
};

static void check_kept(void)
{
	struct capture capture = { .id = "/var/crash/a", .release = "6.1.0" };
	char why[CAPTURE_ERROR_MAX] = "";

	ok(!capture_check(&capture, why), "one may be kept");
	strcpy(capture.id, "/var/crash/a b");
	ok(capture_check(&capture, why) && strstr(why, "id"),
	   "not with a blank in its folder");
	strcpy(capture.id, "/var/crash/a");
	strcpy(capture.release, "6.1.0^test");
	ok(capture_check(&capture, why) && strstr(why, "release"),
	   "nor with a release that no record may have");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ok(capture_same_line(lines[i].one, lines[i].other) ==
				   lines[i].same &&
			   capture_same_line(lines[i].other, lines[i].one) ==
				   lines[i].same,
		   "%s and %s are %s line", lines[i].one, lines[i].other,
		   lines[i].same ? "one" : "no one");
	check_kept();
	return tap_end();
}
