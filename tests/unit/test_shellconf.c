// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and changing one value of a file that a shell sources. */
#include "config/shellconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/cmdline.h"
#include "tap.h"

static const struct {
	const char *in, *want; /* NULL: refused */
	int err;
} gets[] = {
	{ "K=\"a b\"\n", "a b", 0 },
	{ "K='a b'\n", "a b", 0 },
	{ "K=a", "a", 0 },
	{ "K=\n", "", 0 },
	{ "K=\"\"", "", 0 },
	{ "K=a # c\n", "a", 0 },
	{ "K=a\nK=b\n", "b", 0 },
	{ "# K=x\nK=b\n#K=y\n", "b", 0 },
	{ "X=\"K=no\"\nK=yes\n", "yes", 0 },
	{ "X=\"\nK=no\n\"\nK=yes\n", NULL, -EINVAL },
	{ "X='\nK=no\n'\nK=yes\n", NULL, -EINVAL },
	{ "X=\"\\\"\nK=no\n\"\nK=yes\n", NULL, -EINVAL },
	{ "X=\"\nno\n\"\nK=yes\n", "yes", 0 },
	{ "X=\"\\\"\nno\n\"\nK=yes\n", "yes", 0 },
	{ ": \"${K:=no}\"\nK=yes\n", NULL, -EINVAL },
	{ "X=\"${K:=no}\"\nK=yes\n", NULL, -EINVAL },
	{ "KK=no\nXK=no\n", NULL, -ENOENT },
	{ "", NULL, -ENOENT },
	{ "#K=a\n", NULL, -ENOENT },
	{ "K=\"$X\"\n", NULL, -EINVAL },
	{ "K=\"`id`\"\n", NULL, -EINVAL },
	{ "K=\"a\\\"b\"\n", NULL, -EINVAL },
	{ "K=\"a\nb\"\n", NULL, -EINVAL },
	{ "K=\"a\"b\n", NULL, -EINVAL },
	{ "K=a;reboot\n", NULL, -EINVAL },
	{ "K=$(id)\n", NULL, -EINVAL },
	{ "K=a b\n", NULL, -EINVAL },
	{ "K+=a\n", NULL, -EINVAL },
	{ "export K=a\n", NULL, -EINVAL },
	{ "if x; then\n  K=a\nfi\n", NULL, -EINVAL },
	{ "if x; then\nK=a\nfi\n", NULL, -EINVAL },
	{ "if x\nthen :\nelse\nK=a\nfi\n", NULL, -EINVAL },
	{ "case x in\nx)\nK=a\n;;\nesac\n", NULL, -EINVAL },
	{ "for x in y; do\nK=a\ndone\n", NULL, -EINVAL },
	{ "while x; do\nK=a\ndone\n", NULL, -EINVAL },
	{ "until x\ndo\nK=a\ndone\n", NULL, -EINVAL },
	{ "f() {\nK=a\n}\n", NULL, -EINVAL },
	{ "f()\n{\nK=a\n}\n", NULL, -EINVAL },
	{ "x && {\nK=a\n}\n", NULL, -EINVAL },
	{ "if x; then\necho fi; :\nK=a\nfi\n", NULL, -EINVAL },
	{ "if x; then\nX=\"fi\"\n'fi'\nK=a\nfi\n", NULL, -EINVAL },
	{ "if x; then if y; then :; fi\nK=a\nfi\n", NULL, -EINVAL },
	{ "if x; then\nX=1\nfi\nK=a\n", "a", 0 },
	{ "if x; then if y; then X=1; fi; fi\nK=a\n", "a", 0 },
	{ "case x in\na|b) X=1 ;;\nesac\nK=a\n", "a", 0 },
	{ "f() {\nX=1\n}\nK=a\n", "a", 0 },
	{ "echo if for {\nX=if\n: # if\nK=a\n", "a", 0 },
	{ "K=a\nif x; then\nX=1\nfi\n", "a", 0 },
	{ "K=a\n[ -n \"$K\" ] || K=b\n", NULL, -EINVAL },
	{ "K=a \\\nb\n", NULL, -EINVAL },
	{ "cat <<E\nK=a\nE\n", NULL, -EINVAL },
	{ "K=\"a\n", NULL, -EINVAL },
	{ "X='\nK=a\n", NULL, -EINVAL },
	{ "unset K\n", NULL, -EINVAL },
	{ "K=a\n. /etc/default/other\n", NULL, -EINVAL },
	{ "K=a\n[ ! -r /x ] || . /x\n", NULL, -EINVAL },
	{ "K=a\nsource /x\n", NULL, -EINVAL },
	{ "K=a\neval \"$X\"\n", NULL, -EINVAL },
	{ "X=`( . /etc/os-release; echo ${N:-D} ) 2>/dev/null || echo "
	  "D`\nK=a\n",
	  "a", 0 },
	{ "( : )\nK=a\n. /x\n", NULL, -EINVAL },
	{ "X=\"a . b\" # . source\necho . eval\nK=a\n", "a", 0 },
};

static const struct {
	const char *in, *value, *want; /* NULL: refused */
} sets[] = {
	{ "K=\"a\"\n", "b c", "K=\"b c\"\n" },
	{ "K='a'  # why\nZ=1\n", "b", "K=\"b\"  # why\nZ=1\n" },
	{ "K=a", "b", "K=\"b\"" },
	{ "K=1\nK=2\n", "3", "K=1\nK=\"3\"\n" },
	{ "", "b", "K=\"b\"\n" },
	{ "X=1", "b", "X=1\nK=\"b\"\n" },
	{ "#K=\"d\"\n\n#Y=1\n", "b", "#K=\"d\"\nK=\"b\"\n\n#Y=1\n" },
	{ "# about K=\nX=1\n", "b", "# about K=\nX=1\nK=\"b\"\n" },
	{ "K=a\r\n", "b", NULL },
	{ "K=a\n", "b\"; reboot #", NULL },
	{ "K=a\n", "$(reboot)", NULL },
	{ "K=a\n", "`reboot`", NULL },
	{ "K=a\n", "a\\b", NULL },
	{ "K=a\n", "a\nb", NULL },
	{ "K=a\n", "\x80", NULL },
	{ "K=\"$X\"\n", "b", NULL },
};

static const struct {
	const char *in, *value, *want;
} words[] = {
	{ "a b", "0", "a b k=0" },     { "", "0", "k=0" },
	{ "k=1 a k=2", "0", "a k=0" }, { "a k=1", NULL, "a" },
	{ "k=1", NULL, "" },	       { "kk=1 k", "0", "kk=1 k k=0" },
};

static void test_get(void)
{
	for (size_t i = 0; i < sizeof(gets) / sizeof(*gets); i++) {
		size_t len = strlen(gets[i].in);
		char *copy = malloc(len ? len : 1), value[32];
		int err;

		memcpy(copy, gets[i].in, len);
		err = shellconf_get(copy, len, "K", value, sizeof(value));
		if (!ok(err == gets[i].err &&
				(err || !strcmp(value, gets[i].want)),
			"get, row %zu", i))
			printf("# %d \"%s\"\n", err, value);
		free(copy);
	}
}

/* What dash itself makes of it: the same value, and nothing was run. */
static bool shell_agrees(const char *text, const char *value)
{
	char script[512], got[128] = "";
	FILE *shell;

	snprintf(script, sizeof(script), "%s\nprintf '%%s' \"$K\"", text);
	setenv("SCRIPT", script, 1);
	shell = popen("exec sh -c \"$SCRIPT\"", "r");
	if (!shell)
		return false;
	got[fread(got, 1, sizeof(got) - 1, shell)] = '\0';
	return pclose(shell) == 0 && !strcmp(got, value);
}

static void test_set(void)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		char *out = NULL;
		size_t len = 0;
		int err = shellconf_set(sets[i].in, strlen(sets[i].in), "K",
					sets[i].value, &out, &len);

		if (!sets[i].want) {
			ok(err == -EINVAL && !out, "set refused, row %zu", i);
			continue;
		}
		if (!ok(!err && len == strlen(sets[i].want) &&
				!memcmp(out, sets[i].want, len) &&
				shell_agrees(out, sets[i].value),
			"set, row %zu: bytes, and a shell agrees", i))
			printf("# %d \"%s\"\n", err, out ? out : "");
		free(out);
	}
}

static void test_unset(void)
{
	char *out;
	size_t len;

	ok(!shellconf_unset("A=1\nK=2 # x\nB=3\n", 16, "K", &out, &len) &&
		   len == 8 && !memcmp(out, "A=1\nB=3\n", 8),
	   "unset takes the line");
	free(out);
	ok(shellconf_unset("A=1\n", 4, "K", &out, &len) == -ENOENT,
	   "unset what is not set");
}

static void test_words(void)
{
	char out[16];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		int err = cmdline_set(words[i].in, "k", words[i].value, out,
				      sizeof(out));

		ok(!err && !strcmp(out, words[i].want), "words, row %zu", i);
	}
	ok(cmdline_set("aaaaaaaaaaaa", "k", "0", out, sizeof(out)) == -ENOSPC,
	   "words that do not fit");
}

int main(void)
{
	test_get();
	test_set();
	test_unset();
	test_words();
	return tap_end();
}
