"""Old programs: what articles of 2015-2022 import and call stands in for what is gone, and says what to write today."""

from sio_lab.legacy.callers import is_library_file
from sio_lab.legacy.calls import guarded
from sio_lab.legacy.hooks import ImportHooks
from sio_lab.legacy.notices import Notices
from sio_lab.legacy.programs import patched, stand_ins

__all__ = ["ImportHooks", "Notices", "guarded", "is_library_file", "patched", "stand_ins"]
