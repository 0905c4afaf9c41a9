#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# snapshot: nothing personal leaves the machine, wherever it stands, and the plan
# that is made from it is the same to the byte.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

# taken TREE: its snapshot, unpacked in $work/copy
taken() {
	rm -rf "$work/copy" && mkdir "$work/copy" &&
		"$tool" snapshot --root "$1" -o - | tar -C "$work/copy" -xf -
}
planned() { # TREE: text, JSON, messages and status
	"$tool" plan --root "$1" 2>&1
	echo "exit $?"
	"$tool" plan --json --root "$1" 2>&1 || true
}
same_plan() { # TREE
	taken "$1" && planned "$1" >"$work/before" && planned "$work/copy" >"$work/after" &&
		diff "$work/before" "$work/after"
}
# Of names, contents and targets of links; in any case, also inside other words.
holds_none() { # SECRETS: one a line
	(cd "$work/copy" && find . -printf '%p %l\n' && find . -type f -exec cat {} +) >"$work/all"
	if grep -aiF -f "$1" "$work/all"; then return 1; fi
}

# ---- a tree with a secret in every place ------------------------------------
# Each is one that a fleet has; what stands before the blank only says its kind.
cut -d ' ' -f 2- >"$work/secrets" <<-END
	password hunter2
	token ghp_16C7e42F292c6912E7710c838347Ae178B4a
	credential c2VjcmV0Cg==
	person alice
	home bob_miller
	mail corp.example.com
	host web-frankfurt-01
	serial wcc4e1234567
	uuid 0a1b2c3d-1111-2222-3333-444455556666
	machine-id 0123456789abcdef0123456789abcdef
	mac 52:54:00:ab:cd:ef
	mac 52-54-00-ab-cd-ef
	wwn 5000c500a1b2c3d4
	ipv4 10.11.12.13
	ipv6 fd00:1234::77
	disk vg_payroll
	share nas7
	comment ask-joe-first
END
words="root=/dev/vg_payroll/root root=UUID=0a1b2c3d-1111-2222-3333-444455556666 \
rd.lvm.lv=vg_payroll/root resume=/dev/disk/by-id/ata-WDC_WCC4E1234567-part2 ro quiet \
rd.md.uuid=0a1b2c3d:1111 ip=10.11.12.13::10.11.12.1:255.0.0.0:web-frankfurt-01:eth0:none \
BOOTIF=01-52-54-00-ab-cd-ef ifname=eth0:52:54:00:ab:cd:ef rd.neednet nameserver=fd00:1234::77 \
systemd.machine_id=0123456789abcdef0123456789abcdef systemd.setenv=PW=hunter2 quirk=1,hunter2 \
ds=nocloud;s=http://corp.example.com/ WEB-FRANKFURT-01=up hunter2 wcc4e1234567=1 \"quoted hunter2 \
alice x=ghp_16C7e42F292c6912E7710c838347Ae178B4a alice\" dyndbg=\"file bob_miller.c +p\" \
rd.zfcp=0.0.1234,0x5000c500a1b2c3d4,0x0 netroot=iscsi:hunter2@nas7::::iqn.alice \
init=/home/bob_miller/init -- c2VjcmV0Cg=="

secret_in_shell() { # the comments, variables and functions of somebody's file
	cat <<-END
	# ask-joe-first, alice@corp.example.com
	PASSWORD=hunter2
	 export SSH_KEY="/home/bob_miller/.ssh/id"
	HOSTTAG=web-frankfurt-01
	KDUMP_SMTP_SERVER="mail.corp.example.com"
	KDUMP_SMTP_PASSWORD='hunter2'
	KDUMP_COREDIR="/srv/nas7/alice"
	KDUMP_SAVEDIR="ftp://alice:hunter2@nas7/dumps"
	NFS="nas7:/vg_payroll"
	SSH="alice@10.11.12.13"
	FTP="alice:hunter2@nas7"
	mount_it() { mount fd00:1234::77:/x; }
	END
}

# What every machine has, whoever its backend is.
personal() { # TREE
	t=$1
	echo "BOOT_IMAGE=/boot/vmlinuz $words crashkernel=384M-:128M" >"$t/proc/cmdline"
	echo web-frankfurt-01 >"$t/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$t/etc/machine-id"
	echo 0a1b2c3d-1111-2222-3333-444455556666 >"$t/proc/sys/kernel/random/boot_id"
	cat >"$t/proc/cpuinfo" <<-END
	processor	: 0
	model name	: web-frankfurt-01 vCPU
	flags		: fpu alice sme hunter2
	Serial		: wcc4e1234567
	END
	echo 'alice: 3 kB' >>"$t/proc/meminfo"
	echo 'hunter2 3' >"$t/proc/vmstat"
	{
		echo 'fed00000-fed003ff : alice'
		echo '  fed00000-fed003ff : WCC4E1234567'
	} >>"$t/proc/iomem"
	cat >>"$t/dev/kmsg" <<-END
	5,2,2,-;Command line: hunter2 web-frankfurt-01
	 DEVICE=+pci:52:54:00:ab:cd:ef
	6,3,3,-;usb 1-1: SerialNumber: WCC4E1234567
	4,4,4,-;alices-secret: page allocation failure: order:5, mode:0xcc1(GFP_KERNEL|GFP_DMA), nodemask=(null),cpuset=alice.slice,mems_allowed=0
	3,5,5,-;Out of memory: Killed process 210 (bob_miller) total-vm:1kB, anon-rss:0kB, UID:1000 web-frankfurt-01
	4,6,6,-;oom-kill:constraint=CONSTRAINT_MEMCG,cpuset=alice,oom_memcg=/user.slice/hunter2,task=alice
	4,7,7,-;SLUB: Unable to allocate memory on node -1, gfp=0xcc1(GFP_KERNEL|GFP_DMA) alice
	4,8,8,-;Initramfs unpacking failed: hunter2
	6,9,9,-;Memory: 227600K/260728K available (alice)
	6,10,10,-;Memory Encryption Features active: hunter2
	12,11,11,-;alice: Out of memory
	6,12,12,-;crashkernel reservation failed - memory is in use. hunter2
	6,13,13,-;Cannot reserve alice crashkernel low memory, hunter2
	END
	mkdir -p "$t/sys/bus/pci/devices/0000:00:03.0" "$t/sys/firmware/memmap/0" \
		"$t/sys/bus/pci/devices/alice" "$t/sys/kernel/slab/dma-kmalloc-alice"
	for device in 0000:00:03.0 alice; do
		echo 32 >"$t/sys/bus/pci/devices/$device/dma_mask_bits"
		echo 32 >"$t/sys/bus/pci/devices/$device/consistent_dma_mask_bits"
	done
	ln -s /home/bob_miller/drivers/virtio-pci "$t/sys/bus/pci/devices/0000:00:03.0/driver"
	echo 0x0 >"$t/sys/firmware/memmap/0/start"
	echo 0xffff >"$t/sys/firmware/memmap/0/end"
	echo "Persistent alice" >"$t/sys/firmware/memmap/0/type"
	mkdir -p "$t/run/kdump-dma" "$t/var/lib/kdump-dma/saved" "$t/etc/kernel" \
		"$t/etc/default/grub.d" "$t/etc/kdump-dma.conf.d"
	echo "the capture image of 2026-11-23 is loaded: it may be out of date, because no new one" \
		"could be built (journalctl -u kdump-dma.service)" >"$t/run/kdump-dma/stale"
	cat >"$t/etc/kdump-dma.conf" <<-END
	# ask-joe-first
	target = UUID=0a1b2c3d-1111-2222-3333-444455556666  # alice
	path = /srv/alice
	collector = /home/bob_miller/collect
	collector_args = --token hunter2
	append = irqpoll dump_to=nas7 alice quirk=hunter2 nr_cpus=1
	margin_percent = 30
	END
	echo "default kdumpctl 2026-11-26T10:00:00Z crashkernel=alice" >"$t/var/lib/kdump-dma/asked"
	printf 'crashkernel crashkernel=%s\n' 192M alice >"$t/var/lib/kdump-dma/ours"
	echo 'append = alice' >"$t/etc/kdump-dma.conf.d/50-bob_miller.conf"
	{
		secret_in_shell
		echo 'GRUB_BACKGROUND=/home/alice/pic.png'
		echo "GRUB_CMDLINE_LINUX=\"$words crashkernel=512M\" # hunter2"
	} >"$t/etc/default/grub"
	# shellcheck disable=SC2016  # the file's own variable
	echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX hunter2 crashkernel=$OUR_SIZE"' \
		>"$t/etc/default/grub.d/web-frankfurt-01.cfg"
	printf '# alice\n%s\n' "$words" >"$t/etc/kernel/cmdline"
	mkdir -p "$t/etc/grub.d" "$t/boot/grub"
	printf '%s\n' '#!/bin/sh' 'password alice hunter2' 'menuentry "web-frankfurt-01" {' \
		"linux /vmlinuz-alice $words crashkernel=192M" '}' |
		tee "$t/etc/grub.d/40_bob_miller" >"$t/boot/grub/custom.cfg"
	cat >"$t/var/lib/kdump-dma/history.json" <<-END
	{ "schema": 1, "captures": [
	{ "id": "/srv/alice/web-frankfurt-01-2026-11-23T10:00:00Z", "when": "2026-11-23T10:00:00Z",
	  "boot_id": "0a1b2c3d-1111-2222-3333-444455556666",
	  "release": "6.1.0-40-amd64", "machine": "x86_64", "outcome": "saved",
	  "verdict": "unmanaged", "dma32": "managed", "patched": "no", "reserved_kib": 262144,
	  "available_start_kib": 170000, "available_lowest_kib": 160000, "initrd_kib": 8192 },
	{ "id": "/var/crash/10.11.12.13-2026-11-24-10:00:00", "when": "alice",
	  "release": "6.1.0-40-amd64", "machine": "x86_64", "outcome": "failed",
	  "verdict": "unmanaged", "dma32": "managed", "reserved_kib": 262144 } ] }
	END
	echo 'boot_id 0a1b2c3d-1111-2222-3333-444455556666
release 6.1.0-40-amd64
machine x86_64
alice hunter2
armed 1' >"$t/var/lib/kdump-dma/boot"
	printf 'boot_id 0a1b2c3d-1111-2222-3333-444455556666\nnote hunter2\n' \
		>"$t/var/lib/kdump-dma/applied"
	echo "alice ran it" >"$t/var/lib/kdump-dma/reverted"
	{
		secret_in_shell
		echo 'KDUMP_CRASHKERNEL="alice"'
	} >"$t/var/lib/kdump-dma/saved/etc%sysconfig%kdump.before"
	cp "$t/var/lib/kdump-dma/saved/etc%sysconfig%kdump.before" \
		"$t/var/lib/kdump-dma/saved/etc%sysconfig%kdump.after"
}
# The same in the files of each backend.
personal_kdump_tools() {
	{
		secret_in_shell
		echo "KDUMP_CMDLINE_APPEND=\"reset_devices nr_cpus=1 dump_to=nas7 hunter2 quirk=wcc4e1234567\""
	} >>"$tree/etc/default/kdump-tools"
	echo '# alice: token hunter2' >>"$tree/usr/sbin/kdump-config"
}
personal_kdumpctl() {
	{
		secret_in_shell
		echo "KDUMP_COMMANDLINE_APPEND=\"irqpoll nr_cpus=2 dump_to=nas7 hunter2\""
	} >>"$tree/etc/sysconfig/kdump"
	printf '%s\n' 'ssh	alice@10.11.12.13' '  nfs nas7:/vg_payroll' 'sshkey /home/bob_miller/id' \
		'raw /dev/disk/by-id/ata-WCC4E1234567' 'fence_kdump_nodes web-frankfurt-01 b' \
		'dracut_args --mount "nas7:/x /mnt nfs4"' 'path /srv/alice' '# ask-joe-first' \
		'core_collector makedumpfile --token hunter2' >>"$tree/etc/kdump.conf"
	cp "$tree/etc/kdump.conf" "$tree/var/lib/kdump-dma/saved/etc%kdump.conf.before"
}
personal_suse() { personal_kdumpctl; }
personal_native() { :; }

for backend in native kdump_tools kdumpctl suse; do
	tree=$work/$backend
	machine "$tree" 3840 256 ""
	"$backend" "$tree"
	personal "$tree"
	"personal_$backend"
	ok "$backend: its snapshot" taken "$tree"
	ok "$backend: holds no secret of it" holds_none "$work/secrets"
	ok "$backend: plans the same" same_plan "$tree"
done
tree=$work/native
echo "the capture image of alice is loaded: hunter2" >"$tree/run/kdump-dma/stale"
ok "a note that is not ours" taken "$tree"
ok "is not quoted" holds_none "$work/secrets"
# The list is one of what is there: in the tree itself each of them is found.
found() {
	while read -r secret; do
		grep -rqaiF "$secret" "$work/native/etc" "$work/native/proc" "$work/kdumpctl/etc" ||
			{ echo "not in the trees: $secret" && return 1; }
	done <"$work/secrets"
}
ok "each secret stands in the trees" found

# What is not understood stays so, without a word of it.
tree=$work/odd
machine "$tree" 3840 256 ""
kdump_tools "$tree"
# shellcheck disable=SC2016  # for the shell that reads it
echo 'KDUMP_CMDLINE_APPEND="$(cat /home/alice/hunter2)"' >>"$tree/etc/default/kdump-tools"
ok "a value that needs a shell: the same doubt" same_plan "$tree"
ok "and not its words" holds_none "$work/secrets"
echo 'x="hunter2' >>"$tree/etc/default/kdump-tools"
ok "a quote that does not end: the same doubt" same_plan "$tree"
echo "Node alice" >>"$tree/proc/zoneinfo"
echo "alice" >>"$tree/proc/iomem"
ok "files of /proc that are broken: the same doubt" same_plan "$tree"
ok "and not their words" holds_none "$work/secrets"

# ---- machines of the other suites -------------------------------------------
for scene in production new unloaded learned applied out_of_memory no_dump dma_failure; do
	scene "$scene" >/dev/null 2>&1
	ok "$scene: plans the same" same_plan "$tree"
done

# ---- the line in the capture kernel's log -----------------------------------
line_of_record() {
	rm -rf "$work/capture" "$work/dump" "$work/run"
	cp -a tests/snapshots/linux-6.1-capture/root "$work/capture" && mkdir "$work/dump" &&
		echo "$words crashkernel=128M nr_cpus=1 elfcorehdr=0x1000" >"$work/capture/proc/cmdline" &&
		grep -e Killed -e 'page alloc' "$work/native/dev/kmsg" >>"$work/capture/dev/kmsg" &&
		: >"$work/dump/vmcore" &&
		build/san/kdump-dma-check --root "$work/capture" --run "$work/run" \
			--finish --dir "$work/dump" --dump "$work/dump/vmcore" \
			--collector "makedumpfile --token hunter2" --status 1 --event "no web-frankfurt-01" \
			>"$work/copy/line"
}
taken "$tree"
ok "the record goes to the log" line_of_record
ok "its line holds no secret" holds_none "$work/secrets"
learned_the_same() { # all that is learned of a record is in the line
	sed -n 's/^kdump-dma: //p' "$work/copy/line" | jq -S "$1" >"$work/before" &&
		jq -S "$1" "$work/dump/kdump-dma.json" >"$work/after" &&
		diff "$work/before" "$work/after"
}
ok "and all that is learned" learned_the_same \
	'del(.written, .cmdline, .events, .dump.collector, .dump.path, .kernel_log.lines)'
ok "the file beside the vmcore holds all" jq -e \
	'(.cmdline | test("hunter2")) and (.events | length == 1) and (.kernel_log.lines | length > 0)' \
	"$work/dump/kdump-dma.json"
tap_end
