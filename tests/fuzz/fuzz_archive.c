// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz.h"
#include "rehearse/archive.h"
#include "rehearse/image_check.h"
#include "rehearse/peer_scene.h"
#include "rehearse/scene.h"

/* Whatever an initramfs holds, looking at it ends, inside its bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct archive archive;
	static struct image_faults faults;
	static struct scene scene;
	char why[200];

	faults.count = 0;
	if (!archive_parse((const char *)data, size, &archive)) {
		if (!scene_read(&archive, &scene))
			(void)peer_scene_read(&archive, &scene, why,
					      sizeof(why));
		image_check_programs(&archive, &faults);
		image_check_program(&archive, "/init", &faults);
		for (size_t i = 0; i < archive.count; i++)
			(void)archive_find(&archive, archive.item[i].path);
	}
	archive_close(&archive);
	return 0;
}
