from __future__ import annotations

import inspect

import pytest

from sio_lab.core import columns
from sio_lab.core.log import Log
from sio_lab.core.wire import decode
from sio_lab.views.feed import Feed
from sio_lab.views.keyed_feed import KeyedFeed
from sio_lab.views.traffic_feed import TrafficFeed

LOG = Log()
FEEDS = [TrafficFeed(LOG, decode), KeyedFeed(lambda: columns.clients(LOG.state))]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: type(feed).__name__)
@pytest.mark.parametrize("name", ["state", "patch", "want"])
def test_feeds_are_asked_alike(feed: Feed, name: str) -> None:
    asked = inspect.signature(getattr(type(feed), name)).parameters
    assert list(asked) == list(inspect.signature(getattr(Feed, name)).parameters)
