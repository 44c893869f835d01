"""What programs of ours that run in the sandbox, in a snippet's place, know of the exceptions that it raises.

`line_of` gives the snippet's own line (from 1, or None), the innermost one in a traceback through libraries.
`is_the_sandboxs` tells what the sandbox itself tells apart, no memory or not allowed: such an exception is raised on.
"""

FAILURES = """
def line_of(error):
    if isinstance(error, SyntaxError) and error.filename == "<snippet>":
        return error.lineno
    line, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "<snippet>":
            line = frame.tb_lineno
        frame = frame.tb_next
    return line

def is_the_sandboxs(error):
    memory = ("can't allocate memory", "Cannot allocate memory", "std::bad_alloc", "out of memory")
    return isinstance(error, (MemoryError, PermissionError)) or any(words in str(error) for words in memory)
"""
