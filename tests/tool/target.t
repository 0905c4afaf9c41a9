#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma target on the live system, with a real sshd in another network namespace: the
# key, the host key, the line for the far end, and what is said when it refuses. /etc and
# /var/lib are overlays of this test's own mount namespace. A veth passes for a port of
# the machine: a mock of ip, and of /sys/class/net.
# shellcheck disable=SC1091
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/sshd.sh
tool=$PWD/build/san/kdump-dma

stop() {
	skip "kdump-dma target" "$1"
	tap_end
	exit
}
here=kdump-dma-$$-here there=kdump-dma-$$-there
clean() {
	# shellcheck disable=SC2046  # words
	kill $(ip netns pids "$there" 2>/dev/null) 2>/dev/null
	ip netns del "$here" 2>/dev/null
	ip netns del "$there" 2>/dev/null
	umount "$work/over" 2>/dev/null
	rm -rf "$work"
	rmdir /run/kdump-dma 2>/dev/null
}
if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] || stop "not root"
	for needed in ip ssh ssh-keygen ssh-keyscan /usr/sbin/sshd jq; do
		command -v "$needed" >/dev/null || stop "it needs $needed"
	done
	for folder in /etc/kdump-dma /var/lib/kdump-dma /run/kdump-dma; do
		[ ! -e "$folder" ] || stop "kdump-dma is installed here"
	done
	work=$(mktemp -d) || exit
	trap clean EXIT
	mkdir -p "$work/over" /run/sshd /run/kdump-dma
	make_networks() {
		ip netns add "$here" && ip netns add "$there" &&
			ip link add kdt0 netns "$here" type veth peer name far netns "$there"
	}
	make_networks || stop "no network namespaces here"
	ip netns exec "$here" unshare --mount "$0" inside "$work" "$there"
	exit
fi
work=$2 there=$3
over() { # FOLDER
	name=$(echo "$1" | tr / _)
	mkdir "$work/over/$name" "$work/over/$name.work" &&
		mount -t overlay over -o "lowerdir=$1,upperdir=$work/over/$name,workdir=$work/over/$name.work" "$1"
}
prepare() {
	mount -t tmpfs over "$work/over" && over /etc && over /var/lib || return
	cp "$(command -v ip)" "$work/over/ip"
	cat >"$work/over/mock-ip" <<-END
		#!/bin/sh
		case "\$*" in
		*address*) $work/over/ip "\$@" | jq -c 'map(del(.linkinfo))' ;;
		*) exec $work/over/ip "\$@" ;;
		esac
	END
	chmod +x "$work/over/mock-ip"
	mount --bind "$work/over/mock-ip" "$(readlink -f "$(command -v ip)")"
	mount -t tmpfs net /sys/class/net && mkdir -p /sys/class/net/kdt0/device
}
prepare >"$work/out" 2>&1 || stop "no overlays of its own: $(tail -n 1 "$work/out")"
ip() { "$work/over/ip" "$@"; }
ip link set lo up
ip link set kdt0 up
ip address add 192.0.2.5/24 dev kdt0
in_there() { nsenter --net="/run/netns/$there" "$@"; }
in_there "$work/over/ip" link set far up
in_there "$work/over/ip" address add 192.0.2.1/24 dev far
echo '192.0.2.1 dumps.example.org' >>/etc/hosts
mkdir "$work/far"
echo "path = $work/far" >/etc/kdump-dma.conf
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
: >"$work/authorized_keys"
start_sshd prohibit-password in_there
url=ssh://root@dumps.example.org:2222
for _ in $(seq 50); do
	! ssh-keyscan -p 2222 192.0.2.1 2>>"$work/scan" | grep -q . || break
	sleep 0.1
done

target() { "$tool" target "$@" >"$work/out" 2>&1 </dev/null; }
says() { grep -qF -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
not() { ! "$@"; }
no_note() { [ ! -e /run/kdump-dma/failed-target ]; }

ok "no far end is configured: nothing to try" target
ok "which is said" says "dumps stay on this machine"
ok "nothing is made" test ! -e /etc/kdump-dma
ok "a target that is none: usage" sh -c "'$tool' target sftp://a@b 2>/dev/null; [ \$? = 2 ]"
ok "a host that is not there" not target ssh://root@192.0.2.77:2222
ok "is said" says "192.0.2.77 does not answer: no host key"
scan=$(readlink -f "$(command -v ssh-keyscan)")
mount --bind /dev/null "$scan"
ok "ssh-keyscan cannot be started: refused" not target "$url"
ok "which is what is said" says "ssh-keyscan: exit status 127"
ok "and not that the far end does not answer" not says "does not answer"
umount "$scan"
rm /etc/kdump-dma/ssh/id
echo "half a key" >/etc/kdump-dma/ssh/id.new
ok "nobody confirms the host key: refused" not target "$url"
ok "the key is made, whatever a run that was killed has left" same "id id.pub" \
	"$(cd /etc/kdump-dma/ssh && echo *)"
ok "the key is shown" says "$(ssh-keygen -l -f "$work/host_key.pub" | cut -d ' ' -f 2)"
ok "and not pinned" test ! -e /etc/kdump-dma/ssh/known_hosts
ok "the far end has not the line yet" not target --yes "$url"
ok "the line is printed" says 'restrict,command="exec sh -c '
ok "and the refusal told" says "takes no dumps: root@192.0.2.1: Permission denied (publickey"
ok "the host key is pinned under the far end's name" same \
	"dumps.example.org $(cut -d ' ' -f 1,2 "$work/host_key.pub")" "$(cat /etc/kdump-dma/ssh/known_hosts)"
ok "the private key is for root only" same "700 600" "$(stat -c %a /etc/kdump-dma/ssh /etc/kdump-dma/ssh/id | xargs)"
ok "what is known of the network, too" same 600 "$(stat -c %a /var/lib/kdump-dma/network.json)"
cp /etc/kdump-dma/ssh/id "$work/before"

grep '^restrict,' "$work/out" >"$work/authorized_keys"
for name in id known_hosts; do
	mv /etc/kdump-dma/ssh/$name "$work/aside"
	ln -s "$name" "/etc/kdump-dma/ssh/$name"
	not_replaced() { not target --yes "$url" && [ -L "/etc/kdump-dma/ssh/$name" ]; }
	ok "$name that cannot be seen is not replaced" not_replaced
	mv -f "$work/aside" /etc/kdump-dma/ssh/$name
done
ok "with the line it takes dumps" target "$url"
ok "which is said, and what is next" says "for /etc/kdump-dma.conf: target = $url"
ok "the key is the same" cmp "$work/before" /etc/kdump-dma/ssh/id
ok "nothing is left at the far end" same "" "$(ls -A "$work/far")"
echo "target = $url" >>/etc/kdump-dma.conf
ok "the configured one" target
ok "takes dumps" says "takes dumps"
ok "there is no note" no_note

sed -i 's/^restrict.*" ssh/ssh/' "$work/authorized_keys"
ok "the key without the line's command: refused" not target
ok "with words" says "it answers, but not as the line says"
ok "which status has, too" grep -q "not as the line says" /run/kdump-dma/failed-target
: >"$work/authorized_keys"
ok "the key was removed: refused" not target
ok "with ssh's word" says "Permission denied"
mkdir -p "$work/tree/etc"
"$tool" target --root "$work/tree" >/dev/null 2>&1
ok "the note is about this machine: target --root leaves it" not no_note
"$tool" target UUID=1 >/dev/null 2>&1
ok "and about what is configured: another target leaves it" not no_note
printf "restrict,command=\"printf 'a\\\\033[1mb\\\\n'; exit 3\" %s\n" "$(cat /etc/kdump-dma/ssh/id.pub)" \
	>"$work/authorized_keys"
ok "what the far end says goes to no terminal as it is" eval 'not target && says "takes no dumps: a?[1mb"'
printf 'restrict,command="yes | head -c 70000" %s\n' "$(cat /etc/kdump-dma/ssh/id.pub)" >"$work/authorized_keys"
ok "it says too much: refused in words" eval 'not target && says "it answers, but not as the line says"'
: >"$work/authorized_keys"
rm -r "$work/far"
"$tool" target "$url" 2>/dev/null </dev/null | grep '^restrict,' >"$work/authorized_keys"
ok "the folder is gone: refused" not target
ok "with the far end's word" says "can't cd to"
mkdir "$work/far"
ok "it is back" target
ok "and the note is gone" no_note
echo old >/run/kdump-dma/failed-target
ok "setting it up again" target "$url"
ok "says that it is well, too" no_note
keys=/etc/kdump-dma/ssh
chmod 644 $keys/id
ok "a key that others may read: refused" not target
ok "with what to do" says "chmod 600 $keys/id"
chmod 600 $keys/id
ssh-keygen -q -p -P '' -N secret -f $keys/id
ok "a key with a passphrase: refused" not target
ok "with the reason" says "the key $keys/id has a passphrase, which nobody types after a crash"
with_agent() {
	eval "$(ssh-agent)" >"$work/agent"
	printf '#!/bin/sh\necho secret\n' >"$work/ask" && chmod +x "$work/ask"
	SSH_ASKPASS=$work/ask SSH_ASKPASS_REQUIRE=force ssh-add $keys/id 2>>"$work/agent" &&
		! target "$@"
	set -- $?
	ssh-agent -k >>"$work/agent"
	return "$1"
}
if command -v ssh-agent >/dev/null; then
	ok "also if an agent has it, as the capture kernel has none" with_agent
else
	skip "a key that an agent has" "no ssh-agent"
fi
ssh-keygen -q -p -P secret -N '' -f $keys/id
ok "without one it is taken again" target
cp $keys/id.pub "$work/half"
cp "$work/host_key.pub" $keys/id.pub
cp "$work/authorized_keys" "$work/allowed"
: >"$work/authorized_keys"
ok "the other half is another key's: refused" not target
ok "which is said" says "$keys/id.pub, which the line for the far end is made from, is not the other half"
cp "$work/half" $keys/id.pub
cp "$work/allowed" "$work/authorized_keys"
pinned=$keys/known_hosts
not_asked() { target "$url" && not says "host keys of"; }
cp $pinned "$work/pinned"
ssh-keygen -q -H -f $pinned >"$work/hash" 2>&1
ok "its name is hashed in known_hosts: it is pinned all the same" not_asked
sed 's/^[^ ]*/192.0.2.1,dumps.example.org/' "$work/pinned" >$pinned
ok "it is one of several names of a line: pinned" not_asked
sed 's/^[^ ]*/*.example.org/' "$work/pinned" >$pinned
ok "a pattern has it: pinned" not_asked
rm -f $pinned.old
cp "$work/pinned" $pinned
echo '192.0.2.1 other.example.org' >>/etc/hosts
ok "another far end" target --yes ssh://root@other.example.org:2222
known_of() { jq -r .host "/var/lib/kdump-dma/$1"; }
ok "leaves what is known of the way to the first" same dumps.example.org "$(known_of network.json)"
ok "is known beside it" same other.example.org "$(known_of network-other.json)"
image_goes_to() { "$tool" image >"$work/out" 2>&1; not says "the way to it is not known yet"; }
ok "the image still finds its way to the first" image_goes_to
sed -i "s,^target = .*,target = ssh://root@other.example.org:2222," /etc/kdump-dma.conf
ok "and to the other one, once it is configured" image_goes_to
ok "a third one" target --yes ssh://root@192.0.2.1:2222
ok "does not make the second unknown" image_goes_to
ok "nothing is known of the first any more" same "192.0.2.1 other.example.org" \
	"$(known_of network.json) $(known_of network-other.json)"
sed -i "s,^target = .*,target = $url," /etc/kdump-dma.conf
ok "which is asked again" target
ok "leaves the host key of the first where it is" same "192.0.2.1 dumps.example.org other.example.org" \
	"$(cut -d ' ' -f 1 /etc/kdump-dma/ssh/known_hosts | sort -u | xargs)"
if command -v python3 >/dev/null; then
	python3 -c '
import fcntl, os, struct, sys, time
fd = os.open("/var/lib/kdump-dma/lock", os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
open(sys.argv[1] + "/held", "w")
time.sleep(3)
open(sys.argv[1] + "/released", "w")' "$work" &
	for _ in $(seq 50); do
		[ ! -e "$work/held" ] || break
		sleep 0.1
	done
	ok "while another kdump-dma is at work target waits" target
	ok "and keeps nothing before that has ended" test /var/lib/kdump-dma/network.json -nt "$work/released"
else
	skip "target takes the lock" "no python3"
fi
ssh-keygen -q -t ed25519 -N '' -f "$work/other" && cp "$work/other.pub" "$work/other_host"
echo "dumps.example.org $(cut -d ' ' -f 1,2 "$work/other.pub")" >/etc/kdump-dma/ssh/known_hosts
ok "another host key than the pinned one: refused" not target
ok "as ssh says it" says "Host key verification failed"
ok "with what to do if that is right" says "take the lines of that name out of $keys/known_hosts"
ok "also when it is set up again: it stays pinned" not target --yes "$url"
ok "the key is in no output" sh -c "! grep -r -q -F \"\$(sed -n 2p /etc/kdump-dma/ssh/id)\" '$work/out' /run/kdump-dma /var/lib/kdump-dma"

# ---- NFS: mock-mount.c has a folder pass for the server's -------------------------------
rm -rf /etc/kdump-dma /etc/kdump-dma.conf
mkdir "$work/nfs" "$work/nfs/far"
echo vers=4.2 >"$work/nfs/far-version"
${CC:-cc} -shared -fPIC -o "$work/mock-mount.so" tests/tool/mock-mount.c -ldl
by_nfs() {
	MOCK_FAR=$work/nfs LD_PRELOAD=$work/mock-mount.so ASAN_OPTIONS=verify_asan_link_order=0 \
		"$tool" target "$@" >"$work/out" 2>&1 </dev/null
}
url=nfs://dumps.example.org/srv
: >"$work/nfs/far-down"
ok "NFS: a server that is not there" not by_nfs "$url"
ok "the reason is told" says "the far end $url/var/crash takes no dumps: it cannot be mounted: Connection refused"
rm "$work/nfs/far-down"
: >"$work/nfs/far-asked"
ok "a server that is there" by_nfs "$url"
ok "takes dumps" says "$url/var/crash takes dumps"
ok "and what is next is said" says "for /etc/kdump-dma.conf: target = $url"
ok "no key is made for NFS" test ! -e /etc/kdump-dma
ok "it was mounted by its address" same \
	"dumps.example.org:/srv vers=4.2,addr=192.0.2.1,soft,timeo=150,retrans=3" "$(cat "$work/nfs/far-asked")"
ok "the folder is made there, and nothing is left in it" same "700 " \
	"$(stat -c %a "$work/nfs/far/var/crash") $(ls -A "$work/nfs/far/var/crash")"
ok "nothing is mounted here" sh -c "! grep -q /run/kdump-dma /proc/self/mountinfo && [ ! -e /run/kdump-dma/far ]"
echo "target = $url" >/etc/kdump-dma.conf
rm -r "$work/nfs/far/var" && chattr +i "$work/nfs/far"
ok "nothing may be written there: refused" not by_nfs
ok "with what to do" says "export it to this machine's address, read-write, without Kerberos (sec=sys) and with no_root_squash"
ok "which status has, too" grep -q "no_root_squash" /run/kdump-dma/failed-target
chattr -i "$work/nfs/far"
ok "it may be written again" by_nfs
ok "the note is gone" no_note
# ---- a name with several addresses, which a name server gives in any order ---------------
real_getent=$(readlink -f "$(command -v getent)")
cp "$real_getent" "$work/over/getent"
cat >"$work/over/mock-getent" <<-END
	#!/bin/sh
	[ "\$*" != "ahosts many.example.org" ] || exec sed 's/\$/ STREAM/' "$work/addresses"
	exec $work/over/getent "\$@"
END
chmod +x "$work/over/mock-getent"
mount --bind "$work/over/mock-getent" "$real_getent"
in_there "$work/over/ip" address add 192.0.2.2/24 dev far
answers() { printf '%s\n' "$@" >"$work/addresses"; }
kept_address() { same "$1" "$(jq -r .address /var/lib/kdump-dma/network.json)"; }
url=nfs://many.example.org/srv
answers 192.0.2.2 192.0.2.1
echo "target = $url" >/etc/kdump-dma.conf
ok "a server of several addresses" by_nfs
ok "several addresses: the first is taken" kept_address 192.0.2.2
answers 192.0.2.1 192.0.2.2
ok "they come in another order" by_nfs
ok "it stays the same, for a change would have the image built anew" kept_address 192.0.2.2
ok "which is not said to be" not says "is another one"
answers 192.0.2.11 192.0.2.12 192.0.2.13 192.0.2.14 192.0.2.15 192.0.2.16 192.0.2.17 192.0.2.18 192.0.2.2
ok "also as the ninth" by_nfs
ok "it stays" kept_address 192.0.2.2
answers 192.0.2.1
ok "it is no longer among them" by_nfs
ok "then the first is taken" kept_address 192.0.2.1
answers 192.0.2.2 192.0.2.1
: >"$work/nfs/far-down-192.0.2.1"
ok "the server at the one that is kept is down: dumps go to the other" by_nfs
ok "which is kept" kept_address 192.0.2.2
: >"$work/nfs/far-down-192.0.2.2"
ok "all of them are down" not by_nfs
ok "the reason is told" says "Connection refused"
ok "and it stays" kept_address 192.0.2.2
rm "$work"/nfs/far-down-*
umount "$real_getent"

rm -rf /run/kdump-dma/*
umount -l /sys/class/net
tap_end
