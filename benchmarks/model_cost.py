"""Time to the first label of a fresh process, and peak memory of `listener classify` over many posts.

python benchmarks/model_cost.py [--lines 20000]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROUNDS = 5
COMMAND = [str(Path(sys.executable).with_name("listener")), "classify", "--quiet", "--input", "-", "--output", "-"]
TEXTS = (
    "Where is my parcel? It should have come on Tuesday and nobody answers.",
    "Kupiłam, używam drugi rok, polecam każdemu.",
    "Kuris geriau: šitas ar tas? Renkuosi antrą savaitę.",
    "הזמנתי עכשיו, מחכה בקוצר רוח",
    "客服完全不回，太失望了。",
)


def main() -> None:
    """Print the median time to the first label and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    options = parser.parse_args()
    one = json.dumps({"id": "1", "text": TEXTS[0]}) + "\n"
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(COMMAND, input=one.encode(), capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    print(f"first label after {median(times):.2f} s ({min(times):.2f} to {max(times):.2f}, start of Python included)")
    with tempfile.TemporaryDirectory() as folder:
        posts = Path(folder) / "posts.jsonl"
        with posts.open("w", encoding="utf-8") as file:
            for number in range(options.lines):
                file.write(json.dumps({"id": str(number), "text": f"{TEXTS[number % 5]} {number}"}) + "\n")
        started = time.perf_counter()
        with posts.open("rb") as file:
            child = subprocess.Popen(COMMAND, stdin=file, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
        took = time.perf_counter() - started
    if status:
        raise SystemExit("listener classify failed")
    print(f"{options.lines} posts: peak memory {used.ru_maxrss / 1024:.0f} MiB, {options.lines / took:.0f} posts/s")


if __name__ == "__main__":
    main()
