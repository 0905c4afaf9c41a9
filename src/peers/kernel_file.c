// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/kernel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "lib/macros.h"
#include "peers/pe.h"

/* format with its "%s", if it has one, replaced. */
static bool fill(const char *format, const char *release, char *out,
		 size_t size)
{
	const char *mark = strstr(format, "%s");
	int n = mark ? snprintf(out, size, "%.*s%s%s", (int)(mark - format),
				format, release, mark + 2)
		     : snprintf(out, size, "%s", format);

	return n > 0 && (size_t)n < size;
}

bool kernel_file_first(const struct root *root, const char *const formats[],
		       const char *release, char *out, size_t size)
{
	for (size_t i = 0; formats[i]; i++)
		if (fill(formats[i], release, out, size) &&
		    root_exists(root, "%s", out))
			return true;
	out[0] = '\0';
	return false;
}

struct unified {
	const struct root *root;
	const char *folder, *release;
	char *out;
	size_t size;
};

/* ukify(1) and dracut write the release into .uname. */
static void look_into(void *arg, const char *name)
{
	const struct unified *unified = arg;
	char release[128];
	uint32_t at, len;
	int fd, n;

	if (unified->out[0] || !text_ends(name, ".efi"))
		return;
	fd = root_openat(unified->root, O_RDONLY | O_NONBLOCK, "%s/%s",
			 unified->folder, name);
	if (fd < 0)
		return;
	/* an addon has a release, too, and no kernel */
	if (pe_section(fd, ".linux", &at, &len) ||
	    pe_text(fd, ".uname", release, sizeof(release)))
		release[0] = '\0';
	close(fd);
	release[strcspn(release, "\n")] = '\0';
	if (strcmp(release, unified->release))
		return;
	n = snprintf(unified->out, unified->size, "%s/%s", unified->folder,
		     name);
	if (n < 0 || (size_t)n >= unified->size)
		unified->out[0] = '\0';
}

static bool find_unified(const struct root *root, const char *release,
			 char *out, size_t size)
{
	static const char *const folders[] = { "boot/EFI/Linux",
					       "efi/EFI/Linux",
					       "boot/efi/EFI/Linux",
					       "usr/lib/modules/%s" };
	char folder[128];
	struct unified unified = { .root = root,
				   .folder = folder,
				   .release = release,
				   .out = out,
				   .size = size };

	for (size_t i = 0; !out[0] && i < ARRAY_SIZE(folders); i++)
		if (fill(folders[i], release, folder, sizeof(folder)))
			(void)!root_list(root, look_into, &unified, "%s",
					 folder);
	return out[0];
}

/* kernel-install(8): a folder of the machine or of its entry token. */
static bool find_entry(const struct root *root, const char *release, char *out,
		       size_t size)
{
	static const char *const tokens[] = { "etc/kernel/entry-token",
					      "etc/machine-id" };
	static const char *const tops[] = { "boot", "efi", "boot/efi" };
	char token[128];

	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		if (root_read(root, token, sizeof(token), "%s", tokens[i]) <= 0)
			continue;
		token[strcspn(token, " \n")] = '\0';
		if (!token[0] || token[0] == '.' || strchr(token, '/'))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(tops); j++) {
			int n = snprintf(out, size, "%s/%s/%s/linux", tops[j],
					 token, release);

			if (n > 0 && (size_t)n < size &&
			    root_exists(root, "%s", out))
				return true;
		}
	}
	out[0] = '\0';
	return false;
}

bool kernel_file_find(const struct root *root, const char *release, char *out,
		      size_t size)
{
	static const char *const kernels[] = {
		"boot/vmlinuz-%s", "usr/lib/modules/%s/vmlinuz",
		"boot/Image-%s",   "boot/vmlinux-%s",
		"boot/image-%s",   NULL,
	};

	return kernel_file_first(root, kernels, release, out, size) ||
	       find_entry(root, release, out, size) ||
	       find_unified(root, release, out, size);
}

bool kernel_file_is_unified(const struct root *root, const char *path)
{
	uint32_t at, len;
	int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path);
	bool is_unified = fd >= 0 && !pe_section(fd, ".linux", &at, &len);

	if (fd >= 0)
		close(fd);
	return is_unified;
}

static int copy_section(int from, uint32_t at, uint32_t len, int to)
{
	off_t offset = at;
	uint32_t left = len;

	while (left) {
		ssize_t n = sendfile(to, from, &offset, left);

		if (n <= 0)
			return n ? -errno : -EINVAL;
		left -= (uint32_t)n;
	}
	return lseek(to, 0, SEEK_SET) < 0 ? -errno : 0;
}

int kernel_file_inner(int fd)
{
	uint32_t at, len;
	int inner, err;

	if (pe_section(fd, ".linux", &at, &len))
		return fd;
	inner = memfd_create("vmlinuz", MFD_CLOEXEC);
	err = inner < 0 ? -errno : copy_section(fd, at, len, inner);
	close(fd);
	if (err && inner >= 0)
		close(inner);
	return err ? err : inner;
}

int kernel_file_open(const struct root *root, const char *path)
{
	int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path);

	return fd < 0 ? fd : kernel_file_inner(fd);
}
