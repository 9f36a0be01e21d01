"""Reports made on a Dask cluster: `distributed` comes with the extra kompetanse[dask], and enters here only.

Its workers need this very version of Kompetanse, and the home and the reports' folder at the same paths. What travels
are jobs and results, small both; the ledger is written by the process that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from importlib import import_module
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from kompetanse.errors import InputError
from kompetanse.reports.basis import environment

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds for the scheduler to answer, and for it to have a worker.
_PATIENCE_SECONDS = 20


class Cluster:
    """The workers of a Dask scheduler: told how many reports there are, it opens an executor."""

    def __init__(self, address: str):
        try:
            distributed = import_module("distributed")
        except ModuleNotFoundError as error:
            raise InputError(
                "Dask is not installed here; install it with: pip install 'kompetanse[dask]', or leave out --dask."
            ) from error
        try:
            self._client = distributed.Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"No Dask scheduler answers at {address}; give its address, such as tcp://10.0.0.5:8786."
            ) from error
        try:
            self._check(address)
        except BaseException:
            self._client.close()
            raise

    @property
    def at_once(self) -> int:
        """How many reports to hand out at any time: each worker has one more waiting."""
        threads: dict[str, int] = self._client.nthreads()
        return 2 * sum(threads.values())

    def __call__(self, count: int) -> Executor:
        """An executor; a job whose worker is killed goes to another one."""
        return _Leaving(self._client.get_executor(pure=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _check(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
            theirs = self._client.run(environment)
        except TimeoutError as error:
            raise InputError(f"The Dask scheduler at {address} has no workers; start some, and try again.") from error
        except Exception as error:
            raise InputError(
                f"The Dask workers of {address} cannot run Kompetanse ({type(error).__name__}); install it for them."
            ) from error
        others = sorted(worker for worker, found in theirs.items() if found != environment())
        if others:
            raise InputError(
                f"The Dask worker {others[0]} has other versions of Python, Kompetanse or its libraries than this "
                "process; install the same for both."
            )


class _Leaving(Executor):
    """Dask's executor, which leaves at once when it is interrupted: its own would wait for all that it has begun."""

    def __init__(self, executor: Any):
        self._executor = executor

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor's."""
        future: Future[T] = self._executor.submit(call, *args, **kwargs)
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._executor.shutdown(wait=kind is None)
        return None
