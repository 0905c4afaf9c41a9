# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2034  # $work and $sshd are the caller's
# Sourced by the tests of dumps to another machine: the far end's sshd.

# start_sshd LOGIN COMMAND...: on port 2222, run by COMMAND, with root's login as
# sshd_config(5)'s PermitRootLogin has it. Key, authorized_keys and log are in $work;
# sets sshd to its process.
start_sshd() {
	cat >"$work/sshd_config" <<-END
		HostKey $work/host_key
		AuthorizedKeysFile $work/authorized_keys
		StrictModes no
		UsePAM no
		PermitRootLogin $1
		PidFile none
		LogLevel ERROR
	END
	shift
	"$@" /usr/sbin/sshd -D -f "$work/sshd_config" -p 2222 -E "$work/sshd.log" \
		</dev/null >/dev/null 2>&1 &
	sshd=$!
}
