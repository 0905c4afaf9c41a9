#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""faults.t [ROW...]: the native image's init under a real kernel, and all that may be
wrong with disk, image, memory and clock (TAP).

Each row of ROWS boots Debian's kernel in QEMU with kdump-dma-capture as its init, for
which a file stands in for /proc/vmcore: what is tried here is how a capture ends, not
what is in a dump. A row says what is wrong and what it must end in:
    saved    the memory is on the target, whole, and the record says status 0
    copied   the same, by a plain copy, after the collector failed
    record   no vmcore, but a record with an event
    nothing  no folder on the target
In any case the machine has to restart by itself, and the console has to say what the
row names. Rows for a collector's and a process's faults are in tests/tool/capture.t.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

sys.dont_write_bytecode = True
import writes  # noqa: E402  pylint: disable=wrong-import-position

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), '../..'))
UUID = str(uuid.uuid4())  # mkfs.btrfs refuses one that this machine has
PATIENCE = int(os.environ.get('KDUMP_DMA_PATIENCE', '3'))
VIRTIO = ['virtio_pci', 'virtio_blk']
MIB = 1 << 20


def sh(command, **variables):
    subprocess.run(['sh', '-ec', command], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                   env={**os.environ, **variables})


class Row:
    """What one guest gets; a row's function changes it."""

    def __init__(self, name, work, base):
        self.name, self.work, self.base = name, work, base
        self.modules = VIRTIO + ['ext4']
        self.conf = {'version': '1', 'device': 'UUID=' + UUID, 'fstype': 'ext4',
                     'mount_options': '', 'path': '/var/crash', 'host': 'h',
                     'machine': '0123456789abcdef', 'vmcore': '/memory', 'collector': 'cp',
                     'collector_args': '', 'final_action': 'reboot', 'limit_device': '20',
                     'limit_degraded': '6', 'limit_mount': '30', 'limit_log': '10',
                     'limit_save': '60', 'limit_sync': '10', 'limit_umount': '10',
                     'limit_total': '150'}
        self.lines = []  # more of the configuration
        self.programs = ['cp']
        self.parameters = {}  # of modules
        self.files = {}  # more of the image's: path, bytes
        self.spoils = {}  # module, bytes that its first instruction becomes
        self.refuses = ''  # see mock-reboot.c
        self.disk = os.path.join(work, 'disk')
        self.drive = 'file=@,format=raw,if=none,id=d0,cache=writethrough'
        self.devices = ['virtio-blk-pci,drive=d0,id=v0']
        self.drives = []  # more of them
        self.qemu = []
        self.words = ''
        self.memory_mib = 256
        self.late = []  # (what the console says, command of QEMU's monitor)
        self.tree = os.path.join(work, 'tree')
        self.look = lambda: self.mounted(self.disk)
        self.new_disk()

    def new_disk(self, size='96M', options='-O ^metadata_csum'):
        sh('rm -f "$d"; truncate -s "$s" "$d"; mke2fs -q -F -t ext4 -m 0 -L crash -U "$u" $o "$d"',
           d=self.disk, s=size, u=UUID, o=options)

    def change_disk(self, command):
        """command runs in the mounted target"""
        sh('m=$(mktemp -d); mount -o loop "$d" "$m"; (cd "$m" && eval "$c"); umount "$m"; rmdir "$m"',
           d=self.disk, c=command)

    def mounted(self, disk, options='ro,noload'):
        """Names and bytes of what is in the dump's folder, read from the disk."""
        at = tempfile.mkdtemp()
        found = {}
        if subprocess.run(['mount', '-o', 'loop,' + options, disk, at],
                          stderr=subprocess.DEVNULL).returncode == 0:
            for folder, _, files in os.walk(at):
                if os.path.basename(folder).startswith('h-'):
                    for name in files:
                        try:
                            with open(os.path.join(folder, name), 'rb') as file:
                                found[name] = file.read()
                        except OSError:
                            found[name] = None
                    found.setdefault('', b'')
            sh('umount "$m"', m=at)
        os.rmdir(at)
        return found


# ---- the image ----------------------------------------------------------------
def base_root():
    """Kernel and modules are those of the end-to-end tests' guests."""
    base = subprocess.run([TOP + '/tests/e2e/guest', 'base', '-r', 'bookworm'], check=True,
                          stdout=subprocess.PIPE).stdout.decode().strip()
    root = modules_of(base)
    if not os.path.isdir(root):
        new = root + f'.{os.getpid()}'
        os.mkdir(new)
        sh('tar -C "$n" -xf "$b/root.tar" ./usr/lib/modules; ln -s usr/lib "$n/lib"', n=new, b=base)
        os.rename(new, root)
    return base


def modules_of(base):
    return os.path.join(os.path.dirname(base), 'modules-of-' + os.path.basename(base))


def module_paths(base, names):
    """With what they need, first what is needed; and the folder that they are below."""
    root = modules_of(base)
    with open(base + '/kernel', encoding='ascii') as file:
        release = file.read().strip()
    paths = []
    for name in names:
        lines = subprocess.run(['modprobe', '-d', root, '-S', release, '--show-depends', name],
                               stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        for line in lines:
            path = line.split()[1] if line.startswith('insmod') else None
            if path and path not in paths:
                paths.append(path)
    return paths, root


def put(tree, path, to=None):
    to = tree + (to or path)
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copy(os.path.realpath(path), to)


def put_program(tree, name):
    path = shutil.which(name, path='/usr/sbin:/usr/bin:/sbin:/bin')
    put(tree, path, '/usr/bin/' + name)
    put_libraries(tree, path)


def put_libraries(tree, path):
    for line in subprocess.run(['ldd', path], stdout=subprocess.PIPE,
                               check=False).stdout.decode().splitlines():
        for library in re.findall(r'(/\S+)', line):
            put(tree, library)


def spoil(path, code):
    """The module's init begins with code: it oopses, or does not come back. objcopy drops
    the signature, which would not fit any more."""
    sh('objcopy "$p"', p=path)
    text = subprocess.run(['readelf', '-SW', path], check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    at = re.search(r'\.init\.text +PROGBITS +\S+ +(\S+)', text)
    with open(path, 'r+b') as file:
        file.seek(int(at.group(1), 16))
        file.write(code)


def make_image(row):
    tree = row.tree
    for folder in ('proc', 'sys', 'dev', 'run', 'tmp', 'etc', 'usr/bin'):
        os.makedirs(os.path.join(tree, folder))
    put(tree, TOP + '/build/kdump-dma-check', '/usr/bin/kdump-dma-check')
    put(tree, TOP + '/build/kdump-dma-capture', '/init')
    for program in row.programs:
        put_program(tree, program)
    with open(tree + '/memory', 'wb') as file:
        file.write(os.urandom(4 * MIB))
    put_libraries(tree, TOP + '/build/kdump-dma-check')
    paths, root = module_paths(row.base, row.modules)
    for path in paths:
        name = os.path.basename(path).split('.')[0]
        put(tree, path, path[len(root):])
        if name in row.spoils:
            spoil(tree + path[len(root):], row.spoils[name])
        row.lines.insert(paths.index(path), 'module=' + path[len(root):] + ' ' +
                         row.parameters.get(name, ''))
    for path, content in row.files.items():
        with open(tree + path, 'wb') as file:
            file.write(content)
        os.chmod(tree + path, 0o755)
    if row.refuses:
        sh('cc -shared -fPIC -o "$t/mock-reboot.so" tests/faults/mock-reboot.c -ldl', t=tree)
        with open(tree + '/etc/ld.so.preload', 'w', encoding='ascii') as file:
            file.write('/mock-reboot.so\n')
        with open(tree + '/refuses', 'w', encoding='ascii') as file:
            file.write(row.refuses)
    with open(tree + '/etc/kdump-dma-capture.conf', 'w', encoding='ascii') as file:
        file.writelines(f'{key}={value}\n' for key, value in row.conf.items())
        file.writelines(line + '\n' for line in row.lines)


def pack(row):
    sh('cd "$t" && find . | cpio --quiet -o -H newc | zstd -q -3 >"$w/image"', t=row.tree, w=row.work)


# ---- the guest ------------------------------------------------------------------
def monitor(row, command):
    with socket.socket(socket.AF_UNIX) as to:
        to.connect(row.work + '/monitor')
        to.recv(4096)
        to.sendall(command.encode() + b'\n')
        time.sleep(0.5)


def boot(row):
    """True if it restarts in time; the console's text."""
    drives = [row.drive.replace('@', row.disk)] + row.drives
    command = ['qemu-system-x86_64', '-accel', 'tcg', '-cpu', 'max', '-M', 'pc',
               '-m', str(row.memory_mib), '-nodefaults', '-display', 'none', '-no-reboot',
               '-serial', 'file:' + row.work + '/console',
               '-monitor', 'unix:' + row.work + '/monitor,server,nowait',
               '-kernel', row.base + '/vmlinuz', '-initrd', row.work + '/image', '-append',
               'console=ttyS0 panic=-1 no_timer_check cgroup_disable=memory numa=off '
               'rootfstype=ramfs printk.devkmsg=on tsc=unstable ' + row.words]
    for drive in drives:
        command += ['-drive', drive]
    for device in row.devices:
        command += ['-device', device]
    with subprocess.Popen(command + row.qemu, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as qemu:
        end = time.time() + 240 * PATIENCE
        late = list(row.late)
        try:
            while qemu.poll() is None and time.time() < end:
                time.sleep(0.3)
                if late and late[0][0] in console(row):
                    monitor(row, late.pop(0)[1])
            in_time = qemu.poll() is not None
        finally:
            qemu.kill()
    return in_time, console(row)


def console(row):
    try:
        with open(row.work + '/console', encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


# ---- the rows ---------------------------------------------------------------------
ROWS = []


def row(name, ends, says=''):
    def note(function):
        ROWS.append((name, ends, says, function))
        return function
    return note


@row('nothing is wrong', 'saved', 'reboot, ')
def _(r): pass


@row('the device is missing', 'nothing', 'did not appear within 20 s')
def _(r): r.devices = []


@row('the device comes late', 'saved')
def _(r):
    r.devices = []
    r.late = [('step: device', 'device_add virtio-blk-pci,drive=d0,id=v0')]


@row('the device goes away while the dump is written', 'any', 'restart')
def _(r):
    r.drive += ',throttling.bps-write=400000'
    r.late = [('step: save', 'device_del v0')]


@row('the disk is read-only', 'nothing', 'cannot be mounted for writing')
def _(r): r.drive += ',readonly=on'


@row('the disk is full but for the log', 'record', 'a plain copy takes 4 MiB')
def _(r): r.change_disk('f=$(df -k --output=avail . | tail -n 1); fallocate -l $((f - 2500))K filler')


@row('the disk is full', 'any', 'No space left on device')
def _(r): r.change_disk('f=$(df -k --output=avail . | tail -n 1); head -c $((f * 1024 + 100000)) /dev/zero >filler || :')


@row('no inode is left', 'nothing', 'no folder')
def _(r):
    r.new_disk(options='-N 64')
    r.change_disk('i=0; while true 2>/dev/null >i$i; do i=$((i + 1)); done')


@row('every write fails', 'any', 'restart')
def _(r):
    r.drive = ('driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename=@,if=none,id=d0,'
               'werror=report,rerror=report,file.inject-error.0.event=pwritev,file.inject-error.0.errno=5')


@row('every read fails', 'nothing', 'did not appear within 20 s')
def _(r):
    r.drive = ('driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename=@,if=none,id=d0,'
               'werror=report,rerror=report,file.inject-error.0.event=read_aio,file.inject-error.0.errno=5')


@row('the disk is slow', 'saved')
def _(r): r.drive += ',throttling.bps-write=1000000'


@row('the disk all but hangs while it is written', 'any', 'restart')
def _(r):
    r.conf.update(limit_save='10', limit_total='60', limit_record='5')
    r.drive += ',throttling.bps-write=2000'


@row('the superblock is damaged', 'nothing', 'did not appear')
def _(r): sh('dd if=/dev/urandom of="$d" bs=1024 seek=1 count=1 conv=notrunc', d=r.disk)


@row('the group descriptors are damaged', 'nothing', 'cannot be mounted for writing')
def _(r): sh('dd if=/dev/urandom of="$d" bs=1024 seek=2 count=8 conv=notrunc', d=r.disk)


@row('the root folder is damaged', 'any', 'restart')
def _(r):
    sh('b=$(debugfs -R "blocks /" "$d" 2>/dev/null); dd if=/dev/urandom of="$d" bs=1024 seek=${b%% *} count=1 conv=notrunc',
       d=r.disk)


@row('the UUID is another one', 'nothing', 'did not appear')
def _(r): r.conf['device'] = 'UUID=99999999-2222-3333-4444-555555555555'


@row('two disks have the UUID', 'saved', 'both are UUID=')
def _(r):
    sh('cp "$d" "$d.twin"', d=r.disk)
    r.drives = [f'file={r.disk}.twin,format=raw,if=none,id=d1']
    r.devices.append('virtio-blk-pci,drive=d1')


@row('two disks have the UUID, and the second is the one that is meant', 'saved', '/dev/vdb is taken')
def _(r):
    sh('cp "$d" "$d.twin"', d=r.disk)
    r.drives = [f'file={r.disk}.twin,format=raw,if=none,id=d1']
    r.devices.append('virtio-blk-pci,drive=d1,serial=meant')
    r.conf['disk'] = 'meant'
    r.look = lambda: r.mounted(r.disk + '.twin')


def copy_of(r, serial):
    """The disk is a copy, and says so; its twin says serial, if there is one."""
    sh('cp "$d" "$d.twin"', d=r.disk)
    r.conf['disk'] = 'meant'
    r.devices = ['virtio-blk-pci,drive=d0,id=v0,serial=copy']
    r.drives = [f'file={r.disk}.twin,format=raw,if=none,id=d1']
    return f'virtio-blk-pci,drive=d1,id=v1,serial={serial}'


@row('a copy is there, and the disk that is meant comes late', 'saved')
def _(r):
    r.late = [('step: device', 'device_add ' + copy_of(r, 'meant'))]
    r.look = lambda: r.mounted(r.disk + '.twin')


@row('a copy is there, and the disk that is meant does not come', 'saved',
     'is on another disk than when the image was built')
def _(r): copy_of(r, 'meant')


@row('two copies are there, and the disk that is meant does not come', 'saved', 'both are UUID=')
def _(r):
    twin = copy_of(r, 'another')
    r.devices.append(twin)
    r.look = lambda: said_once(r, 'both are UUID=')


def said_once(r, words):
    if console(r).count(words) != 1:
        raise OSError(f'{console(r).count(words)} times: {words}')
    return r.mounted(r.disk)


@row('the target is a LABEL', 'saved')
def _(r): r.conf['device'] = 'LABEL=crash'


def partitioned(r, label, script):
    sh('truncate -s 110M "$d.p"; printf "%s" "$s" | sfdisk -q --label "$l" "$d.p"; '
       'dd if="$d" of="$d.p" bs=1M seek=4 conv=notrunc', d=r.disk, l=label, s=script)
    os.rename(r.disk + '.p', r.disk)
    r.look = lambda: r.mounted(r.disk, 'ro,noload,offset=4194304')


GPT = 'start=8192,size=196608,uuid=AABBCCDD-0011-2233-4455-66778899AABB,name="dumps"\n'


@row('the target is a PARTUUID of a GPT', 'saved')
def _(r):
    partitioned(r, 'gpt', GPT)
    r.conf['device'] = 'PARTUUID=aabbccdd-0011-2233-4455-66778899aabb'


@row('the target is a PARTLABEL', 'saved')
def _(r):
    partitioned(r, 'gpt', GPT)
    r.conf['device'] = 'PARTLABEL=dumps'


@row('the target is a PARTUUID of an MBR', 'saved')
def _(r):
    partitioned(r, 'dos', 'label-id: 0x1234abcd\nstart=8192,size=196608,type=83\n')
    r.conf['device'] = 'PARTUUID=1234abcd-01'


@row('a disk of AHCI', 'saved')
def _(r):
    r.modules = ['ahci', 'sd_mod', 'ext4']
    r.devices = ['ich9-ahci,id=ahci', 'ide-hd,drive=d0,bus=ahci.0']


@row('a disk of NVMe', 'saved')
def _(r):
    r.modules = ['nvme', 'ext4']
    r.devices = ['nvme,drive=d0,serial=1']


@row('a disk of virtio-scsi', 'saved')
def _(r):
    r.modules = ['virtio_pci', 'virtio_scsi', 'sd_mod', 'ext4']
    r.devices = ['virtio-scsi-pci', 'scsi-hd,drive=d0']


def two_paths(r):
    r.modules = ['virtio_pci', 'virtio_scsi', 'sd_mod', 'dm-multipath', 'dm-round-robin', 'ext4']
    shared = f'file={r.disk},format=raw,if=none,file.locking=off'
    r.drive, r.drives = shared + ',id=d0', [shared + ',id=d1']
    wwn = 'share-rw=on,wwn=0x5000c50015ea71ac,serial=one'
    r.devices = ['virtio-scsi-pci,id=s0', f'scsi-hd,drive=d0,bus=s0.0,{wwn}',
                 'virtio-scsi-pci,id=s1', f'scsi-hd,drive=d1,bus=s1.0,id=path1,{wwn}']
    sectors = os.path.getsize(r.disk) // 512
    r.lines.append(f'stack=multipath mpatha {sectors} 0 naa.5000c50015ea71ac 2')


@row('two paths to the disk', 'saved')
def _(r): two_paths(r)


@row('of two paths one is lost while the dump is written', 'saved')
def _(r):
    two_paths(r)
    r.drives[0] += ',throttling.bps-write=1000000'
    r.drive += ',throttling.bps-write=1000000'
    r.late = [('step: save', 'device_del path1')]


@row('of two paths one never comes', 'saved')
def _(r):
    two_paths(r)
    r.devices = r.devices[:2]
    r.drives = []


@row('a partition of a disk behind two paths', 'saved')
def _(r):
    partitioned(r, 'gpt', GPT)
    two_paths(r)
    r.lines.append('stack=partition mpatha-part1 mpatha 8192 196608')


VOLUME = """logical_volumes { crash { id = "abcdef-abcd-abcd-abcd-abcd-abcd-abcdef"
status = ["READ", "WRITE", "VISIBLE"] flags = [] segment_count = 1 segment1 {
start_extent = 0 extent_count = 24 type = "striped" stripe_count = 1 stripes = ["pv0", 0] } } }
"""


@row('a logical volume', 'saved')
def _(r):
    # Where this machine has no device mapper, lvcreate makes none: so it is written
    # into the metadata, and its first extent is at 1 MiB.
    r.modules, r.programs = VIRTIO + ['dm-mod', 'ext4'], ['cp', 'lvm']
    config = ('devices { obtain_device_list_from_udev=0 external_device_info_source="none" '
              'filter=["a|@|","r|.*|"] use_devicesfile=0 } backup { backup=0 archive=0 } '
              'activation { udev_sync=0 udev_rules=0 }')
    sh('truncate -s 110M "$d.p"; l=$(losetup -f --show "$d.p"); trap "losetup -d $l" EXIT; '
       'c=$(echo "$c" | sed "s,@,$l,"); export DM_DISABLE_UDEV=1; '
       'lvm pvcreate --config "$c" -y "$l"; lvm vgcreate --config "$c" -s 4M dumps "$l"; '
       'lvm vgcfgbackup --config "$c" -f "$d.vg" dumps; '
       '{ sed "/^}/,\\$d" "$d.vg"; echo "$v }"; } >"$d.new"; '
       'lvm vgcfgrestore --config "$c" -f "$d.new" dumps; '
       'dd if="$d" of="$d.p" bs=1M seek=1 conv=notrunc', d=r.disk, c=config, v=VOLUME)
    os.rename(r.disk + '.p', r.disk)
    r.lines.append('stack=lvm dumps')
    r.look = lambda: r.mounted(r.disk, 'ro,noload,offset=1048576')


@row('XFS', 'saved')
def _(r):
    r.modules, r.conf['fstype'] = VIRTIO + ['xfs'], 'xfs'
    sh('rm "$d"; truncate -s 400M "$d"; mkfs.xfs -q -m uuid="$u" "$d"', d=r.disk, u=UUID)
    r.look = lambda: r.mounted(r.disk, 'rw')


@row('f2fs', 'said', 'saved 4194304 bytes')
def _(r):
    r.modules, r.conf['fstype'], r.conf['device'] = VIRTIO + ['f2fs'], 'f2fs', 'LABEL=crash'
    sh('rm "$d"; truncate -s 200M "$d"; mkfs.f2fs -q -l crash "$d"', d=r.disk)
    r.look = None  # as for btrfs


def btrfs(r, count):
    r.modules, r.conf['fstype'] = VIRTIO + ['btrfs'], 'btrfs'
    files = [r.disk] + [f'{r.disk}{i}' for i in range(1, count)]
    sh('rm -f "$d"; truncate -s 200M $f; mkfs.btrfs -q -U "$u" -d "$p" -m "$p" $f',
       d=r.disk, f=' '.join(files), u=UUID, p='raid1' if count > 1 else 'single')
    for i, file in enumerate(files[1:], 1):
        r.drives.append(f'file={file},format=raw,if=none,id=d{i}')
        r.devices.append(f'virtio-blk-pci,drive=d{i},id=v{i}')
    # this machine's kernel may not know btrfs: the console's words count then
    r.look = None


@row('btrfs', 'said', 'saved 4194304 bytes')
def _(r): btrfs(r, 1)


@row('btrfs on two devices', 'said', 'saved 4194304 bytes')
def _(r): btrfs(r, 2)


@row('btrfs on two devices, one of them late', 'said', 'saved 4194304 bytes')
def _(r):
    btrfs(r, 2)
    r.devices.pop()
    r.late = [('step: device', 'device_add virtio-blk-pci,drive=d1,id=v1')]


@row('btrfs on two devices, one of them missing', 'said', 'saved 4194304 bytes')
def _(r):
    btrfs(r, 2)
    r.devices.pop()


@row('the collector is missing', 'copied', 'no-such is not in the image')
def _(r): r.conf['collector'] = 'no-such'


@row('the collector fails', 'copied', 'failed with exit status 1')
def _(r): r.conf['collector_args'] = '--no-such-option'


@row('a module is missing', 'saved', 'is not in the image')
def _(r): r.lines.append('module=/lib/modules/none.ko')


@row('a module is no module', 'saved', 'cannot be loaded: ')
def _(r): r.lines.append('module=/memory.ko')


@row('the file system has no module', 'nothing', 'cannot be mounted for writing: No such device')
def _(r): r.modules = VIRTIO


@row('the disk has no module', 'nothing', 'did not appear')
def _(r): r.modules = ['ext4']


@row('the clock is at 1970', 'saved')
def _(r): r.qemu = ['-rtc', 'base=1970-01-02T00:00:00']


@row('the clock is at 2099', 'saved')
def _(r): r.qemu = ['-rtc', 'base=2099-12-31T23:59:00']


@row('there is no configuration', 'nothing', 'there is no configuration in the image')
def _(r): r.no_conf = True


@row('there is no vmcore', 'nothing', 'there is no /none')
def _(r): r.conf['vmcore'] = '/none'


@row('there is no checker', 'checkerless', 'kdump-dma-check is not in the image')
def _(r): r.no_checker = True


@row('it is to power off', 'saved', 'Power down')
def _(r): r.conf['final_action'] = 'poweroff'


@row('the target is a link to memory', 'saved', 'no folder /crash on the target')
def _(r):
    r.conf['path'] = '/crash'
    r.change_disk('ln -s /tmp crash')


@row('the journal has to be recovered', 'saved')
def _(r):
    r.new_disk(options='-O has_journal,^metadata_csum')
    sh('printf "jo\\njw -b 10 /dev/zero\\njc\\n" | debugfs -w "$d" || :', d=r.disk)
    r.look = lambda: r.mounted(r.disk, 'ro')


@row('a watchdog that bites after 30 s, and a slow disk', 'saved')
def _(r):
    r.modules.append('i6300esb')
    r.conf['watchdog'] = '/dev/watchdog0'
    r.qemu = ['-device', 'i6300esb', '-action', 'watchdog=poweroff']
    r.drive += ',throttling.bps-write=120000'
    r.conf.update(limit_save='200', limit_total='400')


@row('the whole time is over', 'any', 'restart')
def _(r):
    r.conf.update(limit_total='6')
    r.drive += ',throttling.bps-write=50000'


# ---- more than one thing goes wrong, or the kernel itself --------------------------------
def script(*lines):
    return ('#!/usr/bin/dash\n' + '\n'.join(lines) + '\n').encode()


def collector(r, *lines):
    r.programs = ['cp', 'dash']
    r.files['/usr/bin/collects'] = script(*lines)
    r.conf['collector'] = 'collects'


@row('the kernel log is flooded while the dump is written', 'saved')
def _(r):
    collector(r, '(while :; do echo "<3>a flood of words that nobody reads"; done >/dev/kmsg) &',
              'cp "$1" "$2"')


@row('the log has 16 MiB', 'saved', 'saved vmcore-dmesg.txt')
def _(r):
    r.programs = ['cp', 'dash']
    r.conf['limit_log'] = '60'
    r.files['/log'] = b'[    0.000000] one line of a log\n' * 500000
    r.files['/usr/bin/makedumpfile'] = script('for out; do :; done', 'exec cp /log "$out"')


@row('a restart is refused', 'saved', 'restart by sysrq')
def _(r): r.refuses = 'r'


@row('a restart hangs', 'saved', 'restart by sysrq')
def _(r): r.refuses = 'h'


@row('a restart is refused, and sysrq', 'saved', 'Attempted to kill init')
def _(r): r.refuses = 'rs'


@row('PID 1 hangs when it is to restart: the watchdog does it', 'saved', 'step: restart')
def _(r):
    r.modules.append('i6300esb')
    r.conf['watchdog'] = '/dev/watchdog0'
    r.qemu = ['-device', 'i6300esb', '-action', 'watchdog=poweroff']
    r.refuses = '1s'


@row('PID 1 hangs when it is to restart: another process does it', 'saved', 'sysrq: Resetting')
def _(r): r.refuses = '1'


@row('the journal is read slowly', 'saved')
def _(r):
    r.new_disk(options='-O has_journal,^metadata_csum -J size=4')
    sh('printf "jo\\njw -b 10 /dev/zero\\njc\\n" | debugfs -w "$d" || :', d=r.disk)
    r.look = lambda: r.mounted(r.disk, 'ro')
    r.conf.update(limit_device='200', limit_mount='200', limit_total='500')
    r.drive += ',throttling.bps-read=40000'


@row('memory ends while the image is unpacked', 'any')
def _(r):
    r.memory_mib = 128
    r.files['/ballast'] = bytes(200 * MIB)


@row('memory ends while a module is loaded', 'saved')
def _(r):
    r.memory_mib = 160
    r.modules = ['scsi_debug'] + r.modules
    r.parameters['scsi_debug'] = 'dev_size_mb=400'


@row('memory ends while the dump is written', 'copied', 'collects failed with exit status')
def _(r):
    r.memory_mib = 160
    collector(r, 'x=aaaaaaaaaaaaaaaa', 'while :; do x=$x$x; done')


@row('a module oopses', 'saved', 'the process that loaded module')
def _(r):
    r.modules = ['test_static_key_base'] + r.modules
    r.spoils['test_static_key_base'] = b'\x0f\x0b'


@row('a module oopses, and an oops is a panic', 'any', 'Kernel panic - not syncing: Fatal exception')
def _(r):
    r.modules = ['test_static_key_base'] + r.modules
    r.spoils['test_static_key_base'] = b'\x0f\x0b'
    r.words = 'oops=panic'


@row('a CPU spins in a module', 'any', 'Kernel panic - not syncing: softlockup: hung tasks')
def _(r):
    r.modules = ['test_static_key_base'] + r.modules
    r.spoils['test_static_key_base'] = b'\xeb\xfe'
    r.words = 'softlockup_panic=1 watchdog_thresh=10'


@row('a disk beside the target never answers', 'saved', 'takes too long')
def _(r):
    r.conf['limit_modules'] = '20'
    sh('truncate -s 96M "$d.hangs"', d=r.disk)
    r.drives = [f'file={r.disk}.hangs,format=raw,if=none,id=d1']
    r.devices.append('virtio-blk-pci,drive=d1')
    # not before: the firmware asks it, too
    r.late = [('step: verdict', 'block_set_io_throttle d1 1 0 0 0 0 0')]


@row('the target never answers', 'nothing', 'did not appear')
def _(r):
    r.conf['limit_modules'] = '20'
    r.late = [('step: verdict', 'block_set_io_throttle d0 1 0 0 0 0 0')]


@row('the disk hangs when the dump is written: sync, umount', 'any', 'restart')
def _(r):
    r.conf.update(limit_record='5', limit_sync='5', limit_umount='5', limit_total='60')
    r.late = [('saved 4194304 bytes', 'block_set_io_throttle d0 1 0 0 0 0 0')]


@row('two inodes are left', 'checkerless')
def _(r):
    r.new_disk(options='-N 64')
    r.change_disk('i=0; while true 2>/dev/null >i$i; do i=$((i + 1)); done; rm i1 i2')


@row('of two disks that have the UUID the first is damaged', 'saved', 'cannot be mounted for writing')
def _(r):
    sh('cp "$d" "$d.twin"; dd if=/dev/urandom of="$d" bs=1024 seek=2 count=8 conv=notrunc', d=r.disk)
    r.drives = [f'file={r.disk}.twin,format=raw,if=none,id=d1']
    r.devices.append('virtio-blk-pci,drive=d1')
    r.look = lambda: r.mounted(r.disk + '.twin')


@row('btrfs on two devices, known by the path of one', 'said', 'saved 4194304 bytes')
def _(r):
    btrfs(r, 2)
    r.conf['device'] = '/dev/vdb'


@row('power is cut at any write', 'saved')
def _(r):
    sh('cp "$d" "$d.before"; : >"$d.log"', d=r.disk)
    r.drive = ('driver=blklogwrites,file.driver=file,file.filename=@,if=none,id=d0,'
               f'log.driver=file,log.filename={r.disk}.log')
    r.look = lambda: cut_at_each_write(r)


def cut_at_each_write(r):
    """After each write: a vmcore is whole, a last record has its vmcore, a folder without
    one has a record that says so, as soon as it has any. What the last one leaves."""
    with open(r.tree + '/memory', 'rb') as file:
        memory = file.read()
    last, states = None, []
    for number, (offset, data) in enumerate(writes.read(r.disk + '.log'), 1):
        with open(r.disk + '.before', 'r+b') as disk:
            disk.seek(offset)
            disk.write(data)
        sh('cp --sparse=always "$d.before" "$d.cut"', d=r.disk)
        last = r.mounted(r.disk + '.cut', 'rw')
        state = state_of(last, memory)
        if not states or states[-1] != state:
            states.append(state)
        if 'WRONG' in state:
            raise OSError(f'after write {number}: {state}: {sorted(last)}')
    print(f'# {number} writes: ' + ', '.join(states))
    return last


def state_of(found, memory):
    if not found:
        return 'nothing'
    record = found.get('kdump-dma.json')
    vmcore = found.get('vmcore')
    if vmcore is not None and vmcore != memory:
        return 'WRONG vmcore'
    if record is None:
        return 'folder' if vmcore is None else 'vmcore'
    record = json.loads(record)  # is never a part of one
    if record.get('state') == 'saving':
        return 'saving' if vmcore is None else 'saving, vmcore'
    return 'WRONG record' if vmcore is None or record['dump']['status'] else 'saved'


for _mib in (64, 72, 80):
    @row(f'{_mib} MiB of memory in all', 'any')
    def _(r, mib=_mib): r.memory_mib = mib


# ---- what came of it -----------------------------------------------------------------
def judge(ends, says, found, in_time, text, memory):
    """What is wrong, or nothing."""
    if not in_time:
        return 'it did not restart in time'
    if says and says not in text:
        return f'not said: {says}'
    record = found and found.get('kdump-dma.json')
    status = json.loads(record)['dump']['status'] if record else None
    events = ' '.join(json.loads(record)['events']) if record else ''
    good = {
        'any': True,
        'said': True,
        'saved': found and found.get('vmcore') == memory and status == 0 and
                 'plain copy' not in events,
        'copied': found and found.get('vmcore') == memory and status == 0 and
                  'saved by a plain copy' in events,
        'checkerless': found and found.get('vmcore') == memory,
        'record': found and record and 'vmcore' not in found and events,
        'nothing': not found,
    }[ends]
    return '' if good else f'it did not end as "{ends}": {sorted(found or [])} {status} {events}'


def run(name, ends, says, function, base, logs):
    work = tempfile.mkdtemp(prefix='kdump-dma-fault.', dir='/var/tmp')
    try:
        r = Row(name, work, base)
        r.no_conf = r.no_checker = False
        function(r)
        make_image(r)
        shutil.copy(r.tree + '/memory', r.tree + '/memory.ko')
        if r.no_conf:
            os.unlink(r.tree + '/etc/kdump-dma-capture.conf')
        if r.no_checker:
            os.unlink(r.tree + '/usr/bin/kdump-dma-check')
        with open(r.tree + '/memory', 'rb') as file:
            memory = file.read()
        pack(r)
        begin = time.time()
        in_time, text = boot(r)
        seconds = time.time() - begin
        found = r.look() if r.look else None
        shutil.copy(work + '/console', os.path.join(logs, re.sub(r'\W+', '-', name)))
        return judge(ends, says, found, in_time, text, memory), seconds
    finally:
        shutil.rmtree(work)


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the guest, too
    os.chdir(TOP)
    wanted = sys.argv[1:]
    rows = [row for row in ROWS if not wanted or any(word in row[0] for word in wanted)]
    lacking = [program for program in ('qemu-system-x86_64', 'mkfs.btrfs', 'mkfs.xfs',
                                       'mkfs.f2fs', 'sfdisk') if not shutil.which(program)]
    if os.geteuid() != 0 or lacking:
        print(f'ok 1 - faults # SKIP root and {" ".join(lacking)} are needed\n1..1')
        return 0
    base = base_root()
    logs = TOP + '/build/faults'
    os.makedirs(logs, exist_ok=True)
    bad = 0
    for number, (name, ends, says, function) in enumerate(rows, 1):
        try:
            why, seconds = run(name, ends, says, function, base, logs)
        except (subprocess.CalledProcessError, OSError) as error:
            why, seconds = str(error), 0
        bad += why != ''
        print(f'{"not ok" if why else "ok"} {number} - {name}: {ends} ({seconds:.0f} s)')
        if why:
            print(f'#   {why}')
        sys.stdout.flush()
    print(f'1..{len(rows)}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
