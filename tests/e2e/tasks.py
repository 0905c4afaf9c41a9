# SPDX-License-Identifier: GPL-2.0-or-later
# For drgn, run by tests/e2e/tasks: what an administrator asks a vmcore first.
from drgn.helpers.linux.pid import for_each_task

for task in for_each_task(prog):  # noqa: F821  drgn's own global
    print("task", task.pid.value_(), task.comm.string_().decode())
crashed = prog.crashed_thread()  # noqa: F821
print("crashed", crashed.tid, crashed.object.comm.string_().decode())
print(crashed.stack_trace())
