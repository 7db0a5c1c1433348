"""The family of errors: message, code, and the way through a process boundary."""

import pickle

from reelmill.errors import BadMedia, Conflict, ReelmillError, Unavailable


class SceneTooLong(Conflict):
    """The scene is longer than a short may be.

    Details that are not part of the message.
    """


def test_the_message_is_the_first_line_and_the_facts() -> None:
    error = SceneTooLong(duration_s=181.5, hint="Trim it.")
    assert str(error) == "The scene is longer than a short may be. (duration_s=181.5)"
    assert error.hint == "Trim it."


def test_a_message_stays_one_line_whatever_the_facts() -> None:
    assert "\n" not in BadMedia(stderr="one\ntwo\r\n\tthree").message


def test_the_code_is_the_name() -> None:
    assert SceneTooLong.code == "scene_too_long"


def test_only_outages_are_worth_another_attempt() -> None:
    retryable = {kind for kind in ReelmillError.__subclasses__() if kind.retryable}
    assert retryable == {Unavailable}


def test_an_error_crosses_a_process_boundary_whole() -> None:
    twin = pickle.loads(pickle.dumps(SceneTooLong(hint="Trim it.", duration_s=2)))
    assert (type(twin), twin.facts, twin.hint) == (SceneTooLong, {"duration_s": 2}, "Trim it.")
