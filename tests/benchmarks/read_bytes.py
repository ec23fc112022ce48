"""Open and read every file below a folder: the limit of any reader."""

from __future__ import annotations

import os
import sys

for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        handle = os.open(os.path.join(folder, name), os.O_RDONLY)
        while os.read(handle, 1 << 20):
            pass
        os.close(handle)
