// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma target: dumps to another machine. With a target it makes the key,
 * pins the far end's host key and says what the far end has to be given;
 * without one it looks anew at the way to the configured one, and tries it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/network.h"
#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/write_file.h"
#include "peers/run.h"
#include "plan/capture_remote.h"
#include "state/file.h"
#include "state/state.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

#define RUN_DIR		"/run/kdump-dma"
#define NOTE		"failed-target"
#define SSH_NAME	"ssh"
#define KEY_LIMIT_S	120
#define SCAN_LIMIT_S	30
#define TRY_LIMIT_S	60
#define RELOAD_LIMIT_S	30
#define KEYS_BYTES	16384
#define NO_SUCH_COMMAND 127 /* a shell's, at the far end */

struct targeting {
	const struct options *options;
	struct root root;
	struct config config;
	struct capture_remote plan;
};

static int say(const char *format, const char *what)
{
	fputs("kdump-dma: target: ", stderr);
	fprintf(stderr, format, what);
	fputc('\n', stderr);
	return -EINVAL;
}

static void print_ssh(FILE *to, const void *arg)
{
	capture_remote_print_ssh(to, arg);
}

static void print_line(FILE *to, const void *arg)
{
	fprintf(to, "%s\n", (const char *)arg);
}

static void note(const char *text)
{
	mkdir(RUN_DIR, 0755);
	if (text)
		(void)!write_file(RUN_DIR, NOTE, print_line, text);
	else
		unlink(RUN_DIR "/" NOTE);
}

/* ---- the key, and the far end's -------------------------------------------
 */

/* FIPS knows no Ed25519. */
static int make_key(const struct targeting *all)
{
	static const char *const kinds[][2] = { { "ed25519", "256" },
						{ "rsa", "3072" } };
	int status = 0;

	if (root_exists(&all->root, REMOTE_KEY))
		return 0;
	if (file_make_folder(&all->root, REMOTE_FOLDER, 0700))
		return say("/%s cannot be made", REMOTE_FOLDER);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *const argv[] = { "ssh-keygen", "-q", "-t",
					     kinds[i][0],  "-b", kinds[i][1],
					     "-N",	   "",	 "-C",
					     "kdump-dma",  "-f", "/" REMOTE_KEY,
					     NULL };

		status = run_program(argv, KEY_LIMIT_S);
		if (!status)
			return 0;
	}
	return run_failed("ssh-keygen", status);
}

/* "HOST TYPE KEY" lines under the name that ssh is told to look for. */
static int scan(const struct remote *remote, char *keys, size_t size)
{
	char port[24], *said = malloc(KEYS_BYTES);
	const char *const argv[] = { "ssh-keyscan", "-T",	  "10", "-p",
				     port,	    remote->host, NULL };
	struct text rest, line, word;
	size_t len = 0;

	snprintf(port, sizeof(port), "%llu", (unsigned long long)remote->port);
	keys[0] = '\0';
	if (said && run_read(argv, SCAN_LIMIT_S, said, KEYS_BYTES) >= 0)
		for (rest = text_of(said); text_split(&rest, '\n', &line);)
			if (text_word(&line, &word) && word.at[0] != '#' &&
			    len < size) {
				line = text_trim(line);
				len += (size_t)snprintf(
					keys + len, size - len, "%s %.*s\n",
					remote->host, (int)line.len, line.at);
			}
	free(said);
	return len && len < size ? 0 : -ENOENT;
}

static bool is_pinned(const struct targeting *all)
{
	char *known = whole_file(&all->root, REMOTE_KNOWN_HOSTS);
	const char *host = all->plan.remote.host;
	bool is = known && !strncmp(known, host, strlen(host)) &&
		  known[strlen(host)] == ' ';

	free(known);
	return is;
}

static bool is_confirmed(const struct targeting *all)
{
	char answer[16];

	if (all->options->yes)
		return true;
	if (!isatty(0)) {
		say("%s", "nobody is there to be asked whether this is the far "
			  "end's host key: --yes if it is");
		return false;
	}
	fputs("Is that the far end's? Type \"yes\" to pin it: ", stdout);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && streq(answer, "yes\n");
}

/* Shown, and kept when somebody says that it is right. */
static int pin(const struct targeting *all)
{
	static char keys[KEYS_BYTES];
	static const char *const show[] = { "ssh-keygen", "-l", "-f",
					    RUN_DIR "/keys", NULL };
	struct text text;
	int err;

	if (is_pinned(all))
		return 0;
	if (scan(&all->plan.remote, keys, sizeof(keys)))
		return say("%s does not answer: no host key",
			   all->plan.remote.host);
	text = text_of(keys);
	mkdir(RUN_DIR, 0755);
	err = write_file(RUN_DIR, "keys", file_print_text, &text);
	if (!err) {
		printf("host keys of %s:\n", all->plan.remote.host);
		fflush(stdout);
		run_program(show, KEY_LIMIT_S);
		unlink(RUN_DIR "/keys");
		err = is_confirmed(all) ? 0 : -EPERM;
	}
	if (!err)
		err = state_write(&all->root, REMOTE_FOLDER, "known_hosts",
				  file_print_text, &text);
	if (err && err != -EPERM)
		say("/" REMOTE_KNOWN_HOSTS ": %s", strerror(-err));
	return err;
}

/* ---- what the far end is given, and whether it takes dumps ------------------
 */

static int print_allowed(const struct targeting *all)
{
	char *key = whole_file(&all->root, REMOTE_KEY ".pub");

	if (!key)
		return say("/%s is not there: run \"kdump-dma target "
			   "ssh://USER@HOST\"",
			   REMOTE_KEY ".pub");
	key[strcspn(key, "\n")] = '\0';
	capture_remote_print_allowed(
		stdout, config_text(&all->config, CONFIG_PATH), key);
	free(key);
	return 0;
}

static int try(const struct targeting *all, char *why, size_t size)
{
	static const char *const argv[] = { "sh", "-c",
					    "exec ssh -F " RUN_DIR "/" SSH_NAME
					    " far try 2>&1",
					    NULL };
	char said[4096], *last;
	int status = write_file(RUN_DIR, SSH_NAME, print_ssh, &all->plan);
	size_t len;

	if (!status)
		status = run_read(argv, TRY_LIMIT_S, said, sizeof(said));
	if (status < 0)
		snprintf(said, sizeof(said), "%s", strerror(-status));
	len = strlen(said);
	while (len && said[len - 1] == '\n')
		said[--len] = '\0';
	last = strrchr(said, '\n');
	last = last ? last + 1 : said;
	if (!status && streq(last, "ready"))
		return 0;
	snprintf(why, size, "the far end %s takes no dumps: %.200s",
		 all->plan.url,
		 status && status != NO_SUCH_COMMAND
			 ? last
			 : "it answers, but not as the line says that "
			   "\"kdump-dma target\" prints for its "
			   "authorized_keys");
	return -EIO;
}

/* ---- the verb
 * ---------------------------------------------------------------- */

static char *network_of(const struct targeting *all)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return NULL;
	capture_remote_print_network(to, &all->plan);
	capture_remote_print_ssh(to, &all->plan);
	return fclose(to) ? NULL : text;
}

/* What the network was when the image was built may be another one. */
static void reload(const char *before, const char *after)
{
	static const char *const argv[] = { "systemctl", "--no-block",
					    "try-reload-or-restart",
					    "kdump-dma.service", NULL };

	if (!before || !after || streq(before, after))
		return;
	puts("the way to the far end is another one: the capture image is "
	     "built anew");
	fflush(stdout);
	run_or_say(argv, RELOAD_LIMIT_S);
}

static int look(struct targeting *all, char *why, size_t size)
{
	int err = network_ask(&all->root, all->plan.remote.host, why, size);

	if (err)
		return err;
	capture_remote_make(&all->root, &all->config, &all->plan);
	if (all->plan.why[0]) {
		snprintf(why, size, "dumps cannot go to %.400s: %s",
			 all->plan.url, all->plan.why);
		return -EINVAL;
	}
	return try(all, why, size);
}

/* The configured one, as it is now: what fails is for status, too. */
static enum status look_again(struct targeting *all)
{
	char why[1024], *before = network_of(all), *after;
	int err = look(all, why, sizeof(why));

	after = network_of(all);
	reload(before, after);
	free(before);
	free(after);
	note(err ? why : NULL);
	if (err)
		say("%s", why);
	else
		printf("%s takes dumps\n", all->plan.url);
	return err ? STATUS_ERROR : STATUS_OK;
}

static enum status set_up(struct targeting *all)
{
	const char *target = all->options->target;
	char why[1024];

	if (make_key(all) || pin(all))
		return STATUS_ERROR;
	puts("for the far end's authorized_keys, one line:");
	if (print_allowed(all))
		return STATUS_ERROR;
	if (look(all, why, sizeof(why))) {
		say("%s", why);
		return STATUS_ERROR;
	}
	printf("%s takes dumps\n", all->plan.url);
	printf("for /etc/kdump-dma.conf: target = %s\nthen: systemctl reload "
	       "kdump-dma.service\n      systemctl enable --now "
	       "kdump-dma-target.timer\n",
	       target);
	return STATUS_OK;
}

static enum status run(struct targeting *all)
{
	const char *target = all->options->target;
	struct config_error error;
	char why[256];

	if (config_load(&all->config, &all->root, &error)) {
		config_error_print(&error);
		return STATUS_ERROR;
	}
	if (target && config_set(&all->config, CONFIG_TARGET, target,
				 "the command line", why, sizeof(why))) {
		say("%s", why);
		return STATUS_USAGE;
	}
	capture_remote_make(&all->root, &all->config, &all->plan);
	if (all->plan.remote.kind == REMOTE_NONE) {
		note(NULL);
		puts("dumps stay on this machine");
		return STATUS_OK;
	}
	if (!all->root.is_live)
		return print_allowed(all) ? STATUS_ERROR : STATUS_OK;
	return target ? set_up(all) : look_again(all);
}

int verb_target(const struct options *options)
{
	static struct targeting all;
	enum status status;

	all.options = options;
	if (gather_root(options->dir, &all.root))
		return STATUS_ERROR;
	status = run(&all);
	root_close(&all.root);
	return status;
}
