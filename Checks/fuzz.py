"""Broken input for every parser below the doors, for about twenty seconds; the promises are those of Tests/FuzzProgram.

FUZZ_SECONDS sets the time (20), FUZZ_SEED the inputs. Scripts/fuzz-campaign is the long run.
"""

import os
import random
import subprocess
import sys
import tempfile

from support import ROOT, Checks

SECONDS = os.environ.get("FUZZ_SECONDS", "20")
SEED = os.environ.get("FUZZ_SEED", str(random.randrange(1 << 32)))

built = [ROOT / ".build" / kind / "fuzz-program" for kind in ("debug", "release")]
programs = [str(path) for path in built if path.exists()]
if not programs:
    sys.exit("There is no fuzz-program; build it with `swift build --product fuzz-program`.")
checks = Checks()
folder = tempfile.mkdtemp(prefix="keys-manager-fuzz-")
run = subprocess.run(
    [programs[0], "--runs", "100000000", "--seconds", SECONDS, "--seed", SEED, "--failures", folder,
     "--corpus", str(ROOT / "Tests/Vectors/fuzz-corpus")], text=True, capture_output=True)
print(run.stdout)
# The inputs of a failure stay, and so does the one that was being tried when the process ended.
left = [os.path.join(folder, name) for name in os.listdir(folder)]
if not left:
    os.rmdir(folder)
checks.that(run.returncode == 0, f"{SECONDS} s of broken input: no crash, no hang, every promise held (seed {SEED})",
            f"exit code {run.returncode}; {run.stderr[-500:]} inputs in {left}")
checks.finish()
