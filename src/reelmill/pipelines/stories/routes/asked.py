"""What these routes ask for: a caller who may see the project."""

from typing import Annotated

from fastapi import Depends

from reelmill.errors import NotFound
from reelmill.web.deps import TheApp, TheCaller


class NoProject(NotFound):
    """There is no project of yours."""


def project_of(app: TheApp, caller: TheCaller) -> TheApp:
    """The app, for operators: the project is one folder, and theirs.

    Raises:
        NoProject: for everybody else.
    """
    if not caller.is_operator:
        raise NoProject
    return app


TheProject = Annotated[TheApp, Depends(project_of)]
