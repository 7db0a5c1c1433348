"""Is it up, and can it work."""

import pytest
from tests.web.reels import Served


def test_health_tells_each_thing_apart(site: Served) -> None:
    assert site.http.get("/healthz").json() == {"status": "ok"}
    told_ready = site.http.get("/readyz")
    checks = {check["name"]: check for check in told_ready.json()["checks"]}
    assert told_ready.status_code == 200
    assert {name for name, check in checks.items() if check["ok"]} == {"database", "store", "disk"}
    assert "reelmill work" in checks["node"]["detail"]


@pytest.mark.parametrize(("name", "place"), [("database", "reelmill.db"), ("store", "store")])
def test_a_house_without_a_neighbour_is_not_ready(site: Served, name: str, place: str) -> None:
    assert site.http.get("/readyz").status_code == 200
    site.app.services.catalog.engine.dispose()
    home = site.app.settings.home
    (home / place).rename(home / "elsewhere")
    for file in home.glob(f"{place}-*"):
        file.unlink()
    (home / place).mkdir() if name == "database" else (home / place).touch()
    answer = site.http.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == [name, "node"]
    assert site.http.get("/healthz").status_code == 200
