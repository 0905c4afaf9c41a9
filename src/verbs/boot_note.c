// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/boot_note.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "state/lock.h"
#include "state/state.h"
#include "verbs/journal.h"

bool boot_note_is_armed(const struct gathered *all)
{
	return all->host.load.fadump_registered ||
	       (all->facts.kexec.have_crash_loaded &&
		all->facts.kexec.crash_loaded);
}

#define BUILD_LOCK HISTORY_DIR "/build.lock"

/* The native backend holds a lock while dracut is at work. */
static bool is_building(const struct gathered *all, char *why, size_t size)
{
	struct stat st = { 0 };
	int fd;

	if (!lock_is_held(&all->root, BUILD_LOCK))
		return false;
	fd = root_openat(&all->root, O_RDONLY, BUILD_LOCK);
	if (fd >= 0) {
		(void)!fstat(fd, &st);
		close(fd);
	}
	snprintf(why, size,
		 "kdump-dma.service is building the capture image (since %lld "
		 "s)",
		 (long long)(time(NULL) - st.st_mtime));
	return true;
}

const char *boot_note_why(const struct gathered *all)
{
	static char building[96];
	const struct facts *facts = &all->facts;

	if (all->host.load.fadump_registered)
		return "firmware makes the dump (fadump)";
	if (boot_note_is_armed(all))
		return "a capture image is loaded";
	if (is_building(all, building, sizeof(building)))
		return building;
	if (all->host.cannot_load)
		return loadable_text(all->host.cannot_load);
	if (all->host.unreserved_why[0])
		return all->host.unreserved_why;
	if (!facts->kexec.have_crash_loaded)
		return "this kernel cannot say whether an image is loaded";
	if (facts->kexec.have_crash_bytes && facts->kexec.crash_bytes == 0)
		return "no memory is reserved (crashkernel=)";
	return "memory is reserved, but no capture image is loaded";
}

static void note_encryption(const struct gathered *all, bool same_boot,
			    const struct boot *was, struct boot *now)
{
	const struct encryption_facts *facts = &all->facts.encryption;

	if (facts->have && facts->firm) {
		now->have_encryption = true;
		now->encrypted = facts->active != 0;
	} else if (same_boot) {
		now->have_encryption = was->have_encryption;
		now->encrypted = was->encrypted;
	}
}

/* What learn saw, or what it wrote down when this boot began. */
static void note_seen(struct boot *now, const struct boot *seen)
{
	memcpy(now->machine_id, seen->machine_id, sizeof(now->machine_id));
	memcpy(now->former_id, seen->former_id, sizeof(now->former_id));
	memcpy(now->seen, seen->seen, sizeof(now->seen));
	now->seen_count = seen->seen_count;
	now->have_seen = seen->have_seen;
}

int boot_note(const struct gathered *all, enum boot_moment moment,
	      const struct boot *seen)
{
	static struct boot was, now;
	const struct facts *facts = &all->facts;
	bool known = boot_load(&all->root, &was), same_boot, tell;

	if (!facts->have_boot_id)
		return 0;
	memset(&now, 0, sizeof(now));
	same_boot = known && !strcmp(was.boot_id, facts->boot_id);
	if (known && !same_boot && moment != BOOT_LEARNED)
		return 0;
	snprintf(now.boot_id, sizeof(now.boot_id), "%s", facts->boot_id);
	snprintf(now.release, sizeof(now.release), "%s", facts->release);
	snprintf(now.machine, sizeof(now.machine), "%s", facts->machine);
	note_encryption(all, same_boot, &was, &now);
	if (seen || same_boot)
		note_seen(&now, seen ? seen : &was);
	now.armed = boot_note_is_armed(all);
	now.reserved_bytes = all->plan.numbers.reserved_bytes;
	if (!now.reserved_bytes && facts->kexec.have_crash_bytes)
		now.reserved_bytes = facts->kexec.crash_bytes;
	if (all->host.images.have_initramfs)
		now.initramfs_bytes = all->host.images.packed_bytes;
	else if (same_boot)
		now.initramfs_bytes = was.initramfs_bytes;
	now.clean = moment == BOOT_ENDS;
	/*
	 * learn runs before anything is loaded: that it is not armed then says
	 * nothing. The timer says how it came out.
	 */
	tell = moment == BOOT_GOES_ON ||
	       (moment == BOOT_LEARNED && same_boot && was.told);
	now.told = tell || (same_boot && was.told);
	if (same_boot && !memcmp(&was, &now, sizeof(now)))
		return 0;
	if (tell && (!same_boot || !was.told || was.armed != now.armed))
		journal_armed(all, now.armed, boot_note_why(all));
	return state_write(&all->root, HISTORY_DIR, BOOT_NAME, boot_print,
			   &now);
}
