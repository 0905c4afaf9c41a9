/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the build of a capture image is given: the image's configuration, and
 * lists with one name in each line. Each function prints one file. Errors are
 * those of the stream.
 */
#ifndef CAPTURE_CONF_H
#define CAPTURE_CONF_H

#include <stdio.h>

#include "plan/capture_image.h"

struct capture_conf {
	const struct capture_image *image;
	const struct config *config;
	const struct root *root;
};

/* /etc/kdump-dma-capture.conf of the image. */
void capture_conf_print(FILE *to, const struct capture_conf *conf);
/* Names of modules for dracut, dependencies first. */
void capture_conf_modules(FILE *to, const struct capture_conf *conf);
void capture_conf_programs(FILE *to, const struct capture_conf *conf);
/* Commands for ip(8), and ssh's configuration; nothing without a far end. */
void capture_conf_network(FILE *to, const struct capture_conf *conf);
void capture_conf_ssh(FILE *to, const struct capture_conf *conf);
void capture_conf_optional(FILE *to, const struct capture_conf *conf);
/* Paths of files that go into the image as they are. */
void capture_conf_files(FILE *to, const struct capture_conf *conf);
/*
 * The program that packs the image. A capture needs most memory while the
 * kernel unpacks the image, and the kernel allocates zstd's window: it is 128
 * KiB here, and by default 2 MiB or more.
 */
void capture_conf_compressor(FILE *to, const struct capture_conf *conf);
void capture_conf_cmdline(FILE *to, const struct capture_conf *conf);
/*
 * What a loaded image depends on: the files of image and kernel, the command
 * line, and the CPUs and memory that kexec describes to the kernel. If this
 * text is the same, loading again would change nothing.
 */
void capture_conf_loads(FILE *to, const struct capture_conf *conf);
/* Keys that the kernel is to hand over, and "1" if it takes them from the image
 * that is loaded. */
void capture_conf_keys(FILE *to, const struct capture_conf *conf);
void capture_conf_reuse(FILE *to, const struct capture_conf *conf);
/* What the image is made from: if this text changes, the image is stale. */
void capture_conf_from(FILE *to, const struct capture_conf *conf);

/*
 * 0 if every value can be written into the configuration. -EINVAL, with the key
 * in why, if a value is too long or has a byte that is not printable.
 */
int capture_conf_check(const struct capture_conf *conf, char *why, size_t size);

#endif
