import io
import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.protocol import Lines, Pace


class Requests:
    """A channel that has all its requests from the start."""

    def __init__(self, *requests):
        self.requests = list(requests)
        self.replies = []

    def receive(self):
        return self.requests.pop(0) if self.requests else None

    def reply(self, **message):
        self.replies.append(message)


def train(pace):
    epochs = 0
    going = pace.start()
    while going:
        epochs += 1
        going = pace.tick()
    return epochs


@given(st.lists(st.integers(min_value=1, max_value=20)))
def test_as_many_epochs_run_as_were_asked_for(counts):
    channel = Requests(*({"epochs": count} for count in counts))
    assert train(Pace(channel)) == sum(counts)
    assert [len(reply["seconds"]) for reply in channel.replies] == counts


def test_an_epoch_lasts_from_the_end_of_the_one_before():
    times = iter([10.0, 11.0, 13.0, 16.0])
    channel = Requests({"epochs": 3})
    train(Pace(channel, clock=lambda: next(times)))
    assert channel.replies == [{"seconds": [1.0, 2.0, 3.0]}]


def test_waiting_for_a_request_counts_for_no_epoch():
    now = itertools.count(step=100)  # each look at the clock is 100 s after the last
    channel = Requests({"epochs": 1}, {"epochs": 1})
    train(Pace(channel, clock=lambda: next(now)))
    assert channel.replies == [{"seconds": [100]}, {"seconds": [100]}]


def test_without_a_request_nothing_runs():
    assert train(Pace(Requests())) == 0


def test_each_message_is_one_line_of_json():
    replies = io.StringIO()
    lines = Lines(io.StringIO('{"way": "predict"}\n{"way": "two\\nlines"}\n'), replies)
    assert lines.receive() == {"way": "predict"}
    assert lines.receive() == {"way": "two\nlines"}
    assert lines.receive() is None
    lines.reply(text="a\nb")
    assert replies.getvalue().count("\n") == 1
    assert json.loads(replies.getvalue()) == {"text": "a\nb"}
