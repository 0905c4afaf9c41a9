// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma target: dumps to another machine. With a target it makes the key,
 * pins the far end's host key and says what the far end has to be given (NFS
 * needs nothing of that); without one it looks anew at the way to the
 * configured one, and tries it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/try_nfs.h"
#include "apply/try_ssh.h"
#include "host/network.h"
#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/write_file.h"
#include "peers/run.h"
#include "plan/capture_remote.h"
#include "state/file.h"
#include "state/history.h"
#include "state/state.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

#define RUN_DIR		"/run/kdump-dma"
#define NOTE		"failed-target"
#define KEY_LIMIT_S	120
#define SCAN_LIMIT_S	30
#define RELOAD_LIMIT_S	30
#define KNOWN_BYTES_MAX (1 << 20)
#define KEYS_BYTES	16384

struct targeting {
	const struct options *options;
	struct root root;
	struct config config;
	struct capture_remote plan;
	bool is_configured; /* the target, and not only asked for */
	struct remote configured;
};

static int say(const char *format, const char *what)
{
	fputs("kdump-dma: target: ", stderr);
	fprintf(stderr, format, what);
	fputc('\n', stderr);
	return -EINVAL;
}

static void print_line(FILE *to, const void *arg)
{
	fprintf(to, "%s\n", (const char *)arg);
}

/* For status. Nothing is wrong with the configured target: NULL. */
static void note(const char *text)
{
	int err = 0;

	if (!text) {
		if (unlink(RUN_DIR "/" NOTE) && errno != ENOENT)
			err = -errno;
	} else {
		mkdir(RUN_DIR, 0755);
		err = write_file(RUN_DIR, NOTE, print_line, text);
	}
	if (err)
		say(RUN_DIR "/" NOTE ": %s", strerror(-err));
}

/* Call fn under the lock. Nobody is asked, and nothing far away, meanwhile. */
static int under_lock(const struct targeting *all,
		      int (*fn)(const struct targeting *all, const void *arg),
		      const void *arg)
{
	int err, lock = gather_lock(all->options, &all->root);

	if (lock < 0)
		return lock;
	err = fn(all, arg);
	close(lock);
	return err;
}

/* ---- the key, and the far end's ---- */

#define NEW_KEY REMOTE_KEY ".new"

/* FIPS knows no Ed25519. */
static int run_keygen(void)
{
	static const char *const kinds[][2] = { { "ed25519", "256" },
						{ "rsa", "3072" } };
	int status = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *const argv[] = { "ssh-keygen", "-q", "-t",
					     kinds[i][0],  "-b", kinds[i][1],
					     "-N",	   "",	 "-C",
					     "kdump-dma",  "-f", "/" NEW_KEY,
					     NULL };

		status = run_program(argv, KEY_LIMIT_S);
		if (!status)
			return 0;
	}
	return run_failed("ssh-keygen", status);
}

/* To the disk, and under its name. */
static int put(const char *from, const char *to)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int err = fd < 0 || fsync(fd) || rename(from, to) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/* Where the key has its name, its other half has it, too. */
static int make_key(const struct targeting *all, const void *arg)
{
	int there = root_openat(&all->root, O_PATH, REMOTE_KEY), err;

	(void)arg;
	if (there >= 0) {
		close(there);
		return 0;
	}
	/* One that cannot be seen is not replaced. */
	if (there != -ENOENT)
		return say("/" REMOTE_KEY ": %s", strerror(-there));
	if (file_make_folder(&all->root, REMOTE_FOLDER, 0700))
		return say("/%s cannot be made", REMOTE_FOLDER);
	err = file_remove(&all->root, NEW_KEY);
	if (!err)
		err = file_remove(&all->root, NEW_KEY ".pub");
	if (!err && run_keygen())
		return -EIO;
	if (!err)
		err = put("/" NEW_KEY ".pub", "/" REMOTE_KEY ".pub");
	if (!err)
		err = put("/" NEW_KEY, "/" REMOTE_KEY);
	return err ? say("/" REMOTE_KEY ": %s", strerror(-err)) : 0;
}

static void take_keys(const struct remote *remote, struct text rest, char *keys,
		      size_t size)
{
	struct text line, word;
	size_t len = 0;

	while (text_split(&rest, '\n', &line) && len < size) {
		if (!text_word(&line, &word) || word.at[0] == '#')
			continue;
		line = text_trim(line);
		len += (size_t)snprintf(keys + len, size - len, "%s %.*s\n",
					remote->host, (int)line.len, line.at);
	}
	if (len >= size)
		keys[0] = '\0';
}

/* "HOST TYPE KEY" lines under the name that ssh is told to look for. */
static int scan(const struct remote *remote, char *keys, size_t size)
{
	static char said[KEYS_BYTES];
	char port[24];
	const char *const argv[] = { "ssh-keyscan", "-T",	  "10", "-p",
				     port,	    remote->host, NULL };
	int status;

	snprintf(port, sizeof(port), "%llu", (unsigned long long)remote->port);
	keys[0] = '\0';
	status = run_read(argv, SCAN_LIMIT_S, said, sizeof(said));
	if (status < 0 || status == RUN_NOT_FOUND)
		return run_failed("ssh-keyscan", status);
	take_keys(remote, text_of(said), keys, size);
	return keys[0] ? 0
		       : say("%s does not answer: no host key", remote->host);
}

/* Names may be hashed there, or stand in lists and patterns. */
static bool is_pinned(const struct targeting *all)
{
	static char said[KEYS_BYTES];
	const char *const argv[] = { "ssh-keygen",	     "-F",
				     all->plan.remote.host,  "-f",
				     "/" REMOTE_KNOWN_HOSTS, NULL };
	int status = run_try(argv, SCAN_LIMIT_S, said, sizeof(said));

	return !status || status == -ENOSPC;
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

static int show_keys(const struct targeting *all, struct text keys)
{
	static const char *const show[] = { "ssh-keygen", "-l", "-f",
					    RUN_DIR "/keys", NULL };
	int err;

	mkdir(RUN_DIR, 0755);
	err = write_file(RUN_DIR, "keys", file_print_text, &keys);
	if (err)
		return say(RUN_DIR "/keys: %s", strerror(-err));
	printf("host keys of %s:\n", all->plan.remote.host);
	fflush(stdout);
	err = run_or_say(show, KEY_LIMIT_S);
	unlink(RUN_DIR "/keys");
	return err;
}

struct known_hosts {
	const char *before; /* of other far ends */
	const char *keys;
};

static void print_known_hosts(FILE *to, const void *arg)
{
	const struct known_hosts *known = arg;

	fprintf(to, "%s%s", known->before, known->keys);
}

static int add_known_hosts(const struct targeting *all, const void *arg)
{
	char *before;
	size_t len;
	int err = file_read(&all->root, REMOTE_KNOWN_HOSTS, KNOWN_BYTES_MAX,
			    &before, &len);
	const struct known_hosts known = { before ? before : "", arg };

	if (!err || err == -ENOENT)
		err = state_write(&all->root, REMOTE_FOLDER, "known_hosts",
				  print_known_hosts, &known);
	free(before);
	return err ? say("/" REMOTE_KNOWN_HOSTS ": %s", strerror(-err)) : 0;
}

/* Shown, and kept when somebody says that it is right. */
static int pin(const struct targeting *all)
{
	static char keys[KEYS_BYTES];
	int err;

	if (is_pinned(all))
		return 0;
	err = scan(&all->plan.remote, keys, sizeof(keys));
	if (!err)
		err = show_keys(all, text_of(keys));
	if (err)
		return err;
	return is_confirmed(all) ? under_lock(all, add_known_hosts, keys)
				 : -EPERM;
}

/* ---- what the far end is given, and whether it takes dumps ---- */

static int print_allowed(const struct targeting *all)
{
	char *key = whole_file(&all->root, REMOTE_KEY ".pub");

	if (!key && root_exists(&all->root, REMOTE_KEY))
		return say("/%s is not there: \"ssh-keygen -y -f /" REMOTE_KEY
			   "\" says what was in it",
			   REMOTE_KEY ".pub");
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
	char reason[600];
	int err = all->plan.remote.kind == REMOTE_NFS
			  ? try_nfs(&all->plan, reason, sizeof(reason))
			  : try_ssh(&all->plan, reason, sizeof(reason));

	if (err)
		snprintf(why, size, "the far end %.380s takes no dumps: %s",
			 all->plan.url, reason);
	return err;
}

/* ---- the verb ---- */

static char *network_of(const struct targeting *all)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return NULL;
	capture_remote_print_network(to, &all->plan);
	capture_remote_print_ssh(to, &all->plan);
	fputs(all->plan.nfs_options, to);
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

static int keep_network(const struct targeting *all, const void *arg)
{
	int err = network_keep(&all->root, arg, all->configured.host);

	return err ? say("/" HISTORY_DIR ": %s", strerror(-err)) : 0;
}

static int ask_network(const struct targeting *all,
		       const struct network_choice *choice, char *why,
		       size_t size)
{
	json_t *known = network_ask(all->plan.remote.host, choice, why, size);
	int err = known ? under_lock(all, keep_network, known) : -ENETUNREACH;

	if (known && err)
		snprintf(why, size,
			 "the way to %s cannot be kept in /" HISTORY_DIR,
			 all->plan.remote.host);
	json_decref(known);
	return err;
}

static int look_by(struct targeting *all, const struct network_choice *choice,
		   char *why, size_t size)
{
	int err = ask_network(all, choice, why, size);

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

/* By another address of it; if that is no better, all stays as it was. */
static int look_elsewhere(struct targeting *all, json_t *known)
{
	const struct network_choice others = {
		json_string_value(json_object_get(known, "address")), true
	};
	char why[1024];

	if (!others.address)
		return -EINVAL;
	if (!look_by(all, &others, why, sizeof(why)))
		return 0;
	(void)!under_lock(all, keep_network, known);
	capture_remote_make(&all->root, &all->config, &all->plan);
	return -EIO;
}

/*
 * The address stays while it is one of the far end's and dumps are taken
 * there: another one has the image built anew.
 */
static int look(struct targeting *all, char *why, size_t size)
{
	json_t *known = network_known(&all->root, all->plan.remote.host);
	struct network_choice choice = {
		json_string_value(json_object_get(known, "address")), false
	};
	int err;

	if (!choice.address)
		choice.address = "";
	err = look_by(all, &choice, why, size);
	json_decref(known);
	known = err && err != -ENETUNREACH
			? network_known(&all->root, all->plan.remote.host)
			: NULL;
	if (known && !look_elsewhere(all, known))
		err = 0;
	json_decref(known);
	return err;
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

static int give_key(const struct targeting *all)
{
	int err = under_lock(all, make_key, NULL);

	if (!err)
		err = pin(all);
	if (err)
		return err;
	puts("for the far end's authorized_keys, one line:");
	return print_allowed(all);
}

/* What the far end has to be given. */
static int print_needs(const struct targeting *all)
{
	if (all->plan.remote.kind == REMOTE_SSH)
		return print_allowed(all);
	printf("the far end needs no key: it has to let root of this machine "
	       "write in %s\n",
	       all->plan.url);
	return 0;
}

static enum status set_up(struct targeting *all)
{
	const char *target = all->options->target;
	char why[1024];

	if (all->plan.remote.kind == REMOTE_SSH && give_key(all))
		return STATUS_ERROR;
	if (look(all, why, sizeof(why))) {
		say("%s", why);
		return STATUS_ERROR;
	}
	if (all->is_configured)
		note(NULL);
	printf("%s takes dumps\n", all->plan.url);
	printf("for /etc/kdump-dma.conf: target = %s\nthen: systemctl reload "
	       "kdump-dma.service\n      systemctl enable --now "
	       "kdump-dma-target.timer\n",
	       target);
	return STATUS_OK;
}

static enum status run(struct targeting *all)
{
	const char *target = all->options->target, *wrong;
	struct config_error error;
	char why[256];

	if (config_load(&all->config, &all->root, &error)) {
		config_error_print(&error);
		return STATUS_ERROR;
	}
	(void)!remote_parse(config_text(&all->config, CONFIG_TARGET),
			    &all->configured, &wrong);
	all->is_configured =
		!target ||
		streq(target, config_text(&all->config, CONFIG_TARGET));
	if (target && config_set(&all->config, CONFIG_TARGET, target,
				 "the command line", why, sizeof(why))) {
		say("%s", why);
		return STATUS_USAGE;
	}
	capture_remote_make(&all->root, &all->config, &all->plan);
	if (all->plan.remote.kind == REMOTE_NONE) {
		if (all->root.is_live && all->is_configured)
			note(NULL);
		puts("dumps stay on this machine");
		return STATUS_OK;
	}
	if (!all->root.is_live)
		return print_needs(all) ? STATUS_ERROR : STATUS_OK;
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
