"""`reelmill run` and `reelmill jobs ...`: ask for jobs, look at them, stop them, try them again."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from reelmill.app import installed
from reelmill.catalog.jobs import Job, JobState, UnknownJob
from reelmill.cli import show
from reelmill.cli.words import CONTEXT, FAILED, OK, examples
from reelmill.desk import Desk, System
from reelmill.errors import Conflict, NotFound
from reelmill.terminal import Bar
from reelmill.units import JobId, StoreKey

#: Jobs looked through for one whose id was not typed in full.
MOST_MATCHES = 20

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="As `jobs list` shows it; the key or its start will do.")
]


class SeveralJobs(Conflict):
    """That fits several jobs."""


def add_to(whole: typer.Typer) -> None:
    """Mount the commands of this room."""
    group = typer.Typer(no_args_is_help=True, context_settings=CONTEXT)
    for name, command, lines in (
        ("list", list_jobs, ("--state failed", "--pipeline replays --limit 100 --json")),
        ("show", show_job, ("replays/0a1b", "0a1b --json")),
        ("explain", explain, ("replays/0a1b",)),
        ("retry", retry, ("replays/0a1b replays/2c3d",)),
        ("cancel", cancel, ("replays/0a1b",)),
    ):
        typed = (f"reelmill jobs {name} {line}" for line in lines)
        group.command(name, epilog=examples(*typed))(command)
    whole.add_typer(group, name="jobs", help="Look at jobs, stop them, try them again.")
    whole.command(
        epilog=examples(
            "reelmill run replays spec.json",
            'echo \'{"replay_url": "https://example.org/game.json"}\' | reelmill run replays -',
        )
    )(run)


def run(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    pipeline: Annotated[str, typer.Argument(help="Name of a pipeline, as `replays`.")],
    spec: Annotated[str, typer.Argument(metavar="SPEC.json", help="What to do; - reads stdin.")],
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Work on it here until it has ended.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Do it again if it is done.")] = False,
    priority: Annotated[int, typer.Option(min=1, max=9, help="1 is first.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Run any pipeline with a spec in JSON.

    The same spec again is the same job, and is not done twice.
    """
    desk: Desk = context.obj()
    asked = _spec(pipeline, spec)
    with desk.open() as system:
        job = system.jobs.submit(pipeline, asked, priority=priority, force=force)
        if wait and not job.state.ended:
            with system.node(), desk.terminal.bar(job.id) as bar:
                job = _watched(system, job, bar)
        _tell(desk, system, job, as_json=as_json)
    raise typer.Exit(FAILED if job.state in {JobState.FAILED, JobState.CANCELED} else OK)


def _spec(pipeline: str, source: str) -> BaseModel:
    """The spec in a file, checked by the model of its pipeline."""
    models: dict[str, type[BaseModel]] = {each.name: each.spec for each in installed()}
    if pipeline not in models:
        there = ", ".join(models)
        raise typer.BadParameter(f"no pipeline is named {pipeline!r}; there are: {there}")
    try:
        text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return models[pipeline].model_validate_json(text)
    except OSError as error:
        raise typer.BadParameter(f"{source}: {error.strerror}") from error
    except ValidationError as error:
        raise typer.BadParameter(f"{source}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]


def _watched(system: System, job: Job, bar: Bar) -> Job:
    def changed(now: Job) -> None:
        bar.at(now.done, now.total, now.message or now.stage)

    return system.jobs.wait([job.id], on_change=changed)[job.id]


def _tell(desk: Desk, system: System, job: Job, *, as_json: bool) -> None:
    if as_json:
        desk.terminal.document(show.facts(job))
        return
    desk.terminal.line(f"{job.id} {job.state.value}", show.STYLES[job.state])
    if job.error_code:
        desk.terminal.line(f"  why: {job.error_message}")
        desk.terminal.line(f"  more: reelmill jobs explain {job.id}")
    for made in (job.result or {}).get("artifacts", ()):
        path = system.services.store.local_path(StoreKey(made["key"]))
        desk.terminal.line(f"  {made['kind']}: {path or made['key']}")


def list_jobs(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    state: Annotated[JobState | None, typer.Option(help="Only in this state.")] = None,
    pipeline: Annotated[str | None, typer.Option(help="Only of this pipeline.")] = None,
    search: Annotated[str, typer.Option(help="Only with this in id or error.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List jobs, the newest first."""
    desk: Desk = context.obj()
    with desk.open() as system:
        found = system.jobs.listed(state=state, pipeline=pipeline, text=search, limit=limit)
    if as_json:
        desk.terminal.document([show.facts(job) for job in found])
        return
    desk.terminal.table(show.TITLES, [show.row(job) for job in found])
    if not found:
        desk.terminal.note("no jobs")
    elif len(found) == limit:
        desk.terminal.note(f"the newest {limit}; --limit shows more")


def show_job(context: typer.Context, *, wanted: IdArgument, as_json: JsonOption = False) -> None:
    """Show one job in full."""
    desk: Desk = context.obj()
    with desk.open() as system:
        job = system.jobs.find(_job_id(system, wanted))
    if as_json:
        desk.terminal.document(show.facts(job))
    else:
        for name, value in show.lines(job):
            desk.terminal.line(f"{name + ':':12} {value}")


def explain(context: typer.Context, *, wanted: IdArgument, as_json: JsonOption = False) -> None:
    """Say what a job did, why it failed, and what to do."""
    desk: Desk = context.obj()
    with desk.open() as system:
        story = system.jobs.explain(_job_id(system, wanted))
    if as_json:
        desk.terminal.document(show.story_facts(story))
        return
    for line, style in show.told(story):
        desk.terminal.line(line, style)


def retry(
    context: typer.Context,
    *,
    wanted: Annotated[list[str], typer.Argument(metavar="ID...", help="Jobs that have ended.")],
) -> None:
    """Do ended jobs again, with the same spec.

    They wait for a node: `reelmill serve` or `reelmill work` is one.
    """
    desk: Desk = context.obj()
    with desk.open() as system:
        for each in wanted:
            job = system.jobs.retry(_job_id(system, each))
            desk.terminal.line(f"{job.id} {job.state.value}, run {job.run}")


def cancel(
    context: typer.Context,
    *,
    wanted: Annotated[list[str], typer.Argument(metavar="ID...", help="Unfinished jobs.")],
) -> None:
    """Stop jobs.

    Waiting ones never start, running ones are killed within seconds.
    """
    desk: Desk = context.obj()
    with desk.open() as system:
        for each in wanted:
            job = system.jobs.cancel(_job_id(system, each))
            desk.terminal.line(f"{job.id} {job.state.value}")


def _job_id(system: System, wanted: str) -> JobId:
    """The id that was meant: in full, or the start of a key that fits one job alone."""
    with suppress(NotFound):
        return system.jobs.find(JobId(wanted)).id
    near = system.jobs.listed(text=wanted, limit=MOST_MATCHES)
    fitting = [job.id for job in near if job.key == wanted]
    fitting = fitting or [job.id for job in near if job.key.startswith(wanted)]
    if len(fitting) > 1:
        raise SeveralJobs(wanted=wanted, jobs=fitting[:3], hint="Type more of the id.")
    if not fitting:
        raise UnknownJob(wanted=wanted, hint="`reelmill jobs list` shows what there is.")
    return fitting[0]
