"""The machine as asv knows it: by what changes the metrics, and by nothing else.

asv's own registration takes the name of the host, the kernel's release, the memory and the number
of processors, and starts new series when one of them changes. None of them changes a metric here.
"""

import platform
import re

from asv.machine import Machine, MachineCollection

from dev.files import whole_files


def register() -> str:
    """Register this machine with asv, which asks nothing; return its name for ``--machine``.

    The name is made of the system, the architecture and the model of the processor, so that the
    same kind of machine finds its results again. Raises OSError where asv's file is not writable.
    """
    defaults = Machine.get_defaults()
    system, architecture, processor = platform.system(), defaults["arch"], defaults["cpu"]
    name = _name(system, architecture, processor)
    machine = {
        "machine": name,
        "os": system,
        "arch": architecture,
        "cpu": processor,
        "num_cpu": "",
        "ram": "",
    }
    with whole_files():
        MachineCollection.save(name, machine)
    return name


def _name(*parts: str) -> str:
    words = re.findall(r"[a-z0-9._]+", " ".join(parts).lower())
    return "-".join(words)
