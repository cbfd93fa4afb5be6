"""What is swept from a published folder, and what is not."""

import os
import time

from geo.publish.seal import sweep

DAY_S = 86400


def folder_of(path, *, days_ago):
    path.mkdir(parents=True)
    then = time.time() - days_ago * DAY_S
    os.utime(path, (then, then))
    return path


def test_what_was_left_days_ago_goes_and_what_is_used_stays(tmp_path):
    unfinished = folder_of(tmp_path / "sealed/.unfinished-a", days_ago=2)
    at_work = folder_of(tmp_path / "sealed/.unfinished-b", days_ago=0)
    edition = folder_of(tmp_path / "sealed/0123456789abcdef", days_ago=400)
    replaced_long_ago = folder_of(tmp_path / "registers/aaaaaaaaaaaaaaaa", days_ago=2)
    replaced_today = folder_of(tmp_path / "registers/bbbbbbbbbbbbbbbb", days_ago=0.5)
    in_use = folder_of(tmp_path / "registers/cccccccccccccccc", days_ago=30)
    sweep(tmp_path, registers=in_use.name)
    assert not unfinished.exists()
    assert not replaced_long_ago.exists()
    assert all(path.exists() for path in (at_work, edition, replaced_today, in_use))
