#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# learn, list, status, metrics and snapshot, on small machines: what is taken
# in, what of a hostile folder is refused, and that nothing of a record ends up
# anywhere unchecked.
# shellcheck disable=SC2119,SC2120  # learn sometimes takes options
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
lacks() { ! grep "$@"; }
umask 022
crashes=0

# record LOWEST_MIB EXTRA: a record of a capture in 256 MiB
record() {
	cat <<-END
	{ "schema": 1, "program": "kdump-dma-check 0.1.0",
	  "written": "2026-11-23T10:00:00Z",
	  "boot_id": "66666666-7777-8888-9999-000000000000",
	  "release": "6.1.0-40-amd64", "machine": "x86_64",
	  "cmdline": "quiet nr_cpus=1 coherent_pool=0",
	  "capture_kernel": true, "verdict": "unmanaged",
	  "reason": "dma-none-managed", "dma32": "managed", "patched": "no",
	  "zones": [], "atomic_pools": { "kernel_bytes": 131072,
	  "dma_bytes": 0, "dma32_bytes": 131072 }, "dma_kmalloc_caches": 13,
	  "swiotlb": null, "encryption": { "firm": true, "active": [],
	  "cpu_flags": [] }, "allocstall_dma": 0,
	  "kernel_log": { "complete": true, "page_allocation_failures": 0,
	    "slub_failures": 0, "gfp_dma_failures": 0, "oom_kills": 0,
	    "initramfs_failed": false, "boot_available_kib": 220000,
	    "boot_total_kib": 262144, "initrd_kib": 8192, "lines": [] },
	  "memory": { "page_bytes": 4096, "total_kib": 230000,
	    "available_start_kib": $(($1 * 1024 + 8192)), "watched": true,
	    "available_lowest_kib": $(($1 * 1024)), "samples": 40 },
	  "dump": { "collector": "makedumpfile", "status": 0,
	    "path": "/var/crash/x/vmcore", "bytes": 40000000, "seconds": 9 },
	  ${2-} "events": [] }
	END
}

# crash TREE NAME: a dump's folder as native saving leaves it; another boot's
crash() {
	mkdir -p "$1/var/crash/$2"
	crashes=$((crashes + 1))
	record 150 | sed "s/66666666-/$(printf %08d $crashes)-/" \
		>"$1/var/crash/$2/kdump-dma.json"
	chmod 600 "$1/var/crash/$2/kdump-dma.json"
	echo core >"$1/var/crash/$2/vmcore"
	printf '[   12.0] sysrq: Trigger a crash\n[   12.1][    T553] Kernel panic - not syncing: sysrq triggered crash\n' \
		>"$1/var/crash/$2/vmcore-dmesg.txt"
}
fresh() { # NAME
	tree=$work/m/$1
	machine "$tree" 2048 256 crashkernel=384M-:128M
	kdump_tools "$tree"
}
learn() { "$tool" learn --root "$tree" "$@" >"$work/out" 2>&1; }
captures() { # COUNT: how many are in the history
	same "$1" "$(cat /dev/null "$tree/var/lib/kdump-dma/history.json" \
		2>/dev/null | grep -c '"id"')"
}
says() { grep -qF -- "$1" "$work/out" || { cat "$work/out"; return 1; }; }
boot() { # ID ARMED: another boot
	echo "$1" >"$tree/proc/sys/kernel/random/boot_id"
	echo "$2" >"$tree/sys/kernel/kexec_crash_loaded"
}

fresh saved
crash "$tree" host-2026-11-23T10:00:00Z
ok "a record is learned" learn
ok "a record that was learned is in the history" captures 1
cp "$tree/var/lib/kdump-dma/history.json" "$work/history"
ok "learn runs again without a new record" learn
ok "a record that was learned is not learned again" cmp "$work/history" "$tree/var/lib/kdump-dma/history.json"
"$tool" list --root "$tree" >"$work/out"
ok "list: outcome, use and panic line" sh -c \
	"grep -q 'saved.*unmanaged.*106/256.*6.1.0-40-amd64' '$work/out' &&
	 grep -qx ' *Kernel panic - not syncing: sysrq triggered crash' '$work/out'"
"$tool" status --root "$tree" >"$work/out"
ok "status: a change is advised" same 3 $?
ok "status: what was measured" says "106 MiB at most, in 1 capture"
"$tool" plan --root "$tree" >"$work/out"
ok "plan: from the record" says "crashkernel=160M"
ok "learn --apply puts it in force" learn --apply
ok "learn --apply writes the size into the boot loader's file" grep -q crashkernel=160M "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
"$tool" status --root "$tree" >"$work/out"
ok "status: it waits for a reboot" says "crashkernel=160M takes effect at the next boot"
rm -r "$tree/var/crash"
ok "learn runs after a dump was taken away" learn
ok "what was learned stays" captures 1

fresh journal
mkdir -p "$tree/var/crash/127.0.0.1-2026-11-23-10:00:00"
{
	echo "[    9.0] something else"
	printf '[   10.0] kdump-dma: '
	record 150 | tr -d '\n'
	echo
} >"$tree/var/crash/127.0.0.1-2026-11-23-10:00:00/kexec-dmesg.log"
ok "a record in kexec-dmesg.log is learned" learn
ok "a record of kexec-dmesg.log is in the history" captures 1

# ---- what is refused --------------------------------------------------------
refused() { # NAME WHY: what stands in $tree/var/crash/x is not taken in
	learn
	ok "refused: $1" captures 0
	ok "and it is said why: $1" says "$2"
	ok "a rerun is the same" learn
}
odd() { # NAME: a folder with one record to spoil
	fresh "$1"
	crash "$tree" x
	file=$tree/var/crash/x/kdump-dma.json
}
odd symlink
mv "$file" "$work/elsewhere"
ln -s "$work/elsewhere" "$file"
refused "a symlink" "a symlink"
odd hard
ln "$file" "$work/hard"
refused "a second name for it" "not a plain file"
odd writable
chmod 666 "$file"
refused "writable to all" "others than root can write it"
odd owner
if chown 65534 "$file" 2>/dev/null; then
	refused "of another owner" "others than root can write it"
else
	skip "a record of another owner is refused" "not root"
fi
odd fifo
rm "$file"
mkfifo -m 600 "$file"
refused "a pipe" "not a plain file"
odd huge
truncate -s 1G "$file"
refused "1 GiB" "File too large"
odd garbage
head -c 4096 /dev/urandom >"$file"
refused "garbage" "not JSON"
odd deep
head -c 100000 /dev/zero | tr '\0' '[' >"$file"
refused "100000 brackets" "not JSON"
odd empty
: >"$file"
refused "nothing in it" "not JSON"
spoil() { # NAME SED-SCRIPT WHY
	odd "$1"
	record 150 | sed "$2" >"$file"
	refused "$1" "$3"
}
spoil schema 's/"schema": 1/"schema": 2/' "schema: not 1"
spoil twice 's/"schema": 1/"schema": 1, "schema": 1/' "not JSON"
spoil negative 's/"oom_kills": 0/"oom_kills": -1/' "oom_kills: not a number"
spoil real 's/"oom_kills": 0/"oom_kills": 1.5/' "oom_kills: not a number"
spoil large 's/"boot_total_kib": 262144/"boot_total_kib": 99999999999999/' "boot_total_kib: not a number"
spoil contradiction 's/"available_lowest_kib": [0-9]*/"available_lowest_kib": 999999/' "more available"
spoil type 's/"memory": {/"memory": 7, "m": {/' "memory: not an object"
spoil word 's/"unmanaged"/"maybe"/' "verdict: not a known word"
spoil production 's/"capture_kernel": true/"capture_kernel": false/' "not of a capture kernel"
# shellcheck disable=SC2016  # a record's own words
spoil injection 's/"6.1.0-40-amd64"/"6.1.0-40-amd64$(reboot)"/' "release: unexpected"
spoil newline 's/"6.1.0-40-amd64"/"6.1\\ncrashkernel 1"/' "release: unexpected"
spoil quote 's/"x86_64"/"x86\\"_64"/' "machine: unexpected"
spoil nul 's/"x86_64"/"x86\\u0000"/' "not JSON"
spoil pools 's/"kernel_bytes": 131072/"kernel_bytes": 1000000000000000000/; s/"dma_bytes": 0/"dma_bytes": 1000000000000000000/' "pools_bytes: not a number"
ok "and every verb goes on" "$tool" list --root "$tree"
spoil long "s/\"6.1.0-40-amd64\"/\"$(head -c 300 /dev/zero | tr '\0' a)\"/" "release: too long"

fresh folder
mkdir -p "$tree/var/crash" "$work/outside"
crash "$work/outside" x
mv "$work/outside/var/crash/x" "$work/outside/x"
ln -s "$work/outside/x" "$tree/var/crash/x"
learn
ok "refused: a symlink in place of a dump's folder" captures 0
fresh names
crash "$tree" x
# shellcheck disable=SC2016
mv "$tree/var/crash/x" "$tree/var/crash/"'x$(reboot) y'
learn
ok "passed over: a folder's name that a shell would expand" captures 0

fresh history
crash "$tree" x
mkdir -p "$tree/var/lib/kdump-dma"
echo '{"schema": 1, "captures": [ 7 ] }' >"$tree/var/lib/kdump-dma/history.json"
cp "$tree/var/lib/kdump-dma/history.json" "$work/history"
ok "a damaged history: learn" learn
ok "it is set aside" cmp "$work/history" "$tree/var/lib/kdump-dma/history.json.damaged"
ok "and that is said" says 'it was renamed /var/lib/kdump-dma/history.json.damaged'
ok "what lies there is learned anew" captures 1
for content in '' '{"schema": 1, "captures": [' '{"schema": 1, "captures": [], "tallies": [ 7 ]}' \
	'{"schema": 1, "captures": [ {} ]}' \
	'{"schema": 1, "captures": [], "past": [ "x" ]}'; do
	printf '%s' "$content" >"$tree/var/lib/kdump-dma/history.json"
	"$tool" plan --root "$tree" >"$work/out" 2>&1
	ok "with \"$content\" nothing is planned" says "need-unknown: what was learned cannot be read"
	ok "and it stays for learn" same "$content" "$(cat "$tree/var/lib/kdump-dma/history.json")"
	"$tool" status --root "$tree" >"$work/out" 2>&1
	ok "status says it" says "doubt        what was learned cannot be read"
	ok "and all else" says "armed  "
	"$tool" list --root "$tree" >"$work/out" 2>&1
	"$tool" metrics --root "$tree" >"$work/out" 2>&1
	ok "it stays there, too" same "$content" "$(cat "$tree/var/lib/kdump-dma/history.json")"
	learn
	ok "learn begins a new history in place of a damaged one" captures 1
done
ok "nothing that was set aside is lost" test -e "$tree/var/lib/kdump-dma/history.json.damaged.6"
: >"$tree/var/lib/kdump-dma/boot"
ok "an empty note of the last boot: learn" learn
ok "it is set aside" says 'boot.damaged'
ok "and it is written again" grep -q '^boot_id 1' "$tree/var/lib/kdump-dma/boot"
# A downgrade, a crash, and the update after it.
fresh newer
crash "$tree" a
learn
mv "$tree/var/lib/kdump-dma/history.json" "$work/history"
sed 's/"schema": 1,/"schema": 2, "new": 7,/' "$work/history" >"$tree/var/lib/kdump-dma/history.json"
cp "$tree/var/lib/kdump-dma/history.json" "$work/newer"
crash "$tree" b
# stays: the file is what the newer version wrote, and no other was made
stays() {
	cmp "$work/newer" "$tree/var/lib/kdump-dma/history.json" &&
		[ ! -e "$tree/var/lib/kdump-dma/history.json.damaged" ]
}
"$tool" learn --root "$tree" >"$work/out" 2>&1
ok "a history of a newer version: learn's exit status" same 4 $?
ok "it is said" says 'of schema 2, which only a newer version of kdump-dma can read'
ok "and it stays" stays
"$tool" learn --apply --root "$tree" >"$work/out" 2>&1
ok "the unit does not fail" same 0 $?
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "apply plans nothing" says 'need-unknown: what was learned was written by a newer version'
"$tool" status --root "$tree" >"$work/out" 2>&1
ok "status says what to do" sh -c "tr -s '\n ' ' ' <'$work/out' | grep -q 'is left as it is: update kdump-dma, or move'"
"$tool" learn --shutdown --root "$tree" >"$work/out" 2>&1
ok "it stays after all of these" stays
cp "$work/history" "$tree/var/lib/kdump-dma/history.json"
learn
ok "after the update both crashes are known" captures 2

for name in history.json applied ours boot; do
	fresh "folder-$name"
	crash "$tree" a
	mkdir -p "$tree/var/lib/kdump-dma/$name"
	ok "a folder in place of $name: plan goes on" sh -c "'$tool' plan --root '$tree' 2>&1 | grep -q '^crashkernel: '"
	ok "learn learns" learn
	ok "apply writes what it planned" sh -c "'$tool' apply --root '$tree' 2>&1 | grep -q 'takes effect'"
	ok "the folder is set aside" test -d "$tree/var/lib/kdump-dma/$name.damaged"
	ok "and there is a file in its place" test -f "$tree/var/lib/kdump-dma/$name"
	ok "what lies in /var/crash was learned" captures 1
done

fresh bounded
mkdir -p "$tree/etc"
echo "history = 3" >"$tree/etc/kdump-dma.conf"
for i in 1 2 3 4 5; do crash "$tree" "x$i"; done
learn
ok "the history is bounded" captures 3
ok "and holds the newest" grep -q '/var/crash/x5' "$tree/var/lib/kdump-dma/history.json"


# older TREE NAME TIME: a crash at that time, in a folder as old
older() {
	crash "$1" "$2"
	sed -i "s/\"written\": *\"[^\"]*\"/\"written\": \"$3\"/" \
		"$1/var/crash/$2/kdump-dma.json"
	touch -d "$3" "$1/var/crash/$2"
}
fresh full
echo "history = 3" >"$tree/etc/kdump-dma.conf"
for i in 1 2 3 4 5; do older "$tree" "x$((9 - i))" "2026-11-0${i}T10:00:00Z"; done
learn
ok "of dumps that are learned at once the newest is last" same \
	"/var/crash/x6/var/crash/x5/var/crash/x4" \
	"$(sed -n 's/.*"id": "\([^"]*\)".*/\1/p' "$tree/var/lib/kdump-dma/history.json" | tr -d '\n')"
boot aaaaaaaa-0000-0000-0000-000000000001 1
learn
cp "$tree/var/lib/kdump-dma/history.json" "$work/history"
ok "a full history: what went out of it is not learned again" says no-dump
ok "and hides no missing dump" grep -q '"boot/' "$work/history"
learn
ok "nor at the next look" says "nothing new"
"$tool" learn --shutdown --root "$tree"
boot aaaaaaaa-0000-0000-0000-000000000002 1
learn
ok "and the raise stays" cmp "$work/history" "$tree/var/lib/kdump-dma/history.json"
older "$tree" a "2026-11-21T10:00:00Z"
learn
ok "a newer one is learned" says "learned /var/crash/a"

# ---- nothing left behind ----------------------------------------------------
fresh nodump
boot aaaaaaaa-0000-0000-0000-000000000001 1
ok "learn runs in the first boot" learn
ok "same boot again: no finding" learn
ok "the first boot and the same boot again find no lost dump" captures 0
boot aaaaaaaa-0000-0000-0000-000000000002 1
ok "learn runs after a boot that was armed, was not shut down, and left no dump" learn
ok "such a boot is remembered as no-dump" captures 1
"$tool" plan --root "$tree" >"$work/out"
ok "one no-dump changes nothing, for it may be a power cut" sh -c \
	"grep -q '^crashkernel: .*no change' '$work/out' && grep -q 'a power cut, or a lost dump' '$work/out'"
ok "it is shut down in order" learn --shutdown
boot aaaaaaaa-0000-0000-0000-000000000003 1
learn
ok "a boot that was shut down in order is no no-dump" captures 1
boot aaaaaaaa-0000-0000-0000-000000000004 0
crash "$tree" later
learn
ok "a crash with a dump is no such finding" sh -c \
	"test \"\$(grep -c no-dump '$tree/var/lib/kdump-dma/history.json')\" = 1"
boot aaaaaaaa-0000-0000-0000-000000000005 0
learn
ok "nor is one that was not armed" sh -c \
	"test \"\$(grep -c no-dump '$tree/var/lib/kdump-dma/history.json')\" = 1"
"$tool" status --root "$tree" >"$work/out"
ok "status: not armed" same 5 $?

fresh incomplete
boot aaaaaaaa-0000-0000-0000-000000000001 1
learn
mkdir -p "$tree/var/crash/202611231000"
echo core >"$tree/var/crash/202611231000/dump-incomplete.gz"
boot aaaaaaaa-0000-0000-0000-000000000002 1
learn
ok "a dump that filled its target is no such finding" lacks no-dump "$tree/var/lib/kdump-dma/history.json"
ok "it failed, and lacked no memory that anybody knows of" grep '"unfinished": *true' "$tree/var/lib/kdump-dma/history.json"
"$tool" list --root "$tree" >"$work/out"
ok "but a failed one" grep -q "failed.*/var/crash/202611231000" "$work/out"
crash "$tree" part
mv "$tree/var/crash/part/vmcore" "$tree/var/crash/part/vmcore-incomplete"
learn
ok "a record of status 0 beside half a vmcore is not of a saved one" \
	says "learned /var/crash/part: 6.1.0-40-amd64, failed"
crash "$tree" whole
echo core >"$tree/var/crash/whole/vmcore-incomplete"
learn
ok "it is if another is whole" says "learned /var/crash/whole: 6.1.0-40-amd64, saved"

fresh typo
boot aaaaaaaa-0000-0000-0000-000000000001 1
learn
echo "paht = /srv" >"$tree/etc/kdump-dma.conf"
ok "a shutdown in order is noted in spite of a typo" learn --shutdown
boot aaaaaaaa-0000-0000-0000-000000000002 1
ok "at boot it is an error" sh -c "! '$tool' learn --root '$tree' 2>/dev/null"
rm "$tree/etc/kdump-dma.conf"
"$tool" metrics --root "$tree" -o auto
ok "metrics keep the note of a boot that nobody looked at" \
	grep -q aaaaaaaa-0000-0000-0000-000000000001 "$tree/var/lib/kdump-dma/boot"
boot aaaaaaaa-0000-0000-0000-000000000003 1
learn
ok "and there is no finding" captures 0

fresh run
echo "history = 2" >"$tree/etc/kdump-dma.conf"
for i in 1 2 3 4 5 6 7 8; do
	boot aaaaaaaa-0000-0000-0000-00000000000$i 1
	learn
done
ok "a full history is bounded" captures 2
"$tool" plan --root "$tree" >"$work/out"
ok "and what went out of it still raises" says 'no-dump: crashes left neither a dump nor a record with 256 MiB'

# A dump that went elsewhere leaves nothing here either.
elsewhere() { # NAME FILE LINE
	fresh "$1"
	printf '%s\n' "$3" >>"$tree/$2"
	boot aaaaaaaa-0000-0000-0000-000000000001 1
	learn
	boot aaaaaaaa-0000-0000-0000-000000000002 1
	learn
	ok "no finding where dumps are saved elsewhere: $1" captures 0
}
elsewhere ssh etc/default/kdump-tools 'SSH="root@192.0.2.1"'
# shellcheck disable=SC2016
elsewhere nfs etc/default/kdump-tools 'NFS="$SERVER:/crash"'

# ---- the folder that dumps are saved to ------------------------------------
# saved_in NAME FOLDER: a dump there is found, and that none followed
saved_in() {
	mkdir -p "$tree$2"
	crash "$tree" x
	mv "$tree/var/crash/x" "$tree$2/x"
	touch -d '1 hour ago' "$tree$2/x"
	learn
	ok "a dump is found: $1" grep -q "\"$2/x\"" "$tree/var/lib/kdump-dma/history.json"
	nothing_in
	ok "two missing ones are noticed: $1" captures 3
}
nothing_in() { # two more boots
	boot aaaaaaaa-0000-0000-0000-000000000001 1
	learn
	boot aaaaaaaa-0000-0000-0000-000000000002 1
	learn
}
not_told() { # NAME
	nothing_in
	ok "nothing is concluded: $1" captures 0
	ok "and it is said: $1" says "does not tell where dumps are saved"
}
fresh coredir
sed -i 's,^KDUMP_COREDIR=.*,KDUMP_COREDIR="/srv/crash/",' "$tree/etc/default/kdump-tools"
saved_in "KDUMP_COREDIR" /srv/crash
fresh expanded
# shellcheck disable=SC2016  # the file's own variable
sed -i 's,^KDUMP_COREDIR=.*,KDUMP_COREDIR="/srv/$HOSTNAME",' "$tree/etc/default/kdump-tools"
not_told "KDUMP_COREDIR that a shell expands"
"$tool" status --root "$tree" >"$work/out"
ok "status says so" grep -q \
	'^doubt .*KDUMP_COREDIR in /etc/default/kdump-tools does not tell where dumps are saved' "$work/out"
"$tool" list --root "$tree" >"$work/out" 2>&1
ok "so does list" says 'KDUMP_COREDIR in /etc/default/kdump-tools does not tell'
# shellcheck disable=SC2016
for line in 'export KDUMP_COREDIR=/srv/crash' 'KDUMP_COREDIR=$(hostname)' 'KDUMP_COREDIR+=/x' \
	'KDUMP_COREDIR=~/crash' '[ ! -r /etc/x ] || . /etc/x' 'readonly KDUMP_COREDIR=/srv/crash'; do
	rm -r "$tree"
	fresh expanded
	echo "$line" >>"$tree/etc/default/kdump-tools"
	not_told "$line"
done
with() { # NAME BACKEND
	tree=$work/m/$1
	machine "$tree" 2048 256 crashkernel=384M-:128M
	"$2" "$tree"
}
for url in file:///srv/crash file:/srv/crash /srv/crash; do
	with "suse-${#url}" suse
	echo "KDUMP_SAVEDIR=\"$url\"" >>"$tree/etc/sysconfig/kdump"
	saved_in "KDUMP_SAVEDIR=$url" /srv/crash
done
with suse-nfs suse
echo 'KDUMP_SAVEDIR="nfs://192.0.2.1/srv/crash"' >>"$tree/etc/sysconfig/kdump"
nothing_in
ok "nothing is concluded: KDUMP_SAVEDIR of another machine" captures 0
ok "and nothing is wrong with that" lacks -q 'does not tell\|not mounted' "$work/out"
for url in FILE:///srv/crash file:///srv/my%20crash file://server/srv/crash NFS://server/x \
	srv/crash 'file:///srv/a file:///srv/b'; do
	with suse-url suse
	echo "KDUMP_SAVEDIR=\"$url\"" >>"$tree/etc/sysconfig/kdump"
	not_told "KDUMP_SAVEDIR=$url"
	ok "the variable and its file are named: KDUMP_SAVEDIR=$url" says \
		'KDUMP_SAVEDIR in /etc/sysconfig/kdump does not tell'
	rm -r "$tree"
done
long=/srv/$(head -c 120 /dev/zero | tr '\0' d)/crash
with native-long native
echo "path = $long" >>"$tree/etc/kdump-dma.conf"
saved_in "a long path" "$long"
with conf-long kdumpctl
sed -i "s,^path .*,path $long," "$tree/etc/kdump.conf"
saved_in "a long path of kdump.conf" "$long"
with conf-odd kdumpctl
sed -i 's,^path .*,path /srv/cr;ash,' "$tree/etc/kdump.conf"
not_told "a path of kdump.conf with odd characters"
ok "the option and its file are named" says 'path in /etc/kdump.conf does not tell'

fresh nofail
echo '/dev/vdb1 /var/crash/ ext4 nofail 0 2' >"$tree/etc/fstab"
mkdir -p "$tree/proc/self"
echo '21 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw' >"$tree/proc/self/mountinfo"
nothing_in
ok "nothing is concluded from a folder that is not mounted" captures 0
echo '22 21 254:17 / /var/crash rw shared:2 - ext4 /dev/vdb1 rw' >>"$tree/proc/self/mountinfo"
boot aaaaaaaa-0000-0000-0000-000000000003 1
learn
ok "it is from one that is" captures 1

# A folder that another file system is to hold, or that does not outlive a reboot
separate() { # NAME: $tree, on whose / is all that is mounted
	fresh "$1"
	mkdir -p "$tree/proc/self" "$tree/srv/dumps" "$tree/etc/systemd/system/local-fs.target.requires"
	echo '21 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw' >"$tree/proc/self/mountinfo"
}
unit() { # NAME
	printf '[Mount]\nWhat=/dev/vdb1\n' >"$tree/etc/systemd/system/$1"
	ln -s "../$1" "$tree/etc/systemd/system/local-fs.target.requires/$1"
}
mounted() { # WHERE TYPE
	echo "22 21 254:17 / $1 rw shared:2 - $2 /dev/vdb1 rw" >>"$tree/proc/self/mountinfo"
}
concludes() { # CAPTURES WHAT
	nothing_in
	ok "$2" captures "$1"
}
separate automount
mounted /var/crash autofs
concludes 0 "nothing is concluded where an automount mounts nothing"
ok "that is said" says '/var/crash is mounted when somebody looks there (autofs), and nobody has'
crash "$tree" a
"$tool" list --root "$tree" >"$work/out" 2>&1
ok "list does not look there" lacks -q 'kdump-dma.*web1\|saved' "$work/out"
separate automount-linked
rm -rf "$tree/var/crash"
ln -s ../srv/dumps "$tree/var/crash"
mounted /srv/dumps autofs
concludes 0 "nothing is concluded where a link leads to one"
separate automounted
mounted /var/crash autofs
mounted /var/crash ext4
concludes 1 "it is where it has mounted"
separate linked
rm -rf "$tree/var/crash"
ln -s ../srv/dumps "$tree/var/crash"
echo '/dev/vdb1 /srv/dumps ext4 nofail 0 2' >"$tree/etc/fstab"
concludes 0 "nothing is concluded where a link leads to what is not mounted"
ok "what is not mounted is named" says '/srv/dumps, which /etc/fstab mounts, is not mounted'
separate linked-mounted
rm -rf "$tree/var/crash"
ln -s ../srv/dumps "$tree/var/crash"
echo '/dev/vdb1 /srv/dumps ext4 nofail 0 2' >"$tree/etc/fstab"
mounted /srv/dumps ext4
concludes 1 "it is where it leads to what is mounted"
# in_place NAME COMMAND...: what is in the place of the folder is made by that
in_place() {
	separate "$1"
	rm -rf "$tree/var/crash"
	shift
	(cd "$tree/var" && "$@")
}
in_place dangling ln -s ../srv/usb/dumps crash
concludes 0 "nothing is concluded where a link leads to what is not there"
ok "and what to do about that link" says \
	'/var/crash leads to /srv/usb/dumps, which is not there: mount what has it, or make that folder'
in_place dangling-above ln -s /srv/usb ../var/usb
sed -i 's,^KDUMP_COREDIR=.*,KDUMP_COREDIR=/var/usb/dumps,' "$tree/etc/default/kdump-tools"
concludes 0 "nor where a folder above is such a link"
ok "where that leads to is named" says '/var/usb/dumps leads to /srv/usb/dumps, which is not there'
in_place dangling-twice ln -s usb crash
ln -s /srv/usb "$tree/var/usb"
concludes 0 "nor where a link leads to such a link"
ok "the last one is followed" says '/var/crash leads to /srv/usb, which is not there'
in_place file touch crash
concludes 0 "nor where a file is in the place of the folder"
ok "and what to do about that file" says '/var/crash is not a folder'
in_place loop ln -s crash crash
concludes 0 "nor where a link leads to itself"
ok "and what to do about that loop" says '/var/crash is a link that leads to itself'
for fault in dangling file loop; do
	tree=$work/m/$fault
	"$tool" status --root "$tree" >"$work/out"
	ok "status tells the same: $fault" grep -q '^doubt .*/var/crash \(leads to\|is \(not a\|a link\)\)' "$work/out"
	"$tool" list --root "$tree" >"$work/out" 2>&1
	ok "so does list: $fault" says '/var/crash '
done
separate gone
mkdir -p "$tree/var/crash/old"
echo 'Kernel panic - not syncing: x' >"$tree/var/crash/old/dmesg"
boot aaaaaaaa-0000-0000-0000-000000000001 1
learn
learn --shutdown
mv "$tree/var/crash" "$tree/var/hidden"
ln -s /srv/usb "$tree/var/crash"
boot aaaaaaaa-0000-0000-0000-000000000002 1
learn
rm "$tree/var/crash"
mv "$tree/var/hidden" "$tree/var/crash"
boot aaaaaaaa-0000-0000-0000-000000000003 1
learn
ok "a log that was seen is not new when its folder comes back" \
	lacks -q /var/crash/old "$tree/var/lib/kdump-dma/history.json"
separate unit
unit var-crash.mount
concludes 0 "nothing is concluded where a mount unit mounted nothing"
separate unit-above
unit var.mount
concludes 0 "nor where one above mounted nothing"
separate unit-mounted
unit var-crash.mount
mounted /var/crash xfs
concludes 1 "it is where the unit mounted it"
separate unit-elsewhere
unit srv-dumps.mount
unit var-crash-old.mount
concludes 1 "units of other folders do not count"
separate unit-disabled
printf '[Mount]\nWhat=/dev/vdb1\n' >"$tree/etc/systemd/system/var-crash.mount"
concludes 1 "nor does one that nothing wants"
separate unit-escaped
mkdir -p "$tree/srv/my-dumps/.x"
sed -i 's,^KDUMP_COREDIR=.*,KDUMP_COREDIR=/srv/my-dumps/.x,' "$tree/etc/default/kdump-tools"
unit 'srv-my\x2ddumps.mount'
concludes 0 "a unit's name is what systemd makes of the folder"
for type in tmpfs ramfs; do
	separate "on-$type"
	mounted /var "$type"
	concludes 0 "nothing is concluded from a folder on $type"
done

tree=$work/m/ppc64le
machine "$tree" 8192 512 crashkernel=2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G
kdumpctl "$tree"
"$tool" status --json --root "$tree" >"$work/out"
ok "the default of kdump-utils for ppc64le is one" says '"crashkernel_owner": "distribution"'

# ---- metrics and snapshot ---------------------------------------------------
fresh metrics
crash "$tree" x
learn
mkdir -p "$tree/var/lib/prometheus/node-exporter"
ok "metrics into the textfile folder" "$tool" metrics --root "$tree" -o auto
prom=$tree/var/lib/prometheus/node-exporter/kdump-dma.prom
ok "readable to the exporter" same 644 "$(stat -c %a "$prom")"
ok "metrics say that an image is loaded" grep -qx 'kdump_dma_armed 1' "$prom"
ok "metrics say how much is reserved" grep -qx "kdump_dma_reserved_bytes $((256 << 20))" "$prom"
ok "metrics say how much a capture used at most" grep -qx "kdump_dma_measured_need_bytes $((106 << 20))" "$prom"
ok "metrics say how the last capture ended" grep -qx 'kdump_dma_last_capture{outcome="saved"} 1' "$prom"
ok "metrics say when the last capture was" grep -qx "kdump_dma_last_capture_timestamp_seconds $(date -u -d 2026-11-23T10:00:00Z +%s)" "$prom"
ok "metrics say what the capture kernel's DMA zone is" grep -qx 'kdump_dma_verdict{verdict="unmanaged"} 1' "$prom"
if command -v promtool >/dev/null; then
	ok "promtool agrees with the format" sh -c "promtool check metrics <'$prom'"
else
	skip "promtool agrees with the format" "no promtool"
fi
echo "SSH_KEY=/root/.ssh/id_secret" >>"$tree/etc/default/kdump-tools"
printf 'path /var/crash\nssh bob@id_secret.example\n' >"$tree/etc/kdump.conf"
sed -i 's,$, ip=10.1.2.3::10.1.2.254 rd.iscsi.password=id_secret netroot=iscsi:id_secret@there rd.luks.uuid=0a1b2c3d-1111-2222-3333-444455556666 BOOTIF=01-52-54-00-12-34-56 systemd.set_credential=id_secret:x nfsroot=id_secret:/r ip=::::id_secret:eth0:dhcp rd.iscsi.initiator=iqn.id_secret inst.ks=http://id_secret/ks root=nfs:id_secret:/r fqdn=theirname.example,' "$tree/proc/cmdline"
"$tool" plan --root "$tree" --json >"$work/plan"
echo theirname >"$tree/etc/hostname"
ok "a snapshot is written" "$tool" snapshot --root "$tree" -o "$work/snapshot.tar"
ok "a snapshot is not written over a file" sh -c "! '$tool' snapshot --root '$tree' -o '$work/snapshot.tar' 2>/dev/null"
mkdir "$work/copy"
ok "tar can read it" tar -C "$work/copy" -xf "$work/snapshot.tar"
ok "addresses, UUIDs and keys are gone" sh -c \
	"! grep -rE '10\.1\.2\.|0a1b2c3d|id_secret|theirname|52-54-00' '$work/copy'"
"$tool" plan --root "$work/copy" --json >"$work/plan2"
ok "and its plan is the same" diff "$work/plan" "$work/plan2"

lists() { # COUNT PATTERN
	"$tool" list --root "$tree" >"$work/out" 2>&1 || return
	same "$1" "$(grep -c "$2" "$work/out")" || { cat "$work/out" && return 1; }
}
fresh crowded
for number in 1 2 3 4 5 6 7 8; do
	crash "$tree" z-2026-11-23T10:00:0${number}Z
done
(cd "$tree/var/crash" && seq -f 'a-%05.0f' 1500 | xargs touch &&
	seq -f 'b-%05.0f' 1500 | xargs mkdir && touch z-*)
ok "files and folders of others hide no dump" lists 8 "sysrq triggered crash"

fresh shared
crash "$tree" theirs
if [ "$(id -u)" = 0 ]; then
	chown -R 12345 "$tree/var/crash/theirs"
	ok "where root alone makes folders, a dump counts whoever owns it" \
		lists 1 theirs
	chmod 1777 "$tree/var/crash"
	ok "where everybody does, root's folders count" lists 0 theirs
else
	skip "a folder that another user made" "without root"
fi
tap_end
