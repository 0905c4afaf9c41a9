// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/rehearse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/modules.h"
#include "lib/clock.h"
#include "plan/capture_cmdline.h"
#include "rehearse/cpio.h"
#include "rehearse/disk.h"
#include "rehearse/machine.h"
#include "rehearse/stage_initrd.h"

/* What the production kernel keeps beside the reservation. */
#define RAM_MIB_MIN    1536
#define RAM_MIB_BESIDE 1024
#define TELL_RAM_MIB   512
/* For a target that is not found by the UUID or label of a file system. */
#define STAND_IN_UUID "6b64756d-702d-646d-6121-7265686561"

struct playing {
	const struct rehearse_input *in;
	struct rehearsal *out;
	const struct machine_bus *bus;
	char device[SCENE_VALUE_MAX]; /* how the scratch disk is found */
	char uuid[64], label[64];
	bool conf_changed;
	bool cpu_is_too_old;	/* QEMU's, for the programs of the image */
	struct modules drivers; /* of what stands in */
	int disk_fd;
	char *more; /* appended to the image */
	size_t more_len;
};

static void say(const struct playing *playing, const char *what)
{
	if (playing->in->progress)
		playing->in->progress(playing->in->progress_arg, what);
}

static void stand_in(struct rehearsal *out, const char *format,
		     const char *what)
{
	if (out->stand_ins_count < REHEARSE_STAND_MAX)
		snprintf(out->stand_ins[out->stand_ins_count++],
			 sizeof(out->stand_ins[0]), format, what);
}

/* ---- what stands in ------------------------------------------------------ */

static void choose_disk(struct playing *playing)
{
	const struct scene *scene = playing->in->scene;

	snprintf(playing->device, sizeof(playing->device), "%s", scene->device);
	if (!strncmp(scene->device, "UUID=", 5)) {
		snprintf(playing->uuid, sizeof(playing->uuid), "%.63s",
			 scene->device + 5);
	} else if (!strncmp(scene->device, "LABEL=", 6)) {
		snprintf(playing->label, sizeof(playing->label), "%.63s",
			 scene->device + 6);
	} else {
		stand_in(playing->out,
			 "a file system found by its UUID stands in for %.100s",
			 scene->device);
		snprintf(playing->uuid, sizeof(playing->uuid), STAND_IN_UUID);
		snprintf(playing->device, sizeof(playing->device),
			 "UUID=" STAND_IN_UUID);
		playing->conf_changed = true;
	}
	for (size_t i = 0; i < scene->stack_count; i++)
		stand_in(playing->out,
			 "not built again below the target: %.100s",
			 scene->stack[i]);
	if (scene->remote[0])
		stand_in(playing->out,
			 "the disk of the fallback stands in for %.100s",
			 scene->remote);
	if (scene->stack_count || scene->has_members || scene->has_disk ||
	    scene->remote[0])
		playing->conf_changed = true;
}

static bool is_in_image(const struct scene *scene, const char *wanted)
{
	char name[64];

	for (size_t i = 0; i < scene->modules_count; i++) {
		modules_name(text_of(scene->module[i]), name, sizeof(name));
		if (!strcmp(name, wanted))
			return true;
	}
	return false;
}

/* Is all that drives this bus in the image, or built into the kernel? */
static bool image_drives(struct playing *playing, const struct machine_bus *bus)
{
	struct modules *drivers = &playing->drivers;
	int err = modules_open(playing->in->root, playing->in->release, "",
			       false, drivers);

	for (size_t i = 0; !err && i < 5 && bus->modules[i]; i++)
		err = modules_add(drivers, bus->modules[i]);
	for (size_t i = 0; !err && i < drivers->count; i++)
		if (!is_in_image(playing->in->scene, drivers->item[i].name))
			err = -ENOENT;
	if (drivers->missing[0])
		err = -ENOENT;
	modules_free(drivers);
	return !err;
}

/* udev of another package's image loads what is in it: nothing stands in. */
static int choose_bus_of_peer(struct playing *playing)
{
	for (size_t i = 0; !playing->bus && machine_bus_at(i); i++)
		if (image_drives(playing, machine_bus_at(i)))
			playing->bus = machine_bus_at(i);
	if (playing->bus)
		return 0;
	snprintf(playing->out->why, sizeof(playing->out->why),
		 "the image has no driver of a disk that QEMU plays");
	return -EOPNOTSUPP;
}

static int choose_bus(struct playing *playing)
{
	const struct scene *scene = playing->in->scene;
	char name[64];
	int err;

	if (!scene->text)
		return choose_bus_of_peer(playing);
	for (size_t i = 0; !playing->bus && i < scene->modules_count; i++) {
		modules_name(text_of(scene->module[i]), name, sizeof(name));
		playing->bus = machine_bus_of(name);
	}
	if (playing->bus)
		return 0;
	playing->bus = machine_bus_default();
	stand_in(playing->out, "a %s disk stands in for the real one",
		 playing->bus->name);
	playing->conf_changed = true;
	err = modules_open(playing->in->root, playing->in->release, "", false,
			   &playing->drivers);
	for (size_t i = 0; !err && i < 5 && playing->bus->modules[i]; i++)
		err = modules_add(&playing->drivers, playing->bus->modules[i]);
	modules_free(&playing->drivers);
	return err;
}

/* Where it is in the image, without the packing that it has on the host. */
static void driver_path(const struct playing *playing, size_t index, char *path,
			size_t size)
{
	char *packing;

	snprintf(path, size, "/lib/modules/%s/%s", playing->in->release,
		 playing->drivers.item[index].path);
	packing = strstr(path, ".ko.");
	if (packing)
		packing[3] = '\0';
}

static int write_driver(const struct playing *playing, size_t index, FILE *to)
{
	char path[SCENE_VALUE_MAX], *data;
	size_t len;
	int err = stage_initrd_read_module(
		playing->in->root, playing->in->release,
		playing->drivers.item[index].path, &data, &len);

	driver_path(playing, index, path, sizeof(path));
	if (!err) {
		cpio_folders(to, path + 1);
		cpio_file(to, path + 1, 0644, data, len);
	}
	free(data);
	return err;
}

/* A second archive: a configuration for the scratch disk, and its drivers. */
static int write_more(struct playing *playing, FILE *to)
{
	static char paths[16][SCENE_VALUE_MAX];
	const char *modules[17] = { NULL };
	char *text = NULL;
	size_t len = 0, count = playing->drivers.count;
	FILE *memory = open_memstream(&text, &len);
	int err = count > 16 ? -E2BIG : 0;

	if (!memory)
		return -ENOMEM;
	for (size_t i = 0; !err && i < count; i++) {
		driver_path(playing, i, paths[i], sizeof(paths[i]));
		modules[i] = paths[i];
		err = write_driver(playing, i, to);
	}
	scene_print(memory, playing->in->scene, playing->device, modules);
	if (fclose(memory))
		err = -ENOMEM;
	if (!err) {
		cpio_folders(to, SCENE_CONF);
		cpio_file(to, SCENE_CONF, 0600, text, len);
		cpio_end(to);
	}
	free(text);
	return err;
}

static int make_more(struct playing *playing)
{
	FILE *to;
	int err;

	if (!playing->conf_changed)
		return 0;
	to = open_memstream(&playing->more, &playing->more_len);
	if (!to)
		return -ENOMEM;
	err = write_more(playing, to);
	return fclose(to) ? -ENOMEM : err;
}

/* ---- the two boots ------------------------------------------------------- */

static void crash_line(void *arg, const struct line *line)
{
	struct playing *playing = arg;
	struct rehearsal *out = playing->out;
	struct text said = line->text;
	char text[200];

	if (playing->in->console)
		fprintf(playing->in->console, "%.*s\n", (int)line->text.len,
			line->text.at);
	while (said.len && (unsigned char)said.at[said.len - 1] <= ' ')
		said.len--;
	text_copy(said, text, sizeof(text));
	if (strstr(text, "kdump-dma-stage: loaded")) {
		out->reached = REHEARSE_LOADED;
		say(playing, "loaded the capture image; crashing");
	} else if (strstr(text, "kdump-dma-stage: ")) {
		snprintf(out->why, sizeof(out->why), "%s",
			 strstr(text, "kdump-dma-stage: ") + 17);
	} else if (out->reached == REHEARSE_LOADED &&
		   strstr(text, "Linux version ")) {
		out->reached = REHEARSE_STARTED;
		say(playing, "the capture kernel runs");
	} else if (out->reached == REHEARSE_STARTED) {
		/* glibc's words */
		if (strstr(text, "CPU does not support x86-64-v"))
			playing->cpu_is_too_old = true;
		if (!out->why[0] &&
		    (strstr(text, "Kernel panic") ||
		     strstr(text, "Initramfs unpacking failed")))
			snprintf(out->why, sizeof(out->why), "%s", text);
		else if (strstr(text, "kdump-dma-capture: "))
			say(playing, strstr(text, "kdump-dma-capture: ") + 19);
	}
}

static void tell_line(void *arg, const struct line *line)
{
	const struct playing *playing = arg;

	if (playing->in->console)
		fprintf(playing->in->console, "%.*s\n", (int)line->text.len,
			line->text.at);
}

/* The capture kernel talks on the line that is listened to. */
static int capture_line(const struct playing *playing, char *line, size_t size)
{
	int n = snprintf(line, size, "%s%sconsole=ttyS0,115200",
			 playing->in->cmdline,
			 playing->in->cmdline[0] ? " " : "");

	return n > 0 && (size_t)n < size ? 0 : -ENOSPC;
}

static void fill_initrd(const struct playing *playing,
			struct stage_initrd *initrd)
{
	*initrd = (struct stage_initrd){
		.root = playing->in->root,
		.release = playing->in->release,
		.fstype = playing->in->scene->fstype,
		.path = playing->in->scene->path,
		.kernel_fd = playing->in->kernel_fd,
		.initramfs_fd = playing->in->initramfs_fd,
		.more = playing->more,
		.more_len = playing->more_len,
	};
}

static int play_crash(struct playing *playing)
{
	struct rehearsal *out = playing->out;
	struct stage_initrd initrd;
	uint64_t ram = playing->in->reserved_mib + RAM_MIB_BESIDE;
	char append[160], line[CAPTURE_CMDLINE_MAX], why[REHEARSE_WHY_MAX];
	struct machine machine = {
		.bus = playing->bus,
		.kernel_fd = playing->in->kernel_fd,
		.disk_fd = playing->disk_fd,
		.tell_fd = -1,
		.ram_mib = ram > RAM_MIB_MIN ? ram : RAM_MIB_MIN,
		.append = append,
		.seconds_limit = playing->in->seconds_limit,
	};
	uint64_t begin_ms = clock_ms();
	int err = capture_line(playing, line, sizeof(line));

	if (err)
		return err;
	fill_initrd(playing, &initrd);
	initrd.cmdline = line;
	snprintf(append, sizeof(append),
		 "stage=crash console=ttyS0 panic=1 quiet crashkernel=%luM",
		 (unsigned long)playing->in->reserved_mib);
	machine.initrd_fd =
		stage_initrd_make(&initrd, true, out->why, sizeof(out->why));
	if (machine.initrd_fd < 0)
		return machine.initrd_fd;
	err = machine_run(&machine, crash_line, playing, why, sizeof(why));
	close(machine.initrd_fd);
	out->seconds = (clock_ms() - begin_ms) / 1000;
	if (!err && out->reached == REHEARSE_STARTED)
		out->reached = REHEARSE_RESET;
	if (playing->cpu_is_too_old) {
		snprintf(out->why, sizeof(out->why),
			 "the image's programs need a newer processor than "
			 "this QEMU plays (7.2 and later have x86-64-v3)");
		return -EOPNOTSUPP;
	}
	if (err == -ETIMEDOUT && out->reached == REHEARSE_STARTED) {
		snprintf(out->why, sizeof(out->why),
			 "the capture did not end within %u s",
			 playing->in->seconds_limit);
		return 0;
	}
	if (!err && out->reached == REHEARSE_NOTHING) {
		/* why has the kernel's own words, if it said any. */
		if (!out->why[0])
			snprintf(out->why, sizeof(out->why),
				 "the kernel did not come up in QEMU");
		return strstr(out->why, "kexec_file_load") ? 0 : -EIO;
	}
	if (err)
		snprintf(out->why, sizeof(out->why), "%s", why);
	return err;
}

static void take_record(struct rehearsal *out)
{
	char why[CAPTURE_ERROR_MAX];

	if (out->left.record)
		out->have_capture = !capture_of_record(out->left.record,
						       out->left.record_len,
						       &out->capture, why);
}

static int play_tell(struct playing *playing)
{
	struct rehearsal *out = playing->out;
	struct stage_initrd initrd;
	size_t len = 0;
	struct machine machine = {
		.bus = machine_bus_default(),
		.kernel_fd = playing->in->kernel_fd,
		.disk_fd = playing->disk_fd,
		.tell_fd = memfd_create("kdump-dma-told", MFD_CLOEXEC),
		.ram_mib = TELL_RAM_MIB,
		.append = "stage=tell console=ttyS0 panic=1 quiet",
		.seconds_limit = playing->in->seconds_limit,
	};
	char why[300] = "";
	int err = machine.tell_fd < 0 ? -errno : 0;

	fill_initrd(playing, &initrd);
	machine.initrd_fd = stage_initrd_make(&initrd, false, why, sizeof(why));
	if (!err)
		err = machine.initrd_fd < 0 ? machine.initrd_fd : 0;
	if (!err)
		err = machine_run(&machine, tell_line, playing, why,
				  sizeof(why));
	if (err)
		snprintf(out->why, sizeof(out->why),
			 "the scratch disk could not be read: %s",
			 why[0] ? why : strerror(-err));
	if (!err)
		err = stage_initrd_read_all(machine.tell_fd, &out->left_text,
					    &len);
	if (machine.initrd_fd >= 0)
		close(machine.initrd_fd);
	if (machine.tell_fd >= 0)
		close(machine.tell_fd);
	if (err)
		return err;
	left_parse(out->left_text, &out->left);
	out->have_left = out->left.whole;
	if (out->have_left)
		take_record(out);
	return out->have_left ? 0 : -EIO;
}

/* ---- the conclusion ------------------------------------------------------ */

/* Another package's image may have none of us in it, and leave no record. */
static void conclude(struct rehearsal *out, bool is_native)
{
	out->saved = out->reached == REHEARSE_RESET && out->left.have_vmcore &&
		     (out->have_capture ? out->capture.outcome == CAPTURE_SAVED
					: !is_native);
	if (out->saved) {
		out->why[0] = '\0';
		return;
	}
	if (out->why[0])
		return;
	snprintf(out->why, sizeof(out->why), "%s",
		 !out->left.folders
			 ? "the capture left nothing on the scratch disk"
		 : !out->left.have_vmcore
			 ? "the capture left no complete vmcore"
		 : !out->have_capture ? "the capture left no record"
				      : "the record says that it failed");
}

int rehearse(const struct rehearse_input *in, struct rehearsal *out)
{
	static struct playing playing;
	int err;

	memset(out, 0, sizeof(*out));
	playing = (struct playing){ .in = in, .out = out, .disk_fd = -1 };
	choose_disk(&playing);
	err = choose_bus(&playing);
	if (!err)
		err = make_more(&playing);
	if (err && !out->why[0])
		snprintf(out->why, sizeof(out->why), "%s: %s", in->release,
			 strerror(-err));
	if (!err)
		err = disk_make(in->scene->fstype, playing.uuid, playing.label,
				&playing.disk_fd, out->why, sizeof(out->why));
	if (!err)
		err = play_crash(&playing);
	if (!err && out->reached >= REHEARSE_STARTED) {
		say(&playing, "looking at what it left");
		err = play_tell(&playing);
		if (err && !out->why[0])
			snprintf(out->why, sizeof(out->why),
				 "the scratch disk could not be read: %s",
				 strerror(-err));
	}
	if (!err)
		conclude(out, in->scene->text != NULL);
	if (playing.disk_fd >= 0 && !out->saved &&
	    disk_ran_full(playing.disk_fd, out->why, sizeof(out->why)))
		err = -ENOSPC;
	if (playing.disk_fd >= 0)
		close(playing.disk_fd);
	free(playing.more);
	return err;
}

void rehearse_free(struct rehearsal *rehearsal)
{
	free(rehearsal->left_text);
	rehearsal->left_text = NULL;
}
