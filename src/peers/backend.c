// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/backend.h"

#include <string.h>

#include "lib/macros.h"
#include "peers/unit.h"
#include "state/capture_json.h"

const struct backend *const backends[] = {
	&backend_kdumpctl,
	&backend_kdump_tools,
	&backend_suse,
	&backend_native,
	NULL,
};

static const struct backend *const configured[] = {
	[CONFIG_BACKEND_AUTO] = NULL,
	[CONFIG_BACKEND_NATIVE] = &backend_native,
	[CONFIG_BACKEND_KDUMPCTL] = &backend_kdumpctl,
	[CONFIG_BACKEND_KDUMP_TOOLS] = &backend_kdump_tools,
	[CONFIG_BACKEND_SUSE] = &backend_suse,
};

static bool is_installed(const struct root *root, const struct backend *backend)
{
	for (const char *const *at = backend->programs; *at; at++)
		if (root_exists(root, "%s", *at))
			return true;
	return false;
}

/*
 * Choose first another package whose unit is enabled, then our own backend if
 * its unit is enabled, then any other package that is installed.
 */
static const struct backend *detect(const struct root *root)
{
	const struct backend *there = NULL;

	for (const struct backend *const *at = backends; *at; at++) {
		if (!is_installed(root, *at))
			continue;
		if (unit_is_enabled(root, (*at)->unit) &&
		    !((*at)->is_switched_off && (*at)->is_switched_off(root)))
			return *at;
		if (!there)
			there = *at;
	}
	if (!there || unit_is_enabled(root, backend_native.unit))
		return &backend_native;
	return there;
}

bool backend_is_forced(const struct config *config)
{
	return configured[config_number(config, CONFIG_BACKEND)];
}

const struct backend *backend_choose(const struct root *root,
				     const struct config *config)
{
	const struct backend *backend =
		configured[config_number(config, CONFIG_BACKEND)];

	return backend ? backend : detect(root);
}

/* Without a slash too many: "//srv//crash/" is /srv/crash. */
static void copy_folder(struct text path, char out[static CAPTURE_FOLDER_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < path.len && len < CAPTURE_FOLDER_MAX - 1; i++)
		if (path.at[i] != '/' || !len || out[len - 1] != '/')
			out[len++] = path.at[i];
	while (len > 1 && out[len - 1] == '/')
		len--;
	out[len] = '\0';
}

bool backend_folder(const struct backend *backend, const struct root *root,
		    const struct config *config,
		    char out[static CAPTURE_FOLDER_MAX])
{
	char value[CONFIG_VALUE_MAX];
	bool told = backend->folder(root, config, value, sizeof(value));
	struct text path = text_of(value);

	/* SUSE's may be a URL: file:///DIR, file:/DIR, or another machine's. */
	if (text_skip(&path, "file:") && text_starts(path, "//"))
		(void)text_skip(&path, "//");
	copy_folder(path, out);
	if (told && out[0] == '/' && out[1] && path.len < CAPTURE_FOLDER_MAX &&
	    capture_id_is_plain(out))
		return true;
	strcpy(out, BACKEND_FOLDER);
	return false;
}
