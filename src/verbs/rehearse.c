// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma rehearse: would this machine get its dump? Its capture image is
 * looked at, and then crashed into in QEMU. Nothing of the running system is
 * touched, but for what is remembered of the result.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/macros.h"
#include "lib/when.h"
#include "peers/backend.h"
#include "peers/kdumpctl_cmdline.h"
#include "peers/kernel_file.h"
#include "peers/peer_paths.h"
#include "plan/capture_cmdline.h"
#include "plan/capture_image.h"
#include "plan/outlook.h"
#include "rehearse/image_look.h"
#include "rehearse/machine.h"
#include "rehearse/peer_scene.h"
#include "rehearse/rehearse.h"
#include "state/rehearsed.h"
#include "state/state.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

#define BOOT_SECONDS	 900
#define STEP_MIB_DEFAULT 16
#define SMALLEST_MIB_MIN 32
#define SMALLEST_MIB_MAX 1024

struct rehearsing {
	const struct options *options;
	struct root root;
	struct config config;
	struct facts facts;
	struct capture_image image; /* what would be built here now */
	char image_path[200];	    /* below the root */
	int kernel_fd, initramfs_fd;
	struct image_look look;
	char cmdline[CAPTURE_CMDLINE_MAX];
	struct outlook outlook; /* of what QEMU does not play */
	FILE *console;		/* -o; NULL: not given */
	struct rehearsal last;
	uint64_t last_mib, smallest_mib; /* 0: none yet */
	bool could_not; /* the last one says nothing of the image */
};

static int say_error(const char *what, int err)
{
	fprintf(stderr, "kdump-dma: rehearse: %s: %s\n", what, strerror(-err));
	return err;
}

/* ---- what is rehearsed --------------------------------------------------- */

/* --kernel is a file if there is a "/" in it, and a release otherwise. */
static const char *kernel_file(const struct options *options)
{
	return options->kernel && strchr(options->kernel, '/') ? options->kernel
							       : NULL;
}

/* A file that was named, or one below the root, which "why" explains if it is
 * not there. */
static int open_file(const struct root *root, const char *named,
		     const char *path, const char *why)
{
	int fd;

	if (named) {
		fd = open(named, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		return fd < 0 ? say_error(named, -errno) : fd;
	}
	fd = path[0] ? root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path)
		     : -ENOENT;
	if (fd == -ENOENT)
		fprintf(stderr, "kdump-dma: rehearse: %s\n", why);
	else if (fd < 0)
		fprintf(stderr, "kdump-dma: rehearse: /%s: %s\n", path,
			image_look_error(fd));
	return fd;
}

static int open_image(struct rehearsing *all)
{
	char why[sizeof(all->image_path) + 200];

	if (all->image.release[0])
		snprintf(why, sizeof(why),
			 "/%s is not there: no capture image was built for the "
			 "kernel %s",
			 all->image_path, all->image.release);
	else
		snprintf(why, sizeof(why),
			 "which kernel runs is not known, so neither is its "
			 "image: name a release with --kernel, or a file with "
			 "--image");
	return open_file(&all->root, all->options->image_file, all->image_path,
			 why);
}

/* Also of one that is no kernel something is said. */
static int open_kernel(struct rehearsing *all)
{
	const char *named = kernel_file(all->options), *wrong;
	char why[200];

	snprintf(why, sizeof(why),
		 "the kernel %s is not there: name its file with --kernel",
		 all->image.release);
	all->kernel_fd = open_file(&all->root, named, all->image.kernel, why);
	if (all->kernel_fd >= 0)
		all->kernel_fd = kernel_file_inner(all->kernel_fd);
	if (all->kernel_fd < 0)
		return all->kernel_fd;
	wrong = machine_refuses(all->kernel_fd);
	if (wrong)
		fprintf(stderr, "kdump-dma: rehearse: %s%s %s\n",
			named ? "" : "/", named ? named : all->image.kernel,
			wrong);
	return wrong ? -EINVAL : 0;
}

/* Other backends have theirs elsewhere. */
static void find_image(struct rehearsing *all)
{
	const struct backend *backend =
		backend_choose(&all->root, &all->config);

	if (!kernel_file_first(&all->root, backend->initramfs,
			       all->image.release, all->image_path,
			       sizeof(all->image_path)))
		snprintf(all->image_path, sizeof(all->image_path), "%s",
			 all->image.image);
}

static int open_all(struct rehearsing *all)
{
	const struct options *options = all->options;
	struct config_error error;
	struct capture_image_input in = { &all->root, &all->config, &all->facts,
					  kernel_file(options)
						  ? NULL
						  : options->kernel };
	int err = gather_root(options->dir, &all->root);

	if (err)
		return err;
	if (config_load(&all->config, &all->root, &error)) {
		config_error_print(&error);
		return -EINVAL;
	}
	facts_collect(&all->root, &all->facts);
	capture_image_make(&in, &all->image);
	find_image(all);
	all->initramfs_fd = open_image(all);
	if (all->initramfs_fd < 0)
		return all->initramfs_fd;
	err = image_look_open(&all->look, all->initramfs_fd);
	if (err)
		fprintf(stderr, "kdump-dma: rehearse: %s%s: %s\n",
			options->image_file ? "" : "/",
			options->image_file ? options->image_file
					    : all->image_path,
			image_look_error(err));
	return err;
}

static void close_all(struct rehearsing *all)
{
	if (all->console)
		fclose(all->console);
	rehearse_free(&all->last);
	image_look_close(&all->look);
	capture_image_free(&all->image);
	if (all->initramfs_fd >= 0)
		close(all->initramfs_fd);
	if (all->kernel_fd >= 0)
		close(all->kernel_fd);
	root_close(&all->root);
}

/* ---- the image is looked at ---------------------------------------------- */

/*
 * QEMU's scratch disk has room for any dump, and makedumpfile is run on QEMU's
 * memory: what the real target and kernel lack is a doubt.
 */
static void look_ahead(struct rehearsing *all)
{
	static struct host host;
	struct history history;
	char why[CAPTURE_ERROR_MAX];
	struct plan_input in = { &all->facts, &host, &history, &all->config };

	host_collect(&all->root, &all->facts, &all->config, &host);
	/* Without a history a dump is guessed by the size of memory. */
	(void)!history_load(&all->root, &history, why);
	outlook_of_dump(&all->root, &in,
			host.backend == &backend_native ? &all->image.target
							: NULL,
			&all->outlook);
	history_free(&history);
}

/* ---- playing ------------------------------------------------------------- */

static void progress(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "kdump-dma: rehearse: %s\n", what);
}

/* The lock is taken for the write, not for the minutes before it. */
static void remember(struct rehearsing *all)
{
	struct rehearsed one = { .image_bytes = 0 };
	const struct capture *capture = &all->last.capture;
	off_t size = lseek(all->initramfs_fd, 0, SEEK_END);
	int err, lock = gather_lock(all->options, &all->root);

	if (lock < 0)
		return;
	when_print_now(one.when, sizeof(one.when));
	snprintf(one.release, sizeof(one.release), "%s", all->image.release);
	one.image_bytes = size > 0 ? (uint64_t)size : 0;
	one.saved = all->last.saved;
	one.reserved_kib = all->last_mib * 1024;
	if (all->last.have_capture) {
		one.peak_kib = capture_peak_kib(capture);
		one.have_peak = one.peak_kib != 0;
	}
	one.smallest_kib =
		all->options->smallest ? all->smallest_mib * 1024 : 0;
	one.seconds = all->last.seconds;
	one.stand_ins_count = all->last.stand_ins_count;
	err = rehearsed_add(&all->root, &one);
	state_forget(&all->root, LOOKED_NAME);
	if (err)
		say_error("the result was not remembered", err);
	close(lock);
}

/* What is known of the image where nothing was played. */
static void remember_look(const struct rehearsing *all)
{
	struct looked look = { .faults_count = all->look.faults.count };
	off_t size = lseek(all->initramfs_fd, 0, SEEK_END);
	int err, lock = gather_lock(all->options, &all->root);

	if (lock < 0)
		return;
	when_print_now(look.when, sizeof(look.when));
	snprintf(look.release, sizeof(look.release), "%s", all->image.release);
	look.image_bytes = size > 0 ? (uint64_t)size : 0;
	if (all->look.faults.count)
		text_copy(text_of(all->look.faults.text[0]), look.fault,
			  sizeof(look.fault));
	err = state_write(&all->root, HISTORY_DIR, LOOKED_NAME, looked_print,
			  &look);
	if (err)
		say_error("the result was not remembered", err);
	close(lock);
}

/* 1: saved, 0: not, or -errno: nothing can be said. */
static int play(struct rehearsing *all, uint64_t mib)
{
	struct rehearse_input in = {
		.root = &all->root,
		.scene = &all->look.scene,
		.release = all->image.release,
		.cmdline = all->cmdline,
		.kernel_fd = all->kernel_fd,
		.initramfs_fd = all->initramfs_fd,
		.reserved_mib = mib,
		.seconds_limit = BOOT_SECONDS,
		.console = all->console,
		.progress = progress,
	};
	int err;

	fprintf(stderr,
		"kdump-dma: rehearse: a crash with %" PRIu64
		" MiB reserved (a minute or so)\n",
		mib);
	rehearse_free(&all->last);
	err = rehearse(&in, &all->last);
	all->last_mib = mib;
	all->could_not = err != 0;
	if (err)
		return err;
	fprintf(stderr, "kdump-dma: rehearse: %" PRIu64 " MiB: %s%s\n", mib,
		all->last.saved ? "saved" : "not saved: ", all->last.why);
	if (all->last.saved && (!all->smallest_mib || mib < all->smallest_mib))
		all->smallest_mib = mib;
	return all->last.saved;
}

/* Between a size that failed and one that worked, until a step apart. */
static int find_smallest(struct rehearsing *all)
{
	uint64_t step = all->options->step_mib ? all->options->step_mib
					       : STEP_MIB_DEFAULT;
	uint64_t low = SMALLEST_MIB_MIN / step * step, high = 128;
	int saved;

	while ((saved = play(all, high)) == 0 && high < SMALLEST_MIB_MAX) {
		low = high;
		high *= 2;
	}
	while (saved >= 0 && all->smallest_mib && high - low > step) {
		uint64_t middle = low + (high - low) / 2 / step * step;

		if (middle == low)
			middle += step;
		saved = play(all, middle);
		if (saved > 0)
			high = middle;
		else
			low = middle;
	}
	/* Show and remember the result of the size that worked. */
	if (saved == 0 && all->smallest_mib)
		saved = play(all, all->smallest_mib);
	return saved < 0 ? saved : all->smallest_mib != 0;
}

/* ---- what came of it ----------------------------------------------------- */

static void print_text(const struct rehearsing *all)
{
	const struct rehearsal *last = &all->last;

	for (size_t i = 0; i < image_faults_kept(&all->look.faults); i++)
		printf("image       %s\n", all->look.faults.text[i]);
	for (size_t i = 0; i < all->outlook.doubts_count; i++)
		printf("doubt       %s\n", all->outlook.doubts[i]);
	if (!all->last_mib || all->could_not)
		return;
	for (size_t i = 0; i < last->stand_ins_count; i++)
		printf("stand-in    %s\n", last->stand_ins[i]);
	printf("rehearsed   %s in %" PRIu64 " MiB, %" PRIu64 " s%s%s\n",
	       last->saved ? "saved" : "NOT saved", all->last_mib,
	       last->seconds, last->why[0] ? ": " : "", last->why);
	if (last->have_capture && capture_peak_kib(&last->capture))
		printf("peak        %" PRIu64 " MiB\n",
		       (capture_peak_kib(&last->capture) + 1023) / 1024);
	if (all->options->smallest && all->smallest_mib)
		printf("smallest    %" PRIu64 " MiB\n", all->smallest_mib);
}

static void print_json(const struct rehearsing *all)
{
	const struct rehearsal *last = &all->last;
	struct json json;

	json_begin(&json, stdout, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	json_bool(&json, "rehearsed", all->last_mib && !all->could_not);
	json_str(&json, "release", all->image.release);
	json_strings(&json, "image_faults", all->look.faults.text,
		     image_faults_kept(&all->look.faults));
	json_strings(&json, "doubts", all->outlook.doubts,
		     all->outlook.doubts_count);
	json_u64(&json, "reserved_mib", all->last_mib);
	json_bool(&json, "saved", last->saved);
	json_str(&json, "why", last->why);
	json_u64(&json, "seconds", last->seconds);
	json_u64(&json, "smallest_mib", all->smallest_mib);
	json_strings(&json, "stand_ins", last->stand_ins,
		     last->stand_ins_count);
	if (last->have_capture) {
		json_u64(&json, "peak_kib", capture_peak_kib(&last->capture));
		capture_print(&json, "capture", &last->capture);
	}
	json_close(&json, '}');
	json_end(&json);
}

/* Say why nothing can be rehearsed. */
static void refuse(const char *why)
{
	fprintf(stderr,
		"kdump-dma: rehearse: %s: the image was only looked at\n", why);
}

/* The words that whoever made the image loads it with. */
static int make_cmdline(struct rehearsing *all)
{
	int err = 0;

	if (all->look.have_scene)
		snprintf(all->cmdline, sizeof(all->cmdline), "%s",
			 all->image.cmdline);
	else
		err = kdumpctl_cmdline(
			&all->root,
			all->facts.have_cmdline ? all->facts.cmdline : "",
			all->cmdline, sizeof(all->cmdline));
	return err ? say_error("/" PATH_SYSCONFIG, err) : 0;
}

static int rehearse_all(struct rehearsing *all)
{
	/* Below another root nothing tells it; the kernel's file does. */
	const char *arch =
		all->facts.machine[0] ? all->facts.machine : "x86_64";
	uint64_t mib = all->options->reserved_mib;
	char why[200];
	int saved;

	if (!machine_is_there(arch)) {
		refuse(streq(arch, "x86_64")
			       ? "qemu-system-x86_64 is not installed"
			       : "only machines of x86_64 are played");
		return STATUS_UNKNOWN;
	}
	if (!all->look.have_scene &&
	    !peer_scene_read(&all->look.archive, &all->look.scene, why,
			     sizeof(why))) {
		refuse(why);
		return STATUS_UNKNOWN;
	}
	if (make_cmdline(all))
		return STATUS_ERROR;
	if (!all->look.scene.device[0]) {
		refuse("it saves to another machine only, which is not "
		       "played");
		return STATUS_UNKNOWN;
	}
	if (!mib && !all->options->smallest)
		mib = (all->facts.kexec.crash_bytes + (1 << 20) - 1) >> 20;
	if (!mib && !all->options->smallest) {
		refuse("no memory is reserved; give --reserved MIB");
		return STATUS_UNKNOWN;
	}
	if (open_kernel(all))
		return STATUS_ERROR;
	saved = all->options->smallest ? find_smallest(all) : play(all, mib);
	if (saved == -EOPNOTSUPP) {
		refuse(all->last.why);
		return STATUS_UNKNOWN;
	}
	if (saved < 0) {
		fprintf(stderr, "kdump-dma: rehearse: %s\n", all->last.why);
		return STATUS_ERROR;
	}
	remember(all);
	return saved ? STATUS_OK : STATUS_NOT_ARMED;
}

int verb_rehearse(const struct options *options)
{
	static struct rehearsing all;
	int status = STATUS_OK;

	all = (struct rehearsing){ .options = options,
				   .kernel_fd = -1,
				   .initramfs_fd = -1 };
	if (options->file && !(all.console = fopen(options->file, "we")))
		return say_error(options->file, -errno), STATUS_ERROR;
	if (open_all(&all)) {
		close_all(&all);
		return STATUS_ERROR;
	}
	/* A file that was named may be another package's. */
	image_look(&all.look, &all.root, &all.image,
		   !options->image_file &&
			   backend_choose(&all.root, &all.config) ==
				   &backend_native);
	look_ahead(&all);
	if (all.look.faults.count)
		status = STATUS_NOT_ARMED;
	else if (!options->look)
		status = rehearse_all(&all);
	/* Of another file nothing is remembered; --look only reads. */
	if (!all.last_mib && !options->image_file && !options->look)
		remember_look(&all);
	if (options->json)
		print_json(&all);
	else
		print_text(&all);
	close_all(&all);
	return status;
}
