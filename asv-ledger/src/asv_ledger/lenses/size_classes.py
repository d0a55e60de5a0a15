"""Size classes: what the allocator sets aside for a block."""

from __future__ import annotations

# pymalloc's size classes: Objects/obmalloc.c, ALIGNMENT and SMALL_REQUEST_THRESHOLD.
_SMALL_STEP = 16
_SMALL_LIMIT = 512
# glibc's chunks: malloc/malloc.c, SIZE_SZ and MALLOC_ALIGNMENT on 64-bit machines.
_CHUNK_HEADER = 8
_CHUNK_STEP = 16


def round_up(size: int) -> int:
    """Return the bytes that are set aside for a block of so many, on every platform the same.

    Blocks of up to 512 bytes come from pymalloc; larger ones are laid out as glibc's malloc does.
    """
    if size <= _SMALL_LIMIT:
        return _to_multiple(size, _SMALL_STEP)
    return _to_multiple(size + _CHUNK_HEADER, _CHUNK_STEP)


def _to_multiple(size: int, step: int) -> int:
    return -(-size // step) * step
