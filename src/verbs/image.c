// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma image: what the native backend's capture image is made of, or why
 * none can be built. For the build it writes all of that into a folder, and
 * puts the image that was built in its place.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/macros.h"
#include "lib/write_file.h"
#include "peers/backend.h"
#include "peers/kernel_file.h"
#include "plan/capture_conf.h"
#include "plan/outlook.h"
#include "verbs/gather.h"
#include "verbs/publish.h"
#include "verbs/verbs.h"

struct image_report {
	struct gathered *in;
	struct capture_image image;
};

static void print_words(const char *name, const struct image_names *names)
{
	if (!names->count)
		return;
	printf("%-12s", name);
	for (size_t i = 0; i < names->count; i++)
		printf(" %s", names->item[i].text);
	putchar('\n');
}

static void print_target(const struct capture_image *image)
{
	const struct target *target = &image->target;

	if (capture_remote_is_used(&image->remote))
		printf("far end      %s (%s, from %s)\n", image->remote.url,
		       image->remote.network.far, image->remote.network.own);
	if (!target->block.name[0])
		return;
	printf("target       %s (%s), %s, %s\n", target->device,
	       target->block.name, target->fstype, target->path);
	for (size_t i = 0; i < image->storage.steps_count; i++)
		printf("%-12s %s\n", i ? "" : "lies on",
		       image->storage.steps[i]);
}

static void print_text(const struct image_report *all)
{
	const struct capture_image *image = &all->image;

	if (image->why[0])
		printf("refused      %s\n", image->why);
	printf("image        /%s%s\n", image->image,
	       root_exists(&all->in->root, "%s", image->image)
		       ? ""
		       : " (not built)");
	if (image->kernel[0])
		printf("kernel       /%s\n", image->kernel);
	print_target(image);
	if (image->modules.count)
		printf("%-12s", "modules");
	for (size_t i = 0; i < image->modules.count; i++)
		printf(" %s", image->modules.item[i].name);
	if (image->modules.count)
		putchar('\n');
	print_words("programs", &image->programs);
	print_words("files", &image->files);
	if (image->watchdog[0])
		printf("watchdog     %s\n", image->watchdog);
	printf("time limit   %" PRIu64 " s, of which %" PRIu64
	       " s for the target and %" PRIu64 " s for the vmcore\n",
	       image->limits.total, image->limits.device, image->limits.save);
	printf("command line %s\n", image->cmdline);
	for (size_t i = 0; i < image->doubts_count; i++)
		printf("doubt        %s\n", image->doubts[i]);
}

static void print_list(struct json *json, const char *key,
		       const struct image_names *names)
{
	json_strings_at(json, key, names->item[0].text, sizeof(names->item[0]),
			names->count);
}

static void print_json_modules(struct json *json, const struct modules *modules)
{
	json_open(json, "modules", '[');
	for (size_t i = 0; i < modules->count; i++) {
		json_open(json, NULL, '{');
		json_str(json, "name", modules->item[i].name);
		json_str(json, "path", modules->item[i].path);
		json_str(json, "options", modules->item[i].options);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_json_target(struct json *json,
			      const struct capture_image *image)
{
	const struct target *target = &image->target;

	json_str(json, "far_end",
		 capture_remote_is_used(&image->remote) ? image->remote.url
							: "");
	json_str(json, "device", target->device);
	json_str(json, "node", target->block.name);
	json_str(json, "fstype", target->fstype);
	json_str(json, "mount_options", target->mount_options);
	json_str(json, "path", target->path);
	json_strings(json, "stack", image->storage.steps,
		     image->storage.steps_count);
}

static void print_json(const struct image_report *all)
{
	const struct capture_image *image = &all->image;
	struct json json;

	json_begin(&json, stdout, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	json_str(&json, "release", image->release);
	json_str(&json, "kernel", image->kernel);
	json_str(&json, "image", image->image);
	json_bool(&json, "built",
		  root_exists(&all->in->root, "%s", image->image));
	json_str(&json, "refused", image->why);
	print_json_target(&json, image);
	print_json_modules(&json, &image->modules);
	print_list(&json, "programs", &image->programs);
	print_list(&json, "files", &image->files);
	json_str(&json, "watchdog", image->watchdog);
	json_str(&json, "command_line", image->cmdline);
	json_u64(&json, "time_limit_seconds", image->limits.total);
	json_strings(&json, "doubts", image->doubts, image->doubts_count);
	json_close(&json, '}');
	json_end(&json);
}

static void print_kernel(FILE *to, const struct capture_conf *conf)
{
	if (conf->image->kernel[0])
		fprintf(to, "/%s\n", conf->image->kernel);
}

static void print_image(FILE *to, const struct capture_conf *conf)
{
	fprintf(to, "/%s\n", conf->image->image);
}

/* Everybody else's image is left alone. */
static void print_not_ours(FILE *to, const struct capture_conf *conf)
{
	const struct backend *backend =
		backend_choose(conf->root, conf->config);

	if (backend != &backend_native)
		fprintf(to,
			"%s saves this system's dumps: the native backend does "
			"nothing\n",
			backend->name);
}

/* Values of the kernel that make an event end in a dump. */
static void print_events(FILE *to, const struct capture_conf *conf,
			 void (*print)(FILE *to,
				       const struct panic_events *events))
{
	struct panic_events events;

	panic_events_find(conf->root, conf->config, conf->image->running,
			  &events);
	print(to, &events);
}

static void print_sysctl(FILE *to, const struct capture_conf *conf)
{
	print_events(to, conf, panic_events_print);
}

static void print_sysctl_before(FILE *to, const struct capture_conf *conf)
{
	print_events(to, conf, panic_events_print_before);
}

static void print_sysctl_back(FILE *to, const struct capture_conf *conf)
{
	print_events(to, conf, panic_events_print_back);
}

static void print_cannot_load(FILE *to, const struct capture_conf *conf)
{
	if (conf->image->cannot_load)
		fprintf(to, "%s\n", conf->image->cannot_load);
}

/* A line that /proc/kallsyms lacks for kexec. */
static void print_kallsyms(FILE *to, const struct capture_conf *conf)
{
	if (conf->image->lacks_text)
		fprintf(to, "%016" PRIx64 " T _text\n", conf->image->text);
}

/* What fstab mounts on the way to the target and is not mounted yet. */
static void print_unmounted(FILE *to, const struct capture_conf *conf)
{
	if (conf->image->target.unmounted[0])
		fprintf(to, "%s\n", conf->image->target.unmounted);
}

static const struct written {
	const char *name;
	void (*print)(FILE *to, const struct capture_conf *conf);
	/* also if no image can be built: an older one may be loaded */
	bool always;
} written[] = {
	{ "not-ours", print_not_ours, true },
	{ "kernel", print_kernel, true },
	{ "image", print_image, true },
	{ "unmounted", print_unmounted, true },
	{ "cmdline", capture_conf_cmdline, true },
	{ "loads", capture_conf_loads, true },
	{ "keys", capture_conf_keys, true },
	{ "reuse", capture_conf_reuse, true },
	{ "sysctl", print_sysctl, true },
	{ "sysctl.before", print_sysctl_before, true },
	{ "sysctl.back", print_sysctl_back, true },
	{ "cannot-load", print_cannot_load, true },
	{ "kallsyms", print_kallsyms, true },
	{ "compressor", capture_conf_compressor, true },
	{ "capture.conf", capture_conf_print, false },
	{ "modules", capture_conf_modules, false },
	{ "programs", capture_conf_programs, false },
	{ "programs.optional", capture_conf_optional, false },
	{ "files", capture_conf_files, false },
	{ "network", capture_conf_network, false },
	{ "ssh", capture_conf_ssh, false },
	{ "from", capture_conf_from, false },
};

struct writing {
	const struct written *file;
	const struct capture_conf *conf;
};

static void print_written(FILE *to, const void *arg)
{
	const struct writing *writing = arg;

	writing->file->print(to, writing->conf);
}

/* kexec loads no unified kernel image: the kernel in it becomes a file. */
struct inner {
	const char *dir;
	int fd;
	int *err;
};

static void print_inner(FILE *to, const void *arg)
{
	const struct inner *inner = arg;
	char buf[16384];
	ssize_t n;

	while ((n = read(inner->fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, (size_t)n, to);
	if (n < 0)
		*inner->err = -errno;
}

static void print_inner_path(FILE *to, const void *arg)
{
	fprintf(to, "%s/vmlinuz\n", ((const struct inner *)arg)->dir);
}

static int write_inner(const struct image_report *all, const char *dir)
{
	const struct capture_image *image = &all->image;
	int err, read_err = 0;
	struct inner inner = { .dir = dir, .err = &read_err };

	if (!kernel_file_is_unified(&all->in->root, image->kernel))
		return 0;
	inner.fd = kernel_file_open(&all->in->root, image->kernel);
	if (inner.fd < 0)
		return inner.fd;
	err = write_file(dir, "vmlinuz", print_inner, &inner);
	if (!err)
		err = read_err;
	if (!err)
		err = write_file(dir, "kernel", print_inner_path, &inner);
	close(inner.fd);
	return err;
}

static int write_lists(const struct image_report *all, const char *dir)
{
	const struct capture_image *image = &all->image;
	const struct capture_conf conf = { image, &all->in->config,
					   &all->in->root };
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(written); i++) {
		const struct writing writing = { &written[i], &conf };

		if (written[i].always || !image->why[0])
			err = write_file(dir, written[i].name, print_written,
					 &writing);
	}
	return err;
}

/* The build may ask the program, and remembers what it said. */
static void warn(const struct image_report *all)
{
	static struct outlook outlook;
	struct plan_input input = gathered_input(all->in);

	(void)makedumpfile_ask(&all->in->root);
	outlook_of_dump(&all->in->root, &input, &all->image.target, &outlook);
	for (size_t i = 0; i < outlook.doubts_count; i++)
		fprintf(stderr, "kdump-dma: %s\n", outlook.doubts[i]);
}

static enum status write_all(const struct image_report *all, const char *dir)
{
	const struct capture_image *image = &all->image;
	int err = write_lists(all, dir);

	if (!err)
		err = write_inner(all, dir);
	if (err) {
		fprintf(stderr, "kdump-dma: %s: %s\n", dir, strerror(-err));
		return STATUS_ERROR;
	}
	for (size_t i = 0; i < image->doubts_count; i++)
		fprintf(stderr, "kdump-dma: %s\n", image->doubts[i]);
	warn(all);
	if (!image->why[0])
		return STATUS_OK;
	fprintf(stderr, "kdump-dma: %s\n", image->why);
	return STATUS_NOT_ARMED;
}

/* What cannot stand in the image's configuration cannot be asked for. */
static void check_values(struct image_report *all)
{
	const struct capture_conf conf = { &all->image, &all->in->config,
					   &all->in->root };
	char why[160];

	if (!all->image.why[0] && capture_conf_check(&conf, why, sizeof(why)))
		snprintf(all->image.why, sizeof(all->image.why), "%s", why);
}

static bool is_release(const char *release)
{
	return release[0] && release[0] != '.' && !strchr(release, '/') &&
	       strlen(release) < sizeof(((struct capture_image *)0)->release);
}

static int print(struct gathered *in, const struct options *options)
{
	static struct image_report report;
	struct image_report *all = &report;
	const struct capture_image_input input = { &in->root, &in->config,
						   &in->facts,
						   options->kernel };
	const char *why = in->config_error.text;
	enum status status;

	all->in = in;
	capture_image_make(&input, &all->image);
	if (in->config_refused)
		text_copy((struct text){ why, strcspn(why, "\n") },
			  all->image.why, sizeof(all->image.why));
	check_values(all);
	status = all->image.why[0] ? STATUS_NOT_ARMED : STATUS_OK;
	if (options->publish)
		status = publish(&in->root, &all->image, options->publish);
	else if (options->file)
		status = write_all(all, options->file);
	else if (options->json)
		print_json(all);
	else
		print_text(all);
	capture_image_free(&all->image);
	return status;
}

/* gather_and() measured it. */
static int nothing_more(struct gathered *in, const struct options *options)
{
	(void)in, (void)options;
	return STATUS_OK;
}

/* Also with a configuration that is refused: an old image can be loaded. */
int verb_image(const struct options *options)
{
	if (options->kernel && !is_release(options->kernel)) {
		fprintf(stderr, "kdump-dma: image: not a kernel release: %s\n",
			options->kernel);
		return STATUS_USAGE;
	}
	if (options->measure)
		return gather_and(options, GATHER_MEASURED_NOW, nothing_more);
	return gather_and(options, GATHER_TO_READ_ANYWAY, print);
}
