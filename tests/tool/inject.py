#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""inject.py WORK TOOL VERB: make calls of TOOL VERB fail, one in each run, on copies of the
machine WORK/original, and say on standard output what is wrong then. WORK/count gets the
number of calls that failed. For inject.t, which says what has to hold; INJECT=all, INJECT_SOME,
INJECT_SEED and INJECT_PART are explained there. WORK/fail-call is fail-call.c.

Nothing below usr, proc, sys and dev is written, so they are links to the same files in each
copy. Two runs that left the same files behind, but for the time, would go on in the same way:
what a rerun and a revert make of them is tried once."""
import errno
import os
import re
import shutil
import stat
import subprocess
import sys

WORK, TOOL, VERB = sys.argv[1:]
SHARED = ('usr', 'proc', 'sys', 'dev', 'lib', 'lib64', 'bin', '.machine')
ALL = os.environ.get('INJECT') == 'all'

PLACE = ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT']
CALLS = {  # what each call may fail with
    'write': PLACE, 'mkdir': PLACE, 'mkdirat': PLACE,
    'open': PLACE, 'openat': PLACE, 'openat2': PLACE,  # to write; to read: see errors_of()
    'fsync': PLACE[:3], 'rename': PLACE[:3], 'renameat': PLACE[:3], 'renameat2': PLACE[:3],
    'unlink': PLACE[:3], 'unlinkat': PLACE[:3], 'fchmod': PLACE[:3], 'fchown': PLACE[:3],
    'read': ['EIO', 'EINTR'], 'getdents64': ['EIO', 'EINTR'], 'pread64': ['EIO'],
    'close': ['EIO'], 'flock': ['EIO'], 'fstat': ['EIO'], 'newfstatat': ['EIO'],
    'statx': ['EIO'], 'statfs': ['EIO'], 'fstatfs': ['EIO'], 'access': ['EIO'],
    'faccessat': ['EIO'], 'faccessat2': ['EIO'], 'lseek': ['EIO'], 'readlink': ['EIO'],
    'readlinkat': ['EIO'], 'flistxattr': ['EIO'], 'fgetxattr': ['EIO'],
    'fcntl': ['EMFILE'], 'mmap': ['ENOMEM'],
    # what starts programs and talks to the journal
    'pipe2': ['EMFILE'], 'clone': ['EAGAIN', 'ENOMEM'], 'clone3': ['EAGAIN', 'ENOMEM'],
    'vfork': ['EAGAIN', 'ENOMEM'], 'poll': ['EIO'], 'ppoll': ['EIO'], 'dup2': ['EINTR'],
    'wait4': ['EINTR'], 'waitid': ['EINTR'], 'socket': ['EMFILE'], 'sendto': ['EIO'],
    'sendmsg': ['EIO'], 'connect': ['EIO'],
}


def errors_of(call, arguments):
    # A close that fails has closed all the same. Here it has not: who reads would wait.
    if call == 'close' and '<pipe:' in arguments:
        return []
    if call.startswith('open') and not re.search('O_WRONLY|O_RDWR|O_CREAT', arguments):
        return ['EIO', 'ENOMEM']
    return CALLS[call]


def copy_file(source, target):
    shutil.copy2(source, target)
    info = os.stat(source)
    os.chown(target, info.st_uid, info.st_gid)


def copy(source, target):
    """TARGET becomes the machine that SOURCE is"""
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(target):
        if name not in SHARED:
            shutil.rmtree(f'{target}/{name}')
    for name in os.listdir(source):
        at, to = f'{source}/{name}', f'{target}/{name}'
        if name not in SHARED:
            shutil.copytree(at, to, symlinks=True, copy_function=copy_file)
        elif os.path.lexists(to):
            pass
        elif os.path.islink(at):
            os.symlink(os.readlink(at), to)
        elif os.path.isdir(at):
            shutil.copytree(at, to, symlinks=True, copy_function=os.link)
        else:
            os.link(at, to)


def files(tree, shared=False):
    """{path: (mode, owner, group, bytes)}; of what is shared, the time for the bytes"""
    found = {}
    for name in os.listdir(tree):
        if (name in SHARED) != shared:
            continue
        for folder, folders, names in os.walk(f'{tree}/{name}'):
            for path in [folder] + [f'{folder}/{name}' for name in folders + names]:
                info = os.lstat(path)
                if stat.S_ISLNK(info.st_mode):
                    content = os.readlink(path)
                elif not stat.S_ISREG(info.st_mode):
                    content = None
                elif shared:
                    content = info.st_mtime_ns, info.st_size
                else:
                    with open(path, 'rb') as file:
                        content = file.read()
                found[path[len(tree) + 1:]] = info.st_mode, info.st_uid, info.st_gid, content
    return found


def of_boot(found):
    """What a boot would see of that; learn changes the history"""
    return {path: what for path, what in found.items()
            if path.startswith(('etc/', 'boot/', 'mock/')) and stat.S_ISREG(what[0])
            and path not in ('mock/calls', 'mock/running')
            or VERB == 'learn' and path == 'var/lib/kdump-dma/history.json'}


def without_time(found):
    return frozenset((path, *what[:3], re.sub(rb'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', b'', what[3])
                      if isinstance(what[3], bytes) else what[3])
                     for path, what in found.items())


def is_temporary(path):
    name = os.path.basename(path)
    return name.startswith('.') and name.endswith(('-new', '.new')) or name.endswith('.next')


def differences(want, got):
    return [path for path in sorted(want.keys() | got.keys()) if want.get(path) != got.get(path)]


def command(verb, tree):
    if os.path.exists(f'{tree}/usr/sbin/kdump-dma'):  # that has what it starts
        return tree, ['/usr/sbin/kdump-dma', verb]
    return '/', [TOOL, verb, '--root', tree]


def start(words, **more):
    """(exit status, standard output, standard error)"""
    with open(f'{WORK}/out', 'wb') as out, open(f'{WORK}/err', 'wb') as err:
        status = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                **more).returncode
    with open(f'{WORK}/out', 'rb') as out, open(f'{WORK}/err', 'rb') as err:
        return status, out.read(), err.read()


def is_done(status, out):
    return status == 0 or b'whether the next boot gets it cannot be read back' in out


def run(verb, tree):
    root, words = command(verb, tree)
    return start(words if root == '/' else ['chroot', root, *words])


def run_failing(tree, number, nth, error):
    """Also whether it came to the call that was to fail"""
    root, words = command(VERB, tree)
    told, tell = os.pipe()
    result = start([f'{WORK}/fail-call', str(tell), root, str(number), str(nth),
                    str(getattr(errno, error)), *words], pass_fds=[tell])
    os.close(tell)
    came = os.read(told, 1)
    os.close(told)
    if result[0] == 125:
        sys.exit('fail-call: cannot be used here')
    return *result, bool(came)


def points(tree):
    """A run in which nothing fails, traced: [(call, its number, the how manieth, error, text)].
    Not what the dynamic linker does first, which ends with a prlimit64."""
    root, words = command(VERB, tree)
    calls = ','.join(f'?{call}' for call in ['execve', 'prlimit64', *CALLS])
    status, out, err = start(['strace', '-n', '-y', '-qq', '-s', '80', '-o', f'{WORK}/trace', '-e',
                            f'trace={calls}', *(['chroot', root] if root != '/' else []), *words])
    if not is_done(status, out):
        sys.stdout.write(f'without a fault: exit status {status}: {err.decode()}')
        return None
    found, seen = [], {}
    with open(f'{WORK}/trace', encoding='utf-8', errors='replace') as trace:
        for line in trace:
            match = re.match(r'\[ *(\d+)\] (\w+)\((.*)', line)
            if not match:
                continue
            number, call, arguments = match.groups()
            if call == 'execve':  # of chroot, and then of the tool
                seen = {}
            if call in ('execve', 'prlimit64'):
                found = []
                continue
            seen[call] = seen.get(call, 0) + 1
            for error in errors_of(call, arguments):
                found.append((call, int(number), seen[call], error, f'{call}({arguments}'))
    return found


def chosen(found):
    part, parts = map(int, os.environ.get('INJECT_PART', '1/1').split('/'))
    if ALL:
        return found[part - 1::parts]
    some = int(os.environ['INJECT_SOME'])
    offset = int(os.environ.get('INJECT_SEED', 0)) * 0.381966 % 1
    return [found[int((i + offset) * len(found) / some)] for i in range(min(some, len(found)))]


class Machine:
    def __init__(self):
        self.tree = f'{WORK}/tree'
        for name in 'tree', 'before', 'after':
            shutil.rmtree(f'{WORK}/{name}', ignore_errors=True)
        copy(f'{WORK}/original', f'{WORK}/before')
        self.original = of_boot(files(f'{WORK}/before'))
        if VERB == 'revert':
            run('apply', f'{WORK}/before')
        copy(f'{WORK}/before', f'{WORK}/after')
        self.points = points(f'{WORK}/after')
        self.before, self.after = files(f'{WORK}/before'), files(f'{WORK}/after')
        self.seen = {}
        self.now = None  # what is in the tree

    def is_whole(self, found):
        """Each file is as it was before or as it will be"""
        return not [path for path in found.keys() | self.before.keys() | self.after.keys()
                    if path.startswith(('etc/', 'boot/')) and not is_temporary(path)
                    and found.get(path) not in (self.before.get(path), self.after.get(path))]

    def ends(self, verb, want, name):
        """What is wrong after VERB, which is to end with that"""
        status, out, err = run(verb, self.tree)
        found = files(self.tree)
        if not is_done(status, out):
            yield f'{name}: exit status {status}: {err.decode().splitlines()[-1:]}'
        other = differences(want, of_boot(found))
        if other:
            yield f'{name} ends otherwise: {other[0]}'
        left = [path for path in found if is_temporary(path)]
        if left:
            yield f'{name} leaves {left[0]}'

    def goes_on(self, left):
        """What is wrong with a rerun, and a revert, of what was left"""
        yield from self.ends(VERB, of_boot(self.after), 'the rerun')
        if VERB == 'apply':
            copy(left, self.tree)
            yield from self.ends('revert', self.original, 'revert')

    def one(self, number, nth, error):
        """What is wrong if that call fails; None if it is not made this time"""
        if self.now != self.before:
            copy(f'{WORK}/before', self.tree)
        status, out, err, came = run_failing(self.tree, number, nth, error)
        self.now = files(self.tree)
        if not came:
            return None
        wrong = []
        if status >= 128:
            wrong.append(f'died: {status}')
        if not self.is_whole(self.now):
            wrong.append('a file is neither old nor new')
        other = differences(of_boot(self.after), of_boot(self.now))
        if is_done(status, out) and other:
            wrong.append(f'exit status {status}, and it was not done: {other[0]}')
        if not is_done(status, out) and not err and b'-unknown: ' not in out:
            wrong.append(f'exit status {status} without a word')
        key = without_time(self.now)
        if key not in self.seen:
            shutil.rmtree(f'{WORK}/left', ignore_errors=True)
            copy(self.tree, f'{WORK}/left')
            self.seen[key] = list(self.goes_on(f'{WORK}/left'))
            self.now = None
        return wrong + self.seen[key]


def main():
    shared = files(f'{WORK}/original', shared=True)
    machine = Machine()
    count, todo = 0, machine.points and chosen(machine.points)
    for done, (call, number, nth, error, text) in enumerate(todo or []):
        wrong = machine.one(number, nth, error)
        count += wrong is not None
        if wrong:
            print(f'{call}#{nth} {error}: {"; ".join(wrong)}: {text[:110]}', flush=True)
        if ALL and done % 200 == 0:
            print(f'# {done} of {len(todo)} calls, {len(machine.seen)} states', file=sys.stderr)
    if files(f'{WORK}/original', shared=True) != shared:
        print('something was written below usr, proc or sys')
    with open(f'{WORK}/count', 'w', encoding='ascii') as file:
        file.write(str(count))


main()
