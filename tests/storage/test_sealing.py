import pytest

from reelmill.storage.sealing import SealedElsewhere, Sealer


def test_what_is_sealed_tells_nothing_and_is_read_again_by_every_node() -> None:
    sealed = Sealer(b"installation").seal("whsec_abc")
    assert "abc" not in sealed
    assert sealed != Sealer(b"installation").seal("whsec_abc")
    assert Sealer(b"installation").open(sealed) == "whsec_abc"


@pytest.mark.parametrize("change", ["another key", "a changed letter", "no seal at all"])
def test_what_was_sealed_elsewhere_is_not_read(change: str) -> None:
    sealed = Sealer(b"installation").seal("whsec_abc")
    texts = {
        "another key": Sealer(b"other").seal("whsec_abc"),
        "a changed letter": sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:],
        "no seal at all": "whsec_abc",
    }
    with pytest.raises(SealedElsewhere):
        Sealer(b"installation").open(texts[change])
