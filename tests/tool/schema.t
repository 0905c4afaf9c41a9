#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What --json prints, and the record, are what conf/schema/ says: every key of it is
# there with its type, and no key is printed that is not there.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
python3 -c 'import jsonschema' 2>/dev/null || {
	skip "the schemas" "no python3-jsonschema"
	tap_end
	exit
}
cat >"$work/validate" <<'END'
import json, sys
import jsonschema

def closed(schema):
    """The same, but a key that it does not have is wrong: one that is new belongs in it."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        schema = [closed(value) for value in schema]
    return schema

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(closed(schema))
bad = 0
for name in sys.argv[2:]:
    with open(name) as file:
        for error in validator.iter_errors(json.load(file)):
            print(name, "/".join(map(str, error.absolute_path)), error.message[:200])
            bad = 1
sys.exit(bad or len(sys.argv) < 3)
END
valid() { # SCHEMA FILE...
	schema=conf/schema/$1.schema.json
	shift
	python3 "$work/validate" "$schema" "$@"
}
# printed NAME TREE: what every verb prints of it
printed() {
	for verb in status plan list check; do
		"$tool" $verb --json --root "$2" >"$work/$verb.$1" 2>/dev/null
		[ -s "$work/$verb.$1" ] || rm "$work/$verb.$1"
	done
}
for scene in new unloaded learned tested applied out_of_memory no_dump dma_failure; do
	scene "$scene" >/dev/null 2>&1
	printed "$scene" "$tree"
done
scene learned >/dev/null 2>&1
echo '2026-11-26T10:00:00Z 6.1.0-56-amd64 9 1 131072 80896 98304 26 1' >"$tree/var/lib/kdump-dma/rehearsed"
printed rehearsed "$tree"
ok "status of a machine that was rehearsed has it" jq -e .rehearsed.saved "$work/status.rehearsed"
for backend in kdump_tools kdumpctl suse; do
	tree=$work/$backend
	machine "$tree" 3840 256 crashkernel=256M
	"$backend" "$tree"
	capture "$tree" 150
	printed $backend "$tree"
done
for root in tests/snapshots/*/root; do
	name=${root%/root}
	printed "${name##*/}" "$root"
done
for verb in status plan list check; do
	ok "$verb --json: on all machines of the tests" valid $verb "$work/$verb".*
done
# An image that has no program in it, and one that has a fault.
scene learned >/dev/null 2>&1
image=$tree/var/lib/kdump-dma/initrd-6.1.0-56-amd64.img
(cd "$tree" && echo . | cpio -o -H newc --quiet) >"$image"
"$tool" rehearse --look --json --root "$tree" >"$work/rehearse.look"
mkdir -p "$work/image/usr/bin"
printf '#!/bin/nosuchshell\n' >"$work/image/usr/bin/script"
chmod +x "$work/image/usr/bin/script"
(cd "$work/image" && find . | cpio -o -H newc --quiet) >"$image"
"$tool" rehearse --look --json --root "$tree" >"$work/rehearse.fault"
ok "--json has the image's faults" jq -e '.image_faults | length >= 1' "$work/rehearse.fault"
ok "rehearse --look --json" valid rehearse "$work/rehearse.look" "$work/rehearse.fault"
# mock: no QEMU ran; a capture as list has it stands for the one of a rehearsal
jq --slurpfile list "$work/list.learned" '.rehearsed = true | .saved = true | .peak_kib = 80896 |
	.stand_ins = ["a bus"] | .capture = $list[0].captures[0].capture' "$work/rehearse.look" >"$work/rehearse.mock"
ok "with a capture, which list wrote" valid rehearse "$work/rehearse.mock"
ok "the record of a real capture" valid record "$real_record"
build/san/kdump-dma-check --root tests/snapshots/linux-6.1-capture/root --run "$work/run" --finish \
	--dir "$work" --status 1 --event "tried again" >"$work/line"
ok "one that nobody watched" valid record "$work/kdump-dma.json"
sed -n 's/^kdump-dma: //p' "$work/line" >"$work/in-log"
ok "its line in the log" valid record "$work/in-log"
jq '.boot_id = 3 | .frobnicated = true' "$real_record" >"$work/wrong"
ok "a wrong type and a new key would be seen" sh -c "! python3 '$work/validate' conf/schema/record.schema.json '$work/wrong' >/dev/null"
tap_end
