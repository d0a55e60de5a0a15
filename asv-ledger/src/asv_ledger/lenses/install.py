"""Install the lenses into the environment whose Python runs this file, from where they lie.

A benchmark can import ``asv_ledger`` then. It writes one file, and takes as long as Python takes to
start. In asv.conf.json, after the command that installs what is measured::

    "install_command": [
        "in-dir={env_dir} python -m pip install {wheel_file} --force-reinstall",
        "python {conf_dir}/asv-ledger/src/asv_ledger/lenses/install.py"
    ]

That is for a copy that lies beside the benchmarks; of one that pip can install, the second command
is ``"in-dir={env_dir} python -m pip install --no-deps asv-ledger"``. Neither changes the name of an
environment, and so begins no new series, as a requirement in the matrix would.
"""

import sysconfig
from pathlib import Path


def main() -> None:
    """Let the folder of this package be searched by the running Python, whenever it starts."""
    source = Path(__file__).resolve().parents[2]
    Path(sysconfig.get_path("purelib"), "asv_ledger.pth").write_text(f"{source}\n")


if __name__ == "__main__":
    main()
