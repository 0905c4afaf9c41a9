/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the build is given: the configuration of the capture image, and lists,
 * one name a line. Each prints one file; arg is a struct capture_image, and
 * errors are the stream's.
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
void capture_conf_print(FILE *to, const void *arg);
/* Names of modules for dracut, dependencies first. */
void capture_conf_modules(FILE *to, const void *arg);
void capture_conf_programs(FILE *to, const void *arg);
/* Commands for ip(8), and ssh's configuration; nothing without a far end. */
void capture_conf_network(FILE *to, const void *arg);
void capture_conf_ssh(FILE *to, const void *arg);
void capture_conf_optional(FILE *to, const void *arg);
/* Paths of files that go into the image as they are. */
void capture_conf_files(FILE *to, const void *arg);
/*
 * The program that packs the image. Unpacking is what takes most memory: zstd's
 * window is 128 KiB here, of which the kernel has as much (its default is 2 MiB
 * and more).
 */
void capture_conf_compressor(FILE *to, const void *arg);
void capture_conf_cmdline(FILE *to, const void *arg);
/*
 * What counts if it is loaded now: the image that was built, the kernel, its
 * command line, and the CPUs and memory of which kexec tells the kernel.
 */
void capture_conf_loads(FILE *to, const void *arg);
/* What the image is made from: if this text changes, the image is stale. */
void capture_conf_from(FILE *to, const void *arg);

/*
 * May every value stand in the configuration? -EINVAL, with the key in why, for
 * one that has a byte that is not printable, or is too long.
 */
int capture_conf_check(const struct capture_conf *conf, char *why, size_t size);

#endif
