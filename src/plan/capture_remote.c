// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_remote.h"

#include <inttypes.h>
#include <string.h>

#include "host/network.h"
#include "host/resolve.h"
#include "lib/macros.h"
#include "lib/text.h"

#define refuse(remote, ...)                                                    \
	text_print_first((remote)->why, sizeof((remote)->why), __VA_ARGS__)

/* "" for the one that is meant without it: where version 3 is served, rpcbind
 * knows it. */
static const char *nfs_port(const struct remote *remote, const char *before,
			    char out[static 32])
{
	out[0] = '\0';
	if (remote->port != REMOTE_NFS_PORT)
		snprintf(out, 32, "%s%" PRIu64, before, remote->port);
	return out;
}

static void make_url(const struct config *config, struct capture_remote *out)
{
	const struct remote *remote = &out->remote;
	bool is_v6 = strchr(remote->host, ':') != NULL;
	char host[REMOTE_HOST_MAX + 2], port[32];

	snprintf(host, sizeof(host), "%s%s%s", is_v6 ? "[" : "", remote->host,
		 is_v6 ? "]" : "");
	if (remote->kind == REMOTE_NFS) {
		out->folder = config_text(config, CONFIG_PATH);
		snprintf(out->nfs_url, sizeof(out->nfs_url), "nfs://%s%s%s",
			 host, nfs_port(remote, ":", port), remote->export);
		snprintf(out->url, sizeof(out->url), "%s%.255s", out->nfs_url,
			 out->folder);
		snprintf(out->nfs_source, sizeof(out->nfs_source), "%s:%s",
			 host, remote->export);
		return;
	}
	snprintf(out->url, sizeof(out->url), "ssh://%s@%s:%" PRIu64 "%.255s",
		 remote->user, host, remote->port,
		 config_text(config, CONFIG_PATH));
}

/*
 * Where the connection is lost for a minute, requests fail, so that the dump
 * goes to the fallback.
 */
static void make_nfs_options(struct capture_remote *out)
{
	char port[32];

	snprintf(out->nfs_options, sizeof(out->nfs_options),
		 "addr=%s%s,soft,timeo=150,retrans=3", out->network.far,
		 nfs_port(&out->remote, ",port=", port));
}

/* What the ports hang on; a PHY has a driver of its own. */
static void find_drivers(const struct root *root, struct capture_remote *out)
{
	static const char *const parts[] = { "device", "phydev" };
	char path[BLOCK_PATH_MAX];

	for (size_t i = 0; i < out->network.ports_count; i++) {
		const char *name = out->network.ports[i].device;

		if (root_exists(root, "sys/class/net/%s/phy80211", name) ||
		    root_exists(root, "sys/class/net/%s/wireless", name))
			refuse(out,
			       "%s is wireless, which nothing sets up after a "
			       "crash",
			       name);
		if (root_exists(root, "sys/class/net/%s/device/physfn", name))
			refuse(out,
			       "%s is a virtual function, which this machine "
			       "makes at boot, and a capture kernel does not",
			       name);
		if (!root_exists(root, "sys/class/net/%s/device", name))
			refuse(out, "%s is no port of this machine", name);
		for (size_t j = 0; j < ARRAY_SIZE(parts); j++)
			if (!resolve(root, path, sizeof(path),
				     "sys/class/net/%s/%s", name, parts[j]))
				storage_add_device(root, path, &out->drivers);
	}
}

static void check_ssh(const struct root *root, const struct config *config,
		      struct capture_remote *out)
{
	if (!root_exists(root, REMOTE_KEY) ||
	    !root_exists(root, REMOTE_KNOWN_HOSTS))
		refuse(out, "there is no key for it yet: run \"kdump-dma "
			    "target\"");
	if (!resolve_has_program(root, "ssh"))
		refuse(out, "ssh is not installed");
	if (!streq(config_text(config, CONFIG_COLLECTOR), "makedumpfile"))
		refuse(out, "only makedumpfile can save to it, and collector= "
			    "is another one");
}

void capture_remote_make(const struct root *root, const struct config *config,
			 struct capture_remote *out)
{
	json_t *known;
	const char *why;

	memset(out, 0, sizeof(*out));
	storage_init(&out->drivers);
	if (remote_parse(config_text(config, CONFIG_TARGET), &out->remote,
			 &why) ||
	    out->remote.kind == REMOTE_NONE)
		return;
	make_url(config, out);
	if (out->remote.kind == REMOTE_SSH)
		check_ssh(root, config, out);
	if (!resolve_has_program(root, "ip"))
		refuse(out, "the program ip (iproute2) is not installed");
	known = network_known(root, out->remote.host);
	if (!known)
		refuse(out, "the way to it is not known yet: run \"kdump-dma "
			    "target\"");
	else
		network_plan_make(known, &out->network);
	json_decref(known);
	make_nfs_options(out);
	if (out->network.why[0])
		refuse(out, "%s", out->network.why);
	if (!out->why[0])
		find_drivers(root, out);
}

bool capture_remote_is_used(const struct capture_remote *remote)
{
	return remote->remote.kind != REMOTE_NONE && !remote->why[0];
}

const char *capture_remote_place(const struct capture_remote *remote)
{
	if (!capture_remote_is_used(remote))
		return "";
	return remote->nfs_url[0] ? remote->nfs_url : remote->url;
}

void capture_remote_print_network(FILE *to, const struct capture_remote *remote)
{
	if (!capture_remote_is_used(remote))
		return;
	for (size_t i = 0; i < remote->network.commands_count; i++)
		fprintf(to, "%s\n", remote->network.commands[i]);
}

void capture_remote_print_ssh(FILE *to, const struct capture_remote *remote)
{
	static const char options[] =
		"IdentityFile /" REMOTE_KEY "\n"
		"UserKnownHostsFile /" REMOTE_KNOWN_HOSTS "\n"
		"IdentitiesOnly yes\n"
		"GlobalKnownHostsFile /dev/null\n"
		"StrictHostKeyChecking yes\n"
		"UpdateHostKeys no\n"
		"CheckHostIP no\n"
		"BatchMode yes\n"
		"PreferredAuthentications publickey\n"
		"RequestTTY no\n"
		"EscapeChar none\n"
		"ClearAllForwardings yes\n"
		"ConnectTimeout 10\n"
		"ServerAliveInterval 5\n"
		"ServerAliveCountMax 6\n"
		"LogLevel ERROR\n";

	if (!capture_remote_is_used(remote) ||
	    remote->remote.kind != REMOTE_SSH)
		return;
	fprintf(to,
		"Host far\nHostName %s\nHostKeyAlias %s\nPort %" PRIu64
		"\nUser %s\n%s",
		remote->network.far, remote->remote.host, remote->remote.port,
		remote->remote.user, options);
}

/*
 * Words of four commands, of characters that mean nothing to a shell. No file
 * that is there is ever replaced, and none is shown. A folder that is there is
 * expected by "new", which takes the next name; what else is wrong its last
 * mkdir says.
 */
static const char receive[] =
	"set -fu; umask 077; export LC_ALL=C; cd %s || exit; "
	"set -- $SSH_ORIGINAL_COMMAND; "
	"case \\\"$*\\\" in *[!a-zA-Z0-9:._\\ -]*|[.-]*|*..*|*\\ [.-]*) exit "
	"2;; "
	"esac; "
	"case $1 in "
	"try) f=.try.$$; : >$f && sync $f && rm $f && df -Pk . && echo ready;; "
	"new) d=$2; n=0; until mkdir $d 2>/dev/null; do "
	"[ -d $d ] && [ $n -lt 1000 ] || { mkdir $d; exit 1; }; "
	"n=$((n+1)); d=$2.$n; done; sync .; echo folder $d;; "
	"put) f=$2/$3; [ ! -e $f ] && cat >$f.incomplete && "
	"sync $f.incomplete && wc -c <$f.incomplete;; "
	"keep) f=$2/$3; [ ! -e $f ] && "
	"[ $(wc -c <$f.incomplete) = $4 ] && mv $f.incomplete $f && "
	"sync $2 && echo kept;; "
	"*) exit 2;; esac";

void capture_remote_print_allowed(FILE *to, const char *path, const char *key)
{
	fputs("restrict,command=\"exec sh -c '", to);
	fprintf(to, receive, path);
	fprintf(to, "'\" %s\n", key);
}
