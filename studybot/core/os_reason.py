"""Why the system refused, in words that can be translated."""

import errno

from studybot.core.phrase import Phrase, Said

_REASONS = {
    errno.ENOSPC: Phrase("no space left on device"),
    errno.EDQUOT: Phrase("disk quota exceeded"),
    errno.EFBIG: Phrase("file too large"),
    errno.EACCES: Phrase("permission denied"),
    errno.EPERM: Phrase("operation not permitted"),
    errno.EROFS: Phrase("read-only file system"),
    errno.EISDIR: Phrase("is a directory"),
    errno.ENOTDIR: Phrase("not a directory"),
    errno.ENOENT: Phrase("no such file or directory"),
    errno.EEXIST: Phrase("file exists"),
    errno.ENAMETOOLONG: Phrase("file name too long"),
    errno.ELOOP: Phrase("too many levels of symbolic links"),
    errno.EIO: Phrase("input/output error"),
}


def os_reason(error: OSError) -> Said:
    """Return why the system refused."""
    return _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()
