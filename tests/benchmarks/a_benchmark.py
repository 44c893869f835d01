"""A benchmark that measures nothing: it brings the rows it is asked for, or fails."""

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, compared, seen

ROWS = {
    "met": seen("a thing", 1.5, "ms", at_most=2),
    "missed": compared("another thing", 30, "us", Peer("raw", 10), at_most=2),
}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("what", nargs="+")
    given = parser.parse_args()
    if "fails" in given.what:
        print("about to fail")
        raise SystemExit("the disk is on fire")
    tell([ROWS[what] for what in given.what], given)


if __name__ == "__main__":
    main()
