"""A source, a target, and the app that brings what is in the one to the other."""

from typing import Any

from reelmill.app import App
from reelmill.catalog.job import Job, JobState
from reelmill.pipelines.captures.spec import CaptureResult, CaptureSpec, Failure
from reelmill.pipelines.captures.workflow import CapturesResult, CapturesSpec
from reelmill.storage.store import Store
from reelmill.units import StoreKey

KEY = StoreKey("day/0a.tar")


class Stand:
    """A source, a target, and the app that brings the one to the other."""

    def __init__(self, app: App, source: Store, target: Store) -> None:
        self.app, self.source, self.target = app, source, target

    def put(self, data: bytes, key: str = KEY) -> None:
        self.source.put_bytes(StoreKey(key), data)

    def job(self, key: str = KEY, **asked: Any) -> Job:
        spec = CaptureSpec(
            source=self.source.url, key=StoreKey(key), target=self.target.url, **asked
        )
        job_id = self.app.jobs.submit("captures", CapturesSpec(spec), force=True).id
        return self.app.jobs.wait([job_id], timeout_s=60)[job_id]

    def result(self, key: str = KEY, **asked: Any) -> CaptureResult:
        job = self.job(key, **asked)
        assert job.state is JobState.COMPLETED, job.error_message
        result = CapturesResult.model_validate(job.result).root
        assert isinstance(result, CaptureResult)
        return result

    def there(self) -> set[str]:
        return {stat.key for stat in self.target.list()}

    def failure(self, key: str) -> Failure:
        return Failure.model_validate_json(self.target.read(StoreKey(key)))
