# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make              the programs, in build/
#   make install      DESTDIR is honoured; enables nothing
#   make deb rpm dist packages and tarball, in build/, as an ordinary user
#   make demo         a guest crashes, is saved, and shows its record
#   make check-unit   the unit tests: seconds, without root or network
#   make check        every test that fits CI (installs what it needs, as root)
#   make check-all    also every release and storage: hours
#   make check-kernel the kernel patches, by real crashes: LINE=6.1
#   make check-e2e    crashes only: SCENARIOS="full-target no-target"
#   make fuzz bench   longer fuzzing: FUZZ_SECONDS=600; what the checker costs
#   make clean        takes build/ away

VERSION = 0.1.0

SYSCONFDIR = /etc
# /usr/bin in a distribution that has merged the two
SBINDIR   = /usr/sbin
# Named by units, hooks of other packages and capture images, which are read
# from /usr alone.
LIBDIR    = /usr/lib
LIBEXECDIR = /usr/libexec
DATADIR   = /usr/share
MANDIR    = $(DATADIR)/man
DOCDIR    = $(DATADIR)/doc/kdump-dma
BASHCOMPDIR = $(DATADIR)/bash-completion/completions
ZSHCOMPDIR  = $(DATADIR)/zsh/site-functions
UNITDIR   = /usr/lib/systemd/system
UDEVDIR   = /usr/lib/udev/rules.d
CATALOGDIR = /usr/lib/systemd/catalog
DRACUTDIR = /usr/lib/dracut/modules.d

CC      = gcc
CFLAGS  = -O2 -g
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	  -Wpointer-arith -Wvla -Wno-missing-field-initializers
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Isrc -DVERSION='"$(VERSION)"' $(WARN) $(CFLAGS)
SAN     = -O1 -g -fno-sanitize-recover=all -fno-omit-frame-pointer \
	  -fsanitize=address,undefined

# For what runs in an initramfs, where every byte is taken from the dump.
SMALL      = -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
SMALL_LINK = -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,-z,now

B = build

# The folders of src/ are the flow, lowest first; an include only goes down or
# sideways (tests/lint.t). The first ones are all that runs in an initramfs: they
# use libc only. The others belong to the host's tool.
IN_INITRAMFS = lib facts check capture stage
ON_HOST      = config state peers host plan apply rehearse verbs
# $(call objects_of,FOLDERS): lib/text facts/zoneinfo ...
objects_of = $(patsubst src/%.c,%,$(foreach folder,$(1),$(wildcard src/$(folder)/*.c)))

# kdump-dma-check: the only program of ours in other packages' images.
CHECK = $(call objects_of,lib facts check)
# kdump-dma-capture: PID 1 of the native image, beside the checker.
CAPTURE = $(call objects_of,lib capture)
# kdump-dma: the host's tool. What src/check is made of, but for its programs'
# own parts, it does not need.
TOOL = $(call objects_of,lib facts $(ON_HOST))
TOOL_LIBS = -ljansson -lmount -lblkid

# PID 1 of the machine that QEMU plays in a rehearsal: libc only.
STAGE = $(call objects_of,stage)

PROGRAMS = $(B)/kdump-dma-check $(B)/kdump-dma-capture $(B)/kdump-dma

all: $(PROGRAMS) $(B)/kdump-dma-stage

$(CHECK:%=$(B)/%.o) $(CAPTURE:%=$(B)/%.o): ALL_CFLAGS += $(SMALL)
# facts/ counts pages of many nodes; the rest only waits, or prints once.
$(patsubst %,$(B)/%.o,$(call objects_of,capture check)): ALL_CFLAGS += -Os

$(B)/kdump-dma-check: $(CHECK:%=$(B)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) $(SMALL_LINK) -o $@ $^

$(B)/kdump-dma-capture: $(CAPTURE:%=$(B)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) $(SMALL_LINK) -o $@ $^

$(B)/kdump-dma-stage: $(STAGE:%=$(B)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(B)/kdump-dma: $(TOOL:%=$(B)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

# What is missing is said once, before the compiler says it for each file.
$(TOOL:%=$(B)/%.o) $(TOOL:%=$(B)/san/%.o): | $(B)/have-jansson
$(B)/have-jansson:
	@mkdir -p $(@D)
	@printf '\043include <jansson.h>\n' | $(CC) $(CPPFLAGS) -x c -E - >/dev/null 2>&1 || \
		{ echo "libjansson's headers are missing. As root: apt-get build-dep" \
		"./packaging/deb, or dnf builddep packaging/rpm/kdump-dma.spec" >&2; exit 1; }
	@touch $@

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# The same with AddressSanitizer and UBSan: what the tests run.
$(B)/san/kdump-dma-check: $(CHECK:%=$(B)/san/%.o)
	$(CC) $(SAN) -o $@ $^

$(B)/san/kdump-dma-capture: $(CAPTURE:%=$(B)/san/%.o)
	$(CC) $(SAN) -o $@ $^

$(B)/san/kdump-dma: $(TOOL:%=$(B)/san/%.o)
	$(CC) $(SAN) -o $@ $^ $(TOOL_LIBS)

$(B)/san/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(SAN) -MMD -MP -c -o $@ $<

$(B)/unit $(B)/fuzz:
	mkdir -p $@

# What tests run has no warning; a newer compiler's must not end a user's build.
$(B)/san/% $(B)/unit/% $(B)/fuzz/%: WARN += -Werror

# One binary for each tests/unit/test_*.c, linked with all of the tool but main.
UNIT = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_OBJECTS = $(filter-out verbs/kdump-dma check/check,$(sort $(CHECK) $(TOOL)))

$(B)/unit/%: tests/unit/%.c $(UNIT_OBJECTS:%=$(B)/san/%.o) | $(B)/unit
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(SAN) -MMD -MP -o $@ \
		$< $(UNIT_OBJECTS:%=$(B)/san/%.o) $(TOOL_LIBS)

# The same with the objects that are installed, for make check-unit.
PLAIN_UNIT = $(UNIT:$(B)/unit/%=$(B)/plain-unit/%)

$(B)/plain-unit/%: tests/unit/%.c $(UNIT_OBJECTS:%=$(B)/%.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ \
		$< $(UNIT_OBJECTS:%=$(B)/%.o) $(TOOL_LIBS)

-include $(wildcard $(B)/*/*.d $(B)/san/*/*.d $(B)/fuzz/*/*.d)

# One libFuzzer target for each tests/fuzz/fuzz_*.c.
FUZZ = $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

$(B)/fuzz/%: tests/fuzz/%.c $(UNIT_OBJECTS:%=$(B)/fuzz/%.o) | $(B)/fuzz
	clang $(ALL_CFLAGS) $(CPPFLAGS) $(SAN),fuzzer -o $@ \
		$< $(filter %.o,$^) $(TOOL_LIBS)

# The capture image reads its configuration with this one; the target has a
# say_event() of its own, which writes to no kernel log.
$(B)/fuzz/fuzz_capture_conf: $(B)/fuzz/capture/conf.o

$(B)/fuzz/%.o: src/%.c
	@mkdir -p $(@D)
	clang $(ALL_CFLAGS) $(CPPFLAGS) $(SAN),fuzzer-no-link -MMD -MP -c -o $@ $<

# ---- tests ----------------------------------------------------------------
# Each suite prints TAP; tests/run counts. Order: the quick ones first.
QUICK = tests/lint.t tests/commits.t tests/manuals.t tests/examples.t
QUICK += $(UNIT) tests/cli/check.t tests/snapshots/run.t
QUICK += $(wildcard tests/tool/*.t) tests/plan/policy.t tests/plan/golden.t
QUICK += tests/fuzz/run.t tests/dracut-image.t tests/kernel/series.t
QUICK += tests/packaging/packages.t tests/packaging/scriptlets.t
# the worst of the faults, seconds each: all of them are in check-faults
CRASHES = tests/e2e/crash.t tests/e2e/loop.t tests/kernel/proof.t \
	'tests/faults/faults.t oopses spins flooded cut'

# What the suites run, besides the programs as they are installed.
TESTED = $(B)/san/kdump-dma-check $(B)/san/kdump-dma-capture $(B)/san/kdump-dma $(UNIT) $(FUZZ) \
	 $(B)/bench/policy

deps:
	@tests/install-packages

check: deps
	$(MAKE) -s all $(TESTED)
	tests/run -j 2 $(QUICK) -- $(CRASHES)

check-unit: $(PLAIN_UNIT)
	tests/run $(PLAIN_UNIT)

# Also every release, with and without its kdump-tools; kdumpctl; LVM on RAID; arm64;
# upgrade, removal and purge; a clean chroot's deb. Two at a time, the longest
# first: they are guests, most of them with one thread.
LOOPS = forky forky+kdump-tools trixie+kdump-tools trixie bookworm+kdump-tools bookworm
check-all: deps
	$(MAKE) -s all $(TESTED)
	tests/run -j 2 $(QUICK) -- $(filter-out tests/e2e/loop.t,$(CRASHES))
	tests/run -j 2 tests/e2e/arm64.t tests/e2e/storage.t tests/e2e/encrypted.t tests/e2e/network.t \
		tests/e2e/handed-over.t tests/e2e/nfs.t $(LOOPS:%='tests/e2e/loop.t %') tests/packaging/chroot.t \
		tests/e2e/lifecycle.t tests/e2e/cut.t tests/e2e/image.t tests/e2e/kdumpctl.t \
		tests/e2e/rehearse.t tests/e2e/systemd-boot.t

# The kernel patches by real crashes, base and patched: make check-kernel LINE=6.1
# With MUTATE=1: which assertions fail without each of the patches. With WIDE=1 (all
# lines: always) also allmodconfig, the defconfigs and arm64.
check-kernel: deps
	LINE=$(LINE) MUTATE=$(MUTATE) tests/kernel/check-kernel

# A guest gets kdump-dma, crashes, is saved, and shows what it has.
demo: deps
	$(MAKE) -s all
	tests/e2e/demo

# What may be wrong with disk, image, memory and clock, each in a guest of its own, and
# what may become of a collector and of the init's processes: FAULTS="paths btrfs"
check-faults: deps
	$(MAKE) -s all build/san/kdump-dma-capture
	tests/run tests/tool/capture.t tests/tool/capture-rescue.t 'tests/faults/faults.t $(FAULTS)'

# A crash at a random moment of load, again and again, on a small kernel: COUNT=1000.
# A run that was ended goes on where it was.
check-1000: deps
	$(MAKE) -s all
	tests/e2e/crashes/run $(or $(COUNT),1000)

# Crashes alone; SCENARIOS="full-target no-target" for some of them.
check-e2e: deps
	$(MAKE) -s all
	tests/e2e/crash.t $(SCENARIOS)

# Longer than in check: make fuzz FUZZ_SECONDS=600
fuzz: deps
	$(MAKE) -s $(FUZZ)
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) tests/run tests/fuzz/run.t

# What it costs: bytes, instructions, memory; beside a peer, in one run.
bench: deps
	$(MAKE) -s all
	tests/bench/checker
	for release in bookworm trixie forky; do \
		tests/bench/reservation -S 16 $$release $$release+kdump-tools || exit; \
	done
	tests/bench/pages

# Would the plan have lost dumps? What models of machines leave, given to it.
bench-policy: $(B)/bench/policy
	$<

# The plan as it is shipped, all but the verbs.
$(B)/bench/policy: tests/bench/policy.c \
		$(filter-out $(B)/verbs/%,$(TOOL:%=$(B)/%.o))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -o $@ $^ $(TOOL_LIBS) -lm

# ---- installation ---------------------------------------------------------
# Files go by their kind, so a new one needs no rule here:
#   src/*/*.[58]                manuals
#   conf/*.conf                 vendor's defaults, $(LIBDIR)/kdump-dma
#   conf/units/                 units, their presets and drop-ins
#   conf/udev/                  rules
#   conf/catalog/               journalctl -x
#   conf/completions/           kdump-dma (bash), _kdump-dma (zsh)
#   conf/sos/                   what sos report takes
#   conf/prometheus/            alerts, beside README.md
#   conf/schema/                JSON schemas of what is printed, likewise
#   dracut-module/NN*/          as they are, modes too
#   kernel-patch/               as it is, by install-kernel-patches
#   conf/kernel/                hooks of kernel packages, Debian's below /etc
#   README.md, its pictures     packaging/docs/*.svg *.md
# Nothing is enabled, nothing outside DESTDIR is run.
# $(call put,MODE,DIR,FILES): nothing to do if there are no such files
put = $(if $(strip $(3)),install -D -m $(1) -t "$(DESTDIR)$(2)" $(3))
# $(call put_tree,FROM,DIR,NAMES): modes of the tree, whatever the umask was
put_tree = $(if $(strip $(3)),install -d "$(DESTDIR)$(2)" && \
	tar -C $(1) --mode=u=rwX$(comma)go=rX -cf - $(3) | \
	tar -C "$(DESTDIR)$(2)" --no-same-owner -xpf -)
comma = ,

UNITS = $(foreach kind,service path timer target socket,\
	$(wildcard conf/units/*.$(kind)))

install: all
	$(if $(filter-out /usr,$(PREFIX)),$(error PREFIX is always /usr: units,\
		hooks and capture images name files there; set DESTDIR))
	$(call put,755,$(SBINDIR),$(PROGRAMS))
	$(call put,644,$(MANDIR)/man5,$(wildcard src/*/*.5))
	$(call put,644,$(MANDIR)/man8,$(wildcard src/*/*.8))
	$(call put,644,$(LIBDIR)/kdump-dma,$(wildcard conf/*.conf))
	$(call put,755,$(LIBDIR)/kdump-dma,dracut-module/native)
	$(call put,755,$(LIBEXECDIR)/kdump-dma,packaging/maintainer $(B)/kdump-dma-stage)
	install -D -m 755 conf/kernel/postinst.d \
		"$(DESTDIR)$(SYSCONFDIR)/kernel/postinst.d/zz-kdump-dma"
	install -D -m 755 conf/kernel/postrm.d \
		"$(DESTDIR)$(SYSCONFDIR)/kernel/postrm.d/zz-kdump-dma"
	install -D -m 755 conf/kernel/install.d \
		"$(DESTDIR)/usr/lib/kernel/install.d/92-kdump-dma.install"
	$(call put,644,$(UNITDIR),$(UNITS))
	for unit in $(notdir $(UNITS)); do \
		sed -i 's,=/usr/sbin/,=$(SBINDIR)/,' "$(DESTDIR)$(UNITDIR)/$$unit" || exit; done
	$(call put,755,$(LIBDIR)/kdump-dma,src/check/kdump-tools-save)
	$(call put,644,$(UNITDIR)/kdump-tools-dump.service.d,\
		conf/units/kdump-tools-dump.service.d/kdump-dma.conf)
	$(call put,644,$(UDEVDIR),$(wildcard conf/udev/*.rules))
	$(call put,644,$(CATALOGDIR),$(wildcard conf/catalog/*.catalog))
	$(call put,644,$(UNITDIR)-preset,$(wildcard conf/units/*.preset))
	$(call put,644,$(BASHCOMPDIR),$(filter-out %/_kdump-dma,\
		$(wildcard conf/completions/kdump-dma*)))
	$(call put,644,$(ZSHCOMPDIR),$(wildcard conf/completions/_kdump-dma*))
	$(call put,644,$(SYSCONFDIR)/sos/extras.d,$(wildcard conf/sos/*))
	$(call put,644,$(DOCDIR),README.md $(wildcard conf/prometheus/*))
	$(call put,644,$(DOCDIR)/schema,$(wildcard conf/schema/*))
	sed -i 's,(packaging/docs/,(docs/,' "$(DESTDIR)$(DOCDIR)/README.md"
	$(call put,644,$(DOCDIR)/docs,$(wildcard packaging/docs/*.svg packaging/docs/*.md))
	$(call put_tree,dracut-module,$(DRACUTDIR),\
		$(notdir $(wildcard dracut-module/[0-9][0-9]*)))

install-kernel-patches:
	$(call put_tree,kernel-patch,$(DATADIR)/kdump-dma/kernel-patch,\
		$(notdir $(wildcard kernel-patch/*)))

# ---- packages, as an ordinary user: into build/deb, build/rpm --------------
# The changelog of the Debian package has the date of the version; all times in
# tarball and packages are set to it. Twice the same, byte for byte.
dist deb rpm:
	packaging/build $@ $(VERSION) $(B)

help:
	@sed -n 's/^#   make/make/p' Makefile

clean:
	rm -rf $(B)

.PHONY: all help demo deps check check-unit check-all check-faults check-1000 check-e2e check-kernel fuzz bench install bench-policy \
	install-kernel-patches dist deb rpm clean
.DELETE_ON_ERROR:
.SECONDARY:
