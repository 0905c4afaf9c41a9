#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# metrics: what they say of small machines, that promtool takes them, and that the
# alerts that are shipped fire for what a real node_exporter serves of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
exporter=
trap '[ -z "$exporter" ] || kill "$exporter"; rm -rf "$work"' EXIT
metrics() { "$tool" metrics --root "$tree" >"$work/out" 2>"$work/err"; }
has() { grep -qxF "$1" "$work/out" || { cat "$work/out" "$work/err" && return 1; }; }
lacks() { ! grep "^$1" "$work/out"; }

scene learned
ok "of a machine that crashed once" metrics
ok "metrics say that an image is loaded" has 'kdump_dma_armed 1'
ok "metrics say that the configuration has no wrong line" has 'kdump_dma_config_error 0'
ok "metrics say what version, backend and boot loader there are" has "kdump_dma_info{version=\"$(sed -n 's/^VERSION = //p' Makefile)\",backend=\"native\",boot_loader=\"update-grub\",reverted=\"no\"} 1"
ok "one crash was saved" has 'kdump_dma_captures_total{outcome="saved",test="no"} 1'
ok "metrics count no capture that failed" has 'kdump_dma_captures_total{outcome="failed",test="no"} 0'
ok "its image is of today" has 'kdump_dma_image_stale 0'
ok "of the target nothing: it is not this machine's" lacks kdump_dma_target_free_bytes
printf '%s\n' 'Buffers: 1024 kB' 'Cached: 2048 kB' 'AnonPages: 4096 kB' >>"$tree/proc/meminfo"
ok "metrics can be written a second time" metrics
# -d 31: total less free, cache, buffers and programs
ok "what a dump would take" has "kdump_dma_dump_expected_bytes $(((
	$(awk '$1 == "MemTotal:" { t = $2 } $1 == "MemFree:" { f = $2 } END { print t - f }' "$tree/proc/meminfo") - 7168) * 1024))"
echo 'collector_args = -l -d 16' >>"$tree/etc/kdump-dma.conf"
ok "again, with free pages left out only" metrics
ok "a dump would take more" has "kdump_dma_dump_expected_bytes $((
	$(awk '$1 == "MemTotal:" { t = $2 } $1 == "MemFree:" { f = $2 } END { print t - f }' "$tree/proc/meminfo") * 1024))"

# A wrong line froze the file at what it said last: that may have been "armed".
echo 'margin_percent = many' >>"$tree/etc/kdump-dma.conf"
echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
ok "a wrong line in the configuration: still written" metrics
ok "a wrong line in the configuration is said on standard error" grep -q 'kdump-dma.conf:[0-9]*: margin_percent' "$work/err"
ok "a wrong line in the configuration is a number in the metrics" has 'kdump_dma_config_error 1'
ok "it is not armed any more" has 'kdump_dma_armed 0'
ok "nothing that rests on the configuration" lacks 'kdump_dma_\(change_advised\|info\)'
ok "captures are counted with a wrong line in the configuration, too" has 'kdump_dma_captures_total{outcome="saved",test="no"} 1'

# A full history forgets; the counters do not.
scene learned
echo 'history = 1' >>"$tree/etc/kdump-dma.conf"
for day in 28 29; do
	cp -a "$tree/var/crash/$crash_folder" "$tree/var/crash/later-$day"
	sed -i "s/\"written\": \"2026-11-27/\"written\": \"2026-11-$day/" "$tree/var/crash/later-$day/kdump-dma.json"
done
"$tool" learn --root "$tree" >/dev/null
ok "a history that keeps one capture" metrics
ok "metrics say that one capture is remembered" has 'kdump_dma_captures 1'
ok "metrics count all three captures" has 'kdump_dma_captures_total{outcome="saved",test="no"} 3'
rm -r "$tree"/var/crash/*
"$tool" learn --root "$tree" >/dev/null
ok "also when the dumps are gone" metrics
ok "metrics still count three captures when the dumps are gone" has 'kdump_dma_captures_total{outcome="saved",test="no"} 3'

# The exporter's user owns what is in its folder.
scene learned
mkdir -p "$tree/var/lib/prometheus" "$tree/etc/cron.d"
ln -s /etc/cron.d "$tree/var/lib/prometheus/node-exporter"
refused() { ! "$tool" metrics --root "$tree" -o auto >"$work/out" 2>&1 && [ -z "$(ls "$tree/etc/cron.d")" ] && grep -q 'is not a folder' "$work/out"; }
ok "a link in place of the exporter's folder is not followed" refused
rm "$tree/var/lib/prometheus/node-exporter"
mkdir "$tree/var/lib/prometheus/node-exporter"
echo secret >"$tree/etc/shadow"
ln -s /etc/shadow "$tree/var/lib/prometheus/node-exporter/kdump-dma.prom"
ok "nor one in place of the file" sh -c "umask 077 && '$tool' metrics --root '$tree' -o auto &&
	grep -qx secret '$tree/etc/shadow' && [ ! -L '$tree/var/lib/prometheus/node-exporter/kdump-dma.prom' ]"
ok "the file in the textfile folder is readable to the exporter" same 644 "$(stat -c %a "$tree/var/lib/prometheus/node-exporter/kdump-dma.prom")"

ok "a path that is not absolute is wrong usage" same 2 \
	"$("$tool" metrics --root "$tree" -o metrics.prom 2>/dev/null >&2; echo $?)"

# learn runs before anything is loaded: that this boot is not armed then is no news.
scene unloaded
ok "learn, at the start of a boot" "$tool" learn --root "$tree"
ok "nobody was told yet whether it is armed" grep -qx 'told 0' "$tree/var/lib/kdump-dma/boot"
ok "metrics -o auto, as the timer runs it, succeeds" "$tool" metrics --root "$tree" -o auto
ok "metrics -o auto tells the journal whether this boot is armed" grep -qx 'told 1' "$tree/var/lib/kdump-dma/boot"

# ---- rehearsals --------------------------------------------------------------
scene new
metrics
ok "of rehearsals nothing where there was none" lacks kdump_dma_last_rehearsal
release=$(sed -n 's/^release //p' "$tree/.machine")
image=$tree/var/lib/kdump-dma/initrd-$release.img
mkdir -p "${image%/*}"
(cd "$tree" && echo . | cpio -o -H newc --quiet) | gzip >"$image"
touch -d 2026-11-25 "$image"
echo "2026-11-26T10:00:00Z $release $(stat -c %s "$image") 1 131072 80896 0 26 1" >"$tree/var/lib/kdump-dma/rehearsed"
metrics
ok "when the last rehearsal was" has "kdump_dma_last_rehearsal_timestamp_seconds $(date -u -d 2026-11-26T10:00:00Z +%s)"
ok "that the last rehearsal saved a dump" has 'kdump_dma_last_rehearsal_saved 1'
ok "the reservation of the last rehearsal" has 'kdump_dma_last_rehearsal_reserved_bytes 134217728'
ok "the peak of the last rehearsal" has 'kdump_dma_last_rehearsal_peak_bytes 82837504'
ok "that the last rehearsal was of this image" has 'kdump_dma_last_rehearsal_of_image 1'
cp "$work/out" "$work/rehearsed"
touch "$image" -d 2026-11-27
metrics
ok "an image that was built since was not rehearsed" has 'kdump_dma_last_rehearsal_of_image 0'

# ---- promtool ---------------------------------------------------------------
if ! command -v promtool >/dev/null; then
	skip "promtool takes the alerts, and they fire" "no promtool"
	tap_end
	exit
fi
cp conf/prometheus/alerts.yml tests/tool/alerts.test.yml "$work"
ok "promtool takes the alerts" promtool check rules "$work/alerts.yml"
ok "they fire for what they are for, and for nothing else" promtool test rules "$work/alerts.test.yml"
ok "promtool takes the metrics of a machine that was rehearsed" sh -c "promtool check metrics <'$work/rehearsed'"
for scene in learned new unloaded no_dump; do
	scene "$scene" >/dev/null
	metrics
	ok "promtool takes the metrics of $scene" sh -c "promtool check metrics <'$work/out'"
done

# served SCENE: what a real exporter makes of it, as the input of promtool's tests
served() {
	scene "$1" && mkdir -p "$tree/var/lib/prometheus/node-exporter" "$work/$1" &&
		"$tool" metrics --root "$tree" -o auto || return
	port=$((20000 + $$ % 10000))
	prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$tree/var/lib/prometheus/node-exporter" \
		--web.listen-address="127.0.0.1:$port" >"$work/exporter.log" 2>&1 &
	exporter=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		python3 - "$port" >"$work/$1/scraped" 2>/dev/null <<-'END' && break
		import sys, urllib.request
		opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
		sys.stdout.buffer.write(opener.open(f"http://127.0.0.1:{sys.argv[1]}/metrics").read())
		END
		sleep 0.5
	done
	kill "$exporter" && wait "$exporter"
	exporter=
	grep -q '^node_textfile_scrape_error 0' "$work/$1/scraped" &&
		grep '^kdump_dma_' "$work/$1/scraped" >"$work/$1/series"
}
alerts_of() { # SCENE ALERT...: these fire after two hours, and no other
	one=$1
	shift
	cp "$work/alerts.yml" "$work/$one"
	{
		printf 'rule_files: [alerts.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n'
		sed "s/^\(.*\) \([0-9.e+]*\)$/  - series: '\1'\n    values: '\2x180'/" "$work/$one/series"
		printf '  alert_rule_test: []\n  promql_expr_test:\n  - eval_time: 2h\n    expr: %s\n    exp_samples:\n' \
			'count by (alertname) (ALERTS{alertstate="firing"})'
		for alert; do
			printf "    - labels: '{alertname=\"%s\"}'\n      value: 1\n" "$alert"
		done
	} >"$work/$one/test.yml"
	promtool test rules "$work/$one/test.yml"
}
if command -v prometheus-node-exporter >/dev/null; then
	ok "a real exporter serves a machine that is armed" served learned
	ok "a machine that is armed raises no alert" alerts_of learned
	ok "a real exporter serves a machine that is not armed" served unloaded
	ok "a machine that is not armed raises KdumpNotArmed only" alerts_of unloaded KdumpNotArmed
else
	skip "alerts on what a real exporter serves" "no prometheus-node-exporter"
fi
tap_end
